"""The Python side of the API: what Python code that runs inside a JavaScript program can use.

The submodules load when they are first used, since `console` and `http` need much that most
programs do not.
"""

import importlib
from typing import Any

from _pyodide._version import __version__

__all__ = ["__version__", "console", "code", "ffi", "http", "webloop"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
