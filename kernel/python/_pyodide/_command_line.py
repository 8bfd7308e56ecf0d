"""What the command line does differently from a JavaScript program that embeds Python.

`krait` runs Python in a thread of its own that may block, so that time.sleep and asyncio.run wait
as they do in a native interpreter.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable
from typing import SupportsFloat, SupportsIndex

from . import _main, use_blocking_run

type Sleep = Callable[[SupportsFloat | SupportsIndex], None]


def prepare(pause: Callable[[float], None], is_inspected: bool) -> None:
    """Makes the embedded interpreter behave as a program's own, before the program is run.

    `pause(milliseconds)` blocks the thread; it returns early when a signal is pending. Unless
    `is_inspected`, the PYTHONINSPECT that loadPyodide sets is not the user's (JS-opt-env).
    """
    if not is_inspected:
        os.environ.pop("PYTHONINSPECT", None)
    add_python_path()
    time.sleep = make_sleep(pause)
    use_blocking_run()


def run(argv: Iterable[str]) -> int:
    """Runs the program; returns its exit status. `argv` as for `_main.run`."""
    return _main.run(list(argv))


def finish(status: int) -> int:
    """Ends the interpreter's life as far as a program can notice; returns the final status."""
    return _main.finish() or status


def add_python_path() -> None:
    """Puts the folders of PYTHONPATH where CPython has them: behind the program's own."""
    if sys.flags.ignore_environment:
        return
    folders = [folder for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]
    at = 1 if sys.path[:1] == [""] else 0
    sys.path[at:at] = [folder for folder in folders if folder not in sys.path]


def make_sleep(pause: Callable[[float], None]) -> Sleep:
    """A time.sleep that signals end: their handlers run at once, and sleep goes on unless one of
    them raises (PEP 475)."""

    def sleep(seconds: SupportsFloat | SupportsIndex, /) -> None:
        """Delay execution for a given number of seconds, which may be a fraction."""
        if not hasattr(seconds, "__float__") and not hasattr(seconds, "__index__"):
            kind = type(seconds).__name__
            raise TypeError(f"'{kind}' object cannot be interpreted as an integer")
        duration = float(seconds)
        if duration != duration:
            raise ValueError("Invalid value NaN (not a number)")
        if duration < 0:
            raise ValueError("sleep length must be non-negative")
        deadline = time.monotonic() + duration
        pause(duration * 1000)
        while (left := deadline - time.monotonic()) > 0:
            pause(left * 1000)

    return sleep
