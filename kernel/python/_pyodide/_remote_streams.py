"""`sys.stdin`, `sys.stdout` and `sys.stderr` of a kernel in another process: what is written goes to the client before the
call that writes returns, what is read comes from it."""

import errno
import io
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn

_NAMES = ("stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__")
# After which failures an operation is done again, and how many seconds later.
_AGAIN = {errno.EAGAIN: 0.1, errno.EINTR: 0.02}


class _ClientStream(io.RawIOBase):
    """A descriptor of the client. Bytes cross as text of as many code points, since text crosses by itself."""

    def __init__(self, fd: int, streams: Any) -> None:
        self._fd = fd
        self._streams = streams
        self.name = ("<stdin>", "<stdout>", "<stderr>")[fd]
        self.mode = "rb" if fd == 0 else "wb"

    def fileno(self) -> int:
        return self._fd

    def readable(self) -> bool:
        return self._fd == 0

    def writable(self) -> bool:
        return self._fd != 0

    def isatty(self) -> bool:
        return bool(self._streams.isatty(self._fd))

    def readinto(self, buffer: Any) -> int:
        data = self._done(self._streams.read, len(buffer)).encode("latin-1")
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: Any) -> int:
        return self._done(self._streams.write, bytes(data).decode("latin-1"))

    def _done(self, operation: Callable[..., Any], *arguments: Any) -> Any:
        """What an operation of the client gives. It is done again while the client says to, and after a signal."""
        while True:
            answer = operation(self._fd, *arguments)
            if not isinstance(answer, int) or answer >= 0:
                return answer
            if -answer not in _AGAIN:
                raise OSError(-answer, os.strerror(-answer))
            time.sleep(_AGAIN[-answer])


_ending: list[Callable[[str], object]] = []
# What undoes `install` in a process that Python forks.
_undo_in_child: list[Callable[[], object]] = []


def _leave_client() -> None:
    """In a process that was forked off: the client is its parent's alone, so its streams are the descriptors, which lead there too."""
    while _undo_in_child:
        _undo_in_child.pop()()
        for fd, name in enumerate(_NAMES[:3]):
            mode = "r" if fd == 0 else "w"
            errors = "backslashreplace" if fd == 2 else "surrogateescape"
            stream = open(fd, mode, buffering=1, encoding="utf-8", errors=errors, closefd=False)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_client)


def end_by_limit(text: str) -> NoReturn:
    """Ends the process, after the client was told which limit it has passed."""
    for tell in _ending:
        tell(text)
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit(text)  # it is dead by now


def install(streams: Any) -> Callable[[], object]:
    """Makes the standard streams those of `streams`, an object of the client with `read`, `write`, `isatty`, and
    `exiting`, which is told the status before `os._exit` ends the process, and `passed`, which is told the limit that does.
    What it returns undoes that."""
    former = {name: getattr(sys, name) for name in _NAMES}
    end_process = os._exit

    def exit_after_telling(status: int) -> NoReturn:
        streams.exiting(status)
        end_process(status)

    source = io.TextIOWrapper(io.BufferedReader(_ClientStream(0, streams)), encoding="utf-8")
    sys.stdin = sys.__stdin__ = source  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _output(1, streams, "surrogateescape")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _output(2, streams, "backslashreplace")  # type: ignore[misc]
    os._exit = exit_after_telling
    _ending[:] = [streams.passed]

    def undo() -> None:
        for name, stream in former.items():
            setattr(sys, name, stream)
        os._exit = end_process
        _ending.clear()
        _undo_in_child.clear()

    _undo_in_child[:] = [undo]
    return undo


def _output(fd: int, streams: Any, errors: str) -> io.TextIOWrapper:
    raw = io.BufferedWriter(_ClientStream(fd, streams))
    return io.TextIOWrapper(raw, encoding="utf-8", errors=errors, newline="\n", line_buffering=True)
