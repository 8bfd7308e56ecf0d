"""Standard streams that are callbacks, for the time a console runs something (CO-streams)."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class CallbackWriter(io.TextIOBase):
    """A text stream whose writes are calls. It passes for a terminal."""

    encoding = "utf-8"  # type: ignore[assignment]
    errors = "strict"  # type: ignore[assignment]

    def __init__(self, write: Callable[[str], object], name: str) -> None:
        self.name = name
        self._write = write

    def write(self, text: str, /) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._write(text)
        return len(text)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return True


class CallbackReader(io.TextIOBase):
    """A text stream whose reads are calls: `read(size)` gives some text, of about that many
    characters, or "" at the end. A text without a newline at its end counts as a line all the same.
    """

    encoding = "utf-8"  # type: ignore[assignment]
    errors = "strict"  # type: ignore[assignment]

    def __init__(self, read: Callable[[int], str], name: str) -> None:
        self.name = name
        self._read = read
        self._pending = ""

    def _fill(self, size: int) -> None:
        if not self._pending:
            self._pending = self._read(size) or ""

    def _take(self, count: int) -> str:
        text, self._pending = self._pending[:count], self._pending[count:]
        return text

    def read(self, size: int | None = -1, /) -> str:
        if size is None or size < 0:
            parts = []
            while True:
                self._fill(-1)
                if not self._pending:
                    return "".join(parts)
                parts.append(self._take(len(self._pending)))
        self._fill(size)
        return self._take(size)

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        limit = -1 if size is None else size
        self._fill(limit)
        end = self._pending.find("\n") + 1 or len(self._pending)
        return self._take(end if limit < 0 else min(end, limit))

    def readable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return True


class Redirection:
    """Puts streams in the place of `sys.stdin`, `sys.stdout` and `sys.stderr`, as long as anyone
    asks for it."""

    def __init__(
        self,
        stdin: Callable[[int], str] | None,
        stdout: Callable[[str], object] | None,
        stderr: Callable[[str], object] | None,
    ) -> None:
        self._streams: dict[str, io.TextIOBase] = {}
        if stdin is not None:
            self._streams["stdin"] = CallbackReader(stdin, "<stdin>")
        if stdout is not None:
            self._streams["stdout"] = CallbackWriter(stdout, "<stdout>")
        if stderr is not None:
            self._streams["stderr"] = CallbackWriter(stderr, "<stderr>")
        self._former: dict[str, object] = {}
        self._users = 0
        self._is_persistent = False

    def _enter(self) -> None:
        self._users += 1
        if self._users > 1:
            return
        self._former = {name: getattr(sys, name) for name in self._streams}
        for name, stream in self._streams.items():
            setattr(sys, name, stream)

    def _leave(self) -> None:
        self._users -= 1
        if self._users > 0:
            return
        for name, stream in self._former.items():
            setattr(sys, name, stream)

    @contextmanager
    def active(self) -> Iterator[None]:
        """The streams are in place inside the `with` block. Blocks may nest."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def make_persistent(self) -> None:
        """The streams stay in place until `end_persistent`."""
        if not self._is_persistent:
            self._is_persistent = True
            self._enter()

    def end_persistent(self) -> None:
        """Undoes `make_persistent`. Harmless when repeated."""
        if self._is_persistent:
            self._is_persistent = False
            self._leave()
