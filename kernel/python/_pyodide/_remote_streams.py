"""`sys.stdin`, `sys.stdout` and `sys.stderr` of a kernel in another process: what is written goes to the client before the
call that writes returns, what is read comes from it."""

import io
import sys
from collections.abc import Callable
from typing import Any


class _ClientStream(io.RawIOBase):
    """A descriptor of the client. Bytes cross as text of as many code points, since text crosses by itself."""

    def __init__(self, fd: int, streams: Any) -> None:
        self._fd = fd
        self._streams = streams
        self.name = ("<stdin>", "<stdout>", "<stderr>")[fd]
        self.mode = "rb" if fd == 0 else "wb"

    def readable(self) -> bool:
        return self._fd == 0

    def writable(self) -> bool:
        return self._fd != 0

    def isatty(self) -> bool:
        return bool(self._streams.isatty(self._fd))

    def readinto(self, buffer: Any) -> int:
        data = self._streams.read(self._fd, len(buffer)).encode("latin-1")
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: Any) -> int:
        content = bytes(data)
        self._streams.write(self._fd, content.decode("latin-1"))
        return len(content)


def install(streams: Any) -> Callable[[], object]:
    """Makes the standard streams those of `streams`, an object of the client with `read`, `write` and `isatty`. What it
    returns undoes that."""
    former = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = io.TextIOWrapper(io.BufferedReader(_ClientStream(0, streams)), encoding="utf-8")
    sys.stdout = _output(1, streams, "surrogateescape")
    sys.stderr = _output(2, streams, "backslashreplace")

    def undo() -> None:
        sys.stdin, sys.stdout, sys.stderr = former

    return undo


def _output(fd: int, streams: Any, errors: str) -> io.TextIOWrapper:
    raw = io.BufferedWriter(_ClientStream(fd, streams))
    return io.TextIOWrapper(raw, encoding="utf-8", errors=errors, newline="\n", line_buffering=True)
