"""What the command line does differently from a JavaScript program that embeds Python."""

import os
import site
import sys
from collections.abc import Iterable

from . import _main, use_blocking_run


def prepare(*, is_inspected: bool, writes_bytecode: bool, is_unbuffered: bool) -> None:
    """Makes the embedded interpreter behave as a program's own, before the program is run.

    Unless `is_inspected`, the PYTHONINSPECT that loadPyodide sets is not the user's (JS-opt-env).
    The others are the options -B and -u of a start from the snapshot.
    """
    if not is_inspected:
        os.environ.pop("PYTHONINSPECT", None)
    if not writes_bytecode:
        sys.dont_write_bytecode = True
    if is_unbuffered:
        sys.stdout.reconfigure(write_through=True)
        sys.stderr.reconfigure(write_through=True)
    add_python_path()
    use_blocking_run()


def add_packages(folder: str) -> None:
    """Searches a folder of packages behind all others, as a user's site folder."""
    site.addsitedir(folder)


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
