"""HTTP by the means of the JavaScript host (HT-*)."""

import io

from _pyodide._fetch import FetchResponse, pyfetch
from _pyodide._http_errors import (  # noqa: F401
    AbortError,
    BodyUsedError,
    HttpStatusError,
    XHRError,
    XHRNetworkError,
)
from _pyodide._xhr import Methods, XHRResponse, read_text  # noqa: F401

__all__ = [
    "open_url",
    "pyfetch",
    "FetchResponse",
    "HttpStatusError",
    "BodyUsedError",
    "AbortError",
    "pyxhr",
]

pyxhr = Methods()


def open_url(url: str) -> io.StringIO:
    """The text at `url`, fetched while Python waits (HT-open_url). Raises OSError where there is no
    XMLHttpRequest."""
    return io.StringIO(read_text(url))
