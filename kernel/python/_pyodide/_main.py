"""What `python ARGS` does, on an interpreter that runs already and may come from a snapshot.

The caller has taken the interpreter's own options away. It calls `run`, and `finish` when nothing
more will run in this interpreter.
"""

import atexit
import importlib.machinery
import io
import linecache
import os
import pkgutil
import runpy
import sys
import threading
import traceback
from collections.abc import Callable
from types import CodeType, FrameType, TracebackType
from typing import Any

from . import _missing_modules

EXIT_FAILURE = 1
EXIT_CANNOT_OPEN = 2
EXIT_FLUSH_FAILED = 120
EXIT_INTERRUPTED = 130


def run(argv: list[str]) -> int:
    """Runs the program that `argv` names, in `__main__`, and returns the exit status.

    `argv` is `["-c", code, …]`, `["-m", module, …]`, `["-", …]` or `[]` for standard input, or a
    path to a script, or to a folder or zip file with a `__main__`; what follows goes to `sys.argv`.
    Exceptions are reported as `python` does: a traceback without frames of the runner, the message
    of `sys.exit("…")`, 130 after an interrupt. The standard streams are flushed. Exit handlers have
    not run, see `finish`.
    """
    status = status_of(lambda: _run_program(argv))
    return _flush_streams() or status


def finish() -> int:
    """Waits for threads, runs the `atexit` handlers and flushes, as the interpreter does at its
    end.

    Returns 120, which replaces the program's own status, if the output could not be written, else
    0.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    return _flush_streams()


def status_of(call: Callable[[], int | None]) -> int:
    """The exit status of a program that is a function call, after its exception was reported."""
    try:
        return call() or 0
    except SystemExit as error:
        return _exit_status(error)
    except BaseException as error:
        return _report(error)


def _run_program(argv: list[str]) -> int | None:
    match argv:
        case ["-c", code, *rest]:
            return _run_command(code, rest)
        case ["-m", module, *rest]:
            return _run_module(module, rest)
        case [] | ["-", *_]:
            return _run_stdin(argv)
        case [path, *_]:
            return _run_path(path, argv)
    raise AssertionError(argv)


def _run_command(code: str, rest: list[str]) -> None:
    _set_arguments(["-c", *rest], search="")
    lines = code.splitlines(keepends=True)
    linecache.cache["<string>"] = (len(code), None, lines, "<string>")
    _exec_in_main(compile(code, "<string>", "exec", dont_inherit=True))


def _run_stdin(argv: list[str]) -> None:
    _set_arguments(argv or [""], search="")
    source = getattr(sys.stdin, "buffer", sys.stdin).read()
    main = _main_dict()
    main["__file__"], main["__cached__"] = "<stdin>", None
    _exec_in_main(compile(source, "<stdin>", "exec", dont_inherit=True))


def _run_module(module: str, rest: list[str]) -> None:
    _set_arguments(["-m", *rest], search=os.getcwd())
    runpy._run_module_as_main(module)  # type: ignore[attr-defined]


def _run_path(path: str, argv: list[str]) -> int | None:
    _set_arguments(argv, search=None)
    full = os.path.join(os.getcwd(), path)
    if _is_container(full):
        _set_first_search_path(full)
        runpy._run_module_as_main("__main__", False)  # type: ignore[attr-defined]
        return None
    try:
        code = _code_of(full)
    except OSError as error:
        reason = f"[Errno {error.errno}] {error.strerror}"
        print(f"{_program()}: can't open file {full!r}: {reason}", file=sys.stderr)
        return EXIT_CANNOT_OPEN
    _set_first_search_path(os.path.dirname(os.path.realpath(path)))
    main = _main_dict()
    main["__file__"], main["__cached__"] = full, None
    main["__loader__"] = importlib.machinery.SourceFileLoader("__main__", full)
    _exec_in_main(code)
    return None


def _code_of(path: str) -> CodeType:
    """The code of a script, which may have been compiled to a file before."""
    with io.open_code(path) as file:
        code = pkgutil.read_code(file)
        if code is not None:
            return code
        file.seek(0)
        return compile(file.read(), path, "exec", dont_inherit=True)


def _is_container(path: str) -> bool:
    """Whether Python imports `__main__` from `path`: a folder, or a file that an import hook takes
    (zip)."""
    for hook in sys.path_hooks:
        try:
            hook(path)
        except ImportError:
            continue
        return True
    return False


def _main_dict() -> dict[str, Any]:
    return sys.modules["__main__"].__dict__


def _exec_in_main(code: CodeType) -> None:
    exec(code, _main_dict())


def _set_arguments(argv: list[str], *, search: str | None) -> None:
    sys.argv[:] = argv
    if search is not None:
        _set_first_search_path(search)


def _set_first_search_path(folder: str) -> None:
    """Puts the program's folder first on `sys.path`, in the place of the empty entry that stands
    for the prompt's."""
    if sys.flags.safe_path:
        return
    if sys.path[:1] == [""]:
        sys.path[0] = folder
    else:
        sys.path.insert(0, folder)


def _program() -> str:
    return sys.executable or "python"


def _exit_status(error: SystemExit) -> int:
    """The status that `sys.exit(code)` asks for. A code that is no number is a message (stdlib:
    SystemExit)."""
    code = error.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    _flush_quietly(sys.stdout)
    print(code, file=sys.stderr)
    return EXIT_FAILURE


def _is_ours(frame: FrameType) -> bool:
    # A frozen runpy has no __file__.
    runners = (run.__code__.co_filename, "<frozen runpy>", getattr(runpy, "__file__", None))
    return frame.f_code.co_filename in runners


def _without_runner_frames(tb: TracebackType | None) -> TracebackType | None:
    while tb is not None and _is_ours(tb.tb_frame):
        tb = tb.tb_next
    return tb


def _report(error: BaseException) -> int:
    """Passes the exception to `sys.excepthook`, with the traceback from the program's first frame
    on. Returns the exit status."""
    error.__traceback__ = _without_runner_frames(error.__traceback__)
    sys.last_exc = sys.last_value = error
    sys.last_type, sys.last_traceback = type(error), error.__traceback__
    if isinstance(error, ModuleNotFoundError):
        _missing_modules.explain(error)
    _flush_quietly(sys.stdout)
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except SystemExit as exit_error:
        return _exit_status(exit_error)
    except BaseException as hook_error:
        hook_error.__traceback__ = _without_runner_frames(hook_error.__traceback__)
        hook_error.__suppress_context__ = True
        print("Error in sys.excepthook:", file=sys.stderr)
        traceback.print_exception(hook_error)
        print("\nOriginal exception was:", file=sys.stderr)
        traceback.print_exception(error)
    return EXIT_INTERRUPTED if isinstance(error, KeyboardInterrupt) else EXIT_FAILURE


def _flush_quietly(stream: Any) -> None:
    try:
        stream.flush()
    except Exception:
        return  # reported as the status when the program ends


def _complain(text: str) -> None:
    """Writes to stderr if it still can be written to."""
    try:
        sys.stderr.write(text)
    except Exception:
        return


def _flush_streams() -> int:
    """Flushes stdout and stderr; 120 if that fails, which Python says for output that got lost,
    else 0."""
    status = 0
    for stream in (sys.stdout, sys.stderr):
        if stream is None or getattr(stream, "closed", False):
            continue
        try:
            stream.flush()
        except Exception as error:
            status = EXIT_FLUSH_FAILED
            text = "".join(traceback.format_exception_only(error))
            _complain(f"Exception ignored in: {stream!r}\n{text}")
    return status
