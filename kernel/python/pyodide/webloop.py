"""The event loop inside a JavaScript host, its futures and tasks (WL-*)."""

from _pyodide._futures import PyodideFuture, PyodideTask
from _pyodide._webloop import WebLoop, WebLoopPolicy

__all__ = ["WebLoop", "WebLoopPolicy", "PyodideFuture", "PyodideTask"]

WebLoop.__module__ = WebLoopPolicy.__module__ = __name__
