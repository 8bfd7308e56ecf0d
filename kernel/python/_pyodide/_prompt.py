"""The interactive prompt of the command line."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

from pyodide.console import BANNER, Console, ConsoleFuture

from . import _main

type ReadLine = Callable[[str], Awaitable[str | None]]


class Prompt(Console):
    """Reads sources with `read_line(prompt)`, runs them in `globals` and shows what they give.

    `read_line` answers a line without its newline or None at the end of input, and raises when it
    was interrupted.
    """

    def __init__(self, read_line: ReadLine, globals: dict):
        super().__init__(globals, filename="<stdin>")
        self.read_line = read_line
        self.running: ConsoleFuture | None = None
        if not hasattr(sys, "ps1"):
            sys.ps1, sys.ps2 = ">>> ", "... "

    async def interact(self) -> int:
        """Runs the prompt until the end of input or SystemExit; returns the exit status."""
        # These end a task by being raised out of the loop as well; here both are handled below.
        loop = asyncio.get_running_loop()
        loop._keyboard_interrupt_handler = lambda: None
        loop._system_exit_handler = lambda status: None
        status: int | None = None
        while status is None:
            try:
                line = await self.read_line(str(sys.ps2 if self.buffer else sys.ps1))
            except Exception:
                self.buffer.clear()
                print("KeyboardInterrupt", file=sys.stderr)
                continue
            status = 0 if line is None else await self.run(line)
        return status

    async def run(self, line: str) -> int | None:
        """Takes one more line, and runs what has been entered once it is complete. Answers an exit
        status if that is the end of the prompt."""
        self.running = future = self.push(line)
        try:
            value = await future
            if future.syntax_check == "complete":
                sys.displayhook(value)
        except SystemExit:
            return _main.status_of(future.result)
        except (KeyboardInterrupt, asyncio.CancelledError):
            print("\nKeyboardInterrupt", file=sys.stderr)
        except BaseException:
            sys.stderr.write(future.formatted_error or "")
        finally:
            self.running = None
        return None

    def interrupt(self) -> None:
        """Ends what waits in an `await`, as there is no running code to raise in."""
        if self.running:
            self.running.cancel()

    def find_completions(self, source: str) -> tuple[list[str], str]:
        """The words that may stand at the end of `source`, and the part of it they replace."""
        words, start = self.complete(source)
        return sorted(set(words)), source[start:]


def open_prompt(read_line: ReadLine | None, shows_banner: bool) -> Prompt:
    """Greets, runs the file named by PYTHONSTARTUP, and makes the prompt.

    Without `read_line` lines come from sys.stdin, with prompts on sys.stderr, as of `python -i`
    with input from a pipe.
    """
    import __main__

    if shows_banner:
        print(BANNER, file=sys.stderr)
    prompt = Prompt(read_line or read_line_from_stdin, __main__.__dict__)
    startup = os.environ.get("PYTHONSTARTUP")
    if startup and not sys.flags.ignore_environment:
        run_startup_file(startup, prompt.globals)
    return prompt


def run_startup_file(path: str, globals: dict) -> None:
    """Runs a file in the prompt's namespace; what goes wrong is shown and not more."""
    try:
        with open(path, "rb") as file:
            exec(compile(file.read(), path, "exec"), globals)
    except Exception:
        sys.excepthook(*sys.exc_info())


async def read_line_from_stdin(prompt: str) -> str | None:
    """As `Terminal.readLine` of the command line, for an input that is no terminal."""
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    return line.removesuffix("\n") if line else None
