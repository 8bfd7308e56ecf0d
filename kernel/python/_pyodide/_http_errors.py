"""What can go wrong with HTTP. All are OSErrors (HT-errors)."""

from typing import Any


class HttpStatusError(OSError):
    """A response with a status of 400 or more (HT-raise_for_status)."""

    __module__ = "pyodide.http"

    def __init__(self, status: int, status_text: str, url: str) -> None:
        self.status = status
        self.status_text = status_text
        self.url = url
        kind = "Client" if status < 500 else "Server"
        super().__init__(f"{status} {kind} Error: {status_text} for url: {url}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.status, self.status_text, self.url)


def raise_for_status(status: int, status_text: str, url: str) -> None:
    """Raises HttpStatusError for a 4xx or 5xx status."""
    if 400 <= status < 600:
        raise HttpStatusError(status, status_text, url)


class BodyUsedError(OSError):
    """The body of a response was read before; it can be read once (HT-body)."""

    __module__ = "pyodide.http"

    def __init__(self, message: str = "Response body is already used") -> None:
        super().__init__(message)


class AbortError(OSError):
    """A request failed or was aborted; the text is JavaScript's (HT-pyfetch)."""

    __module__ = "pyodide.http"

    def __init__(self, reason: Any = "The request was aborted") -> None:
        super().__init__(getattr(reason, "message", None) or str(reason))


class XHRError(OSError):
    """A synchronous request could not be made (HT-pyxhr)."""

    __module__ = "pyodide.http"


class XHRNetworkError(XHRError):
    """A synchronous request got no answer (HT-pyxhr)."""

    __module__ = "pyodide.http"
