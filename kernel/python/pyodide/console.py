"""A Python prompt without its terminal: feeds lines, tells whether more are needed, runs them
(CO-*)."""

import ast
import asyncio
import codeop
import rlcompleter
import sys
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Literal

from _pyodide import _promises
from _pyodide._code_runner import CodeRunner
from _pyodide._console_streams import Redirection
from _pyodide._futures import PyodideFuture
from _pyodide._host import host

__all__ = ["Console", "PyodideConsole", "BANNER", "repr_shorten", "ConsoleFuture"]

_PLACE = "WebAssembly/Emscripten" if sys.platform == "emscripten" else sys.platform
BANNER = (
    f"Python {sys.version.split(' [')[0]} on {_PLACE}\n"
    'Type "help", "copyright", "credits" or "license" for more information.'
)
"""What a prompt greets with (CO-BANNER)."""

_INCOMPLETE_FLAGS = codeop.PyCF_DONT_IMPLY_DEDENT | codeop.PyCF_ALLOW_INCOMPLETE_INPUT


class ConsoleFuture(PyodideFuture[Any]):
    """The outcome of a source that was given to a console (CO-future). Canceling it cancels the
    run."""

    def __init__(self, syntax_check: Literal["incomplete", "syntax-error", "complete"]) -> None:
        super().__init__(loop=_promises.current_loop())
        self.syntax_check = syntax_check
        self.formatted_error: str | None = None


class Console:
    """Runs sources as a Python prompt does, in `globals`.

    Where a callback is given, the standard stream is replaced by it while something runs, with
    `persistent_stream_redirection` all the time: `stdin_callback(size)` gives text, the others take
    text. Tracebacks name the source `filename`. `dont_inherit` and `optimize` are those of the
    built-in `compile`.
    """

    completer_word_break_characters = " \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?"
    """Where `complete` cuts its word off."""

    def __init__(
        self,
        globals: dict[str, Any] | None = None,
        *,
        stdin_callback: Callable[[int], str] | None = None,
        stdout_callback: Callable[[str], None] | None = None,
        stderr_callback: Callable[[str], None] | None = None,
        persistent_stream_redirection: bool = False,
        filename: str = "<console>",
        dont_inherit: bool = False,
        optimize: int = -1,
    ) -> None:
        self.globals = {"__name__": "__console__", "__doc__": None} if globals is None else globals
        self.buffer: list[str] = []
        self.filename = filename
        self.stdin_callback = stdin_callback
        self.stdout_callback = stdout_callback
        self.stderr_callback = stderr_callback
        self._dont_inherit = dont_inherit
        self._optimize = optimize
        self._compiler = codeop.CommandCompiler()
        self._compiler.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self._lock = asyncio.Lock()
        self._redirection = Redirection(stdin_callback, stdout_callback, stderr_callback)
        self._completer = rlcompleter.Completer(self.globals)
        if persistent_stream_redirection:
            self.persistent_redirect_streams()

    def persistent_redirect_streams(self) -> None:
        """Replaces the standard streams until `persistent_restore_streams`."""
        self._redirection.make_persistent()

    def persistent_restore_streams(self) -> None:
        """Puts the standard streams back."""
        self._redirection.end_persistent()

    def redirect_streams(self) -> AbstractContextManager[None]:
        """A context in which the standard streams are replaced. Contexts may nest."""
        return self._redirection.active()

    def push(self, line: str) -> ConsoleFuture:
        """Adds a line to what was entered before, and runs it all once it is complete (CO-push)."""
        self.buffer.append(line)
        future = self.runsource("\n".join(self.buffer), self.filename)
        if future.syntax_check != "incomplete":
            self.buffer = []
        return future

    def runsource(self, source: str, filename: str = "<console>") -> ConsoleFuture:
        """Runs a source if it is complete and valid. The future says which, and has the outcome
        (CO-runsource)."""
        try:
            runner = self._compile(source, filename)
        except (SyntaxError, OverflowError, ValueError) as error:
            future = ConsoleFuture("syntax-error")
            future.formatted_error = self.formatsyntaxerror(error)
            future.set_exception(error)
            future.exception()  # was told by `syntax_check`: no complaint if nobody awaits it
            return future
        if runner is None:
            future = ConsoleFuture("incomplete")
            future.set_result(None)
            return future
        future = ConsoleFuture("complete")
        task = _promises.schedule(self._execute(source, runner, future))
        future.add_done_callback(lambda done: task.cancel() if done.cancelled() else None)
        return future

    def _compile(self, source: str, filename: str) -> CodeRunner | None:
        """The compiled source, None if it is incomplete."""
        if self._compiler(source, filename, "single") is None:
            return None
        lines = (line.strip() for line in source.split("\n"))
        is_empty = all(not line or line.startswith("#") for line in lines)
        return CodeRunner(
            "pass" if is_empty else source,
            mode="single",
            filename=filename,
            flags=self._compiler.compiler.flags & ~_INCOMPLETE_FLAGS,
            dont_inherit=self._dont_inherit,
            optimize=self._optimize,
            dedent=False,
        ).compile()

    async def _execute(self, source: str, runner: CodeRunner, future: ConsoleFuture) -> None:
        if future.cancelled():  # before the run began
            return
        try:
            value = await self.runcode(source, runner)
        except BaseException as error:
            if not future.done():
                future.formatted_error = self.formattraceback(error)
                future.set_exception(_storable(error))
        else:
            if not future.done():
                future.set_result(value)

    async def runcode(self, source: str, code: CodeRunner) -> Any:
        """Runs a compiled source with the streams replaced, after those that were entered before
        (CO-await)."""
        async with self._lock:
            with self.redirect_streams():
                try:
                    return await code.run_async(self.globals)
                finally:
                    sys.stdout.flush()
                    sys.stderr.flush()

    def formatsyntaxerror(self, e: Exception) -> str:
        """The text for a source that is no valid Python. Sets `sys.last_exc` and its relatives."""
        _set_last(e)
        return "".join(traceback.format_exception_only(e))

    def num_frames_to_keep(self, tb: TracebackType | None) -> int:
        """How many of the last frames of a traceback are shown: those from user code on, all if
        there is none."""
        names = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(tb)]
        first = names.index(self.filename) if self.filename in names else 0
        return len(names) - first

    def formattraceback(self, e: BaseException) -> str:
        """The text for an exception of user code (CO-formatted). Sets `sys.last_exc` and its
        relatives."""
        _set_last(e)
        tb = e.__traceback__
        skipped = sum(1 for _ in traceback.walk_tb(tb)) - self.num_frames_to_keep(tb)
        while tb is not None and skipped > 0:
            tb, skipped = tb.tb_next, skipped - 1
        return "".join(traceback.format_exception(type(e), e, tb))

    def complete(self, source: str) -> tuple[list[str], int]:
        """The completions of the last word of `source`, and where it starts (CO-complete)."""
        start = max(map(source.rfind, self.completer_word_break_characters)) + 1
        word = source[start:]
        if "." in word:
            return self._completer.attr_matches(word), start  # type: ignore[attr-defined]
        return self._completer.global_matches(word), start  # type: ignore[attr-defined]


class PyodideConsole(Console):
    """A Console that loads the packages a source imports before it runs it (CO-PyodideConsole)."""

    async def runcode(self, source: str, code: CodeRunner) -> Any:
        """As `Console.runcode`, after `pyodide.loadPackagesFromImports`."""
        if host.pyodide_js is not None:
            await host.pyodide_js.loadPackagesFromImports(source)
        return await super().runcode(source, code)


def _set_last(error: BaseException) -> None:
    sys.last_exc = sys.last_value = error  # type: ignore[assignment]
    sys.last_type, sys.last_traceback = type(error), error.__traceback__


def _storable(error: BaseException) -> BaseException:
    """`error`, or for StopIteration, which no future can hold, a RuntimeError caused by it."""
    if not isinstance(error, StopIteration):
        return error
    wrapped = RuntimeError(f"the source raised {error!r}")
    wrapped.__cause__ = error
    return wrapped


def shorten(text: str, limit: int = 1000, split: int | None = None, separator: str = "...") -> str:
    """`text` if it has at most `limit` characters, else its first and last `split` ones
    (CO-shorten).

    `split` defaults to half the limit and is at most half the text. Raises ValueError if `limit` is
    less than 2.
    """
    if limit < 2:
        raise ValueError("limit must be greater than or equal to 2")
    if len(text) <= limit:
        return text
    kept = min(limit // 2 if split is None else split, len(text) // 2)
    return f"{text[:kept]}{separator}{text[len(text) - kept :]}"


def repr_shorten(
    value: Any, limit: int = 1000, split: int | None = None, separator: str = "..."
) -> str:
    """`shorten` of `repr(value)`. Raises ValueError if `limit` is less than 4."""
    if limit < 4:
        raise ValueError("limit must be greater than or equal to 4")
    return shorten(repr(value), limit, split, separator)
