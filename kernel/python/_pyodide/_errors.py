"""The exceptions of the boundary that are Python classes of ours."""


class ConversionError(Exception):
    """An explicit conversion between Python and JavaScript failed (ER-conversion)."""

    __module__ = "pyodide.ffi"


class InternalError(Exception):
    """An internal assertion failed in a way that leaves the interpreter usable (ER-conversion)."""

    __module__ = "pyodide.ffi"
