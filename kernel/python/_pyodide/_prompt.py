"""The interactive prompt of the command line."""

import asyncio
import os
import signal
import sys
from types import FrameType
from typing import Protocol

from pyodide.console import BANNER, Console, ConsoleFuture
from pyodide.ffi import JsException

from . import _main


class Lines(Protocol):
    """Where lines come from."""

    async def readLine(self, prompt: str) -> str | None:
        """A line without its newline, None at the end of input. Raises JsException when it was
        dropped, or by Ctrl-C."""

    def dropLine(self) -> None:
        """Ends a `readLine` that waits."""


class Prompt(Console):
    """Runs the sources that `lines` gives, in `globals`, and shows what comes of them."""

    def __init__(self, lines: Lines, globals: dict):
        super().__init__(globals, filename="<stdin>")
        self.lines = lines
        self.running: ConsoleFuture | None = None
        self.is_interrupted = False
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
            self.is_interrupted = False
            try:
                status = await self.take_turn()
            except KeyboardInterrupt:
                self.buffer.clear()
                print("\nKeyboardInterrupt", file=sys.stderr)
        return status

    async def take_turn(self) -> int | None:
        """Reads a line, and runs what has been entered once it is complete. Answers an exit status
        if that is the end of the prompt."""
        try:
            line = await self.lines.readLine(str(sys.ps2 if self.buffer else sys.ps1))
        except JsException:
            raise KeyboardInterrupt from None
        if line is None:
            return 0
        self.running = future = self.push(line)
        try:
            return await self.show(future)
        finally:
            self.running = None

    async def show(self, future: ConsoleFuture) -> int | None:
        """Waits for a source to have run and shows its value, or its error."""
        if self.is_interrupted:
            future.cancel()
            raise KeyboardInterrupt
        try:
            value = await future
        except SystemExit:
            return _main.status_of(future.result)
        except (KeyboardInterrupt, asyncio.CancelledError):
            raise KeyboardInterrupt from None
        except BaseException:
            sys.stderr.write(future.formatted_error or "")
        else:
            if future.syntax_check == "complete":
                sys.displayhook(value)
        return None

    def on_signal(self, signum: int, frame: FrameType | None) -> None:
        """Raises KeyboardInterrupt in code that was entered. Elsewhere it could end a step of the
        event loop half way, and what waits for that would wait for ever."""
        while frame is not None:
            if frame.f_globals is self.globals:
                raise KeyboardInterrupt
            frame = frame.f_back
        self.interrupt()

    def interrupt(self) -> None:
        """Ends what is awaited: by code that was entered, or else the next line."""
        self.is_interrupted = True
        if self.running:
            self.running.cancel()
        else:
            self.lines.dropLine()

    def find_completions(self, source: str) -> tuple[list[str], str]:
        """The words that may stand at the end of `source`, and the part of it they replace."""
        words, start = self.complete(source)
        return sorted(set(words)), source[start:]


class PipedLines:
    """Lines of a standard input that is no terminal; the prompts go to sys.stderr. Ctrl-C raises."""

    async def readLine(self, prompt: str) -> str | None:
        print(prompt, end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        return line.removesuffix("\n") if line else None

    def dropLine(self) -> None:
        raise KeyboardInterrupt


def open_prompt(terminal: Lines | None, shows_banner: bool) -> Prompt:
    """Greets, runs the file named by PYTHONSTARTUP, and makes the prompt; without a terminal for
    the lines of standard input."""
    import __main__

    if shows_banner:
        print(BANNER, file=sys.stderr)
    prompt = Prompt(terminal or PipedLines(), __main__.__dict__)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, prompt.on_signal)
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
