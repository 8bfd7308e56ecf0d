"""Running and looking at Python source text, and running JavaScript source text."""

from collections.abc import Mapping
from typing import Any

from _pyodide import _code_runner
from _pyodide._code_analysis import find_imports, should_quiet
from _pyodide._code_runner import CodeRunner, ReturnMode
from _pyodide._host import host
from _pyodide._relaxed import relaxed_call, relaxed_wrap

__all__ = [
    "CodeRunner",
    "eval_code",
    "eval_code_async",
    "find_imports",
    "should_quiet",
    "run_js",
    "relaxed_wrap",
    "relaxed_call",
]

_ALLOW_TOP_LEVEL_AWAIT = 0x2000  # ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def eval_code(
    source: str,
    globals: dict[str, Any] | None = None,
    locals: Mapping[str, Any] | None = None,
    *,
    return_mode: ReturnMode = "last_expr",
    quiet_trailing_semicolon: bool = True,
    filename: str = "<exec>",
    flags: int = 0,
    dont_inherit: bool = False,
    optimize: int = -1,
    dedent: bool = True,
) -> Any:
    """Runs `source` and returns the value of its last expression statement, else None
    (PY-eval_code).

    `globals` defaults to a new dict, `locals` to `globals`; the other options are those of
    `CodeRunner`. Raises SyntaxError, RuntimeError for source that must be awaited, and whatever the
    source raises.
    """
    code = _code_runner.compiled(
        source,
        filename,
        return_mode,
        quiet_trailing_semicolon,
        flags,
        dont_inherit,
        optimize,
        dedent,
    )
    return _code_runner.run_code(code, globals, locals)


async def eval_code_async(
    source: str,
    globals: dict[str, Any] | None = None,
    locals: Mapping[str, Any] | None = None,
    *,
    return_mode: ReturnMode = "last_expr",
    quiet_trailing_semicolon: bool = True,
    filename: str = "<exec>",
    flags: int = 0,
    dont_inherit: bool = False,
    optimize: int = -1,
    dedent: bool = True,
) -> Any:
    """As `eval_code`, with top-level `await` allowed (PY-eval_code_async). Nonzero `flags` replace
    the flag that allows it."""
    code = _code_runner.compiled(
        source,
        filename,
        return_mode,
        quiet_trailing_semicolon,
        flags or _ALLOW_TOP_LEVEL_AWAIT,
        dont_inherit,
        optimize,
        dedent,
    )
    return await _code_runner.run_code_async(code, globals, locals)


def run_js(code: str, /) -> Any:
    """Evaluates JavaScript source text in JavaScript's global scope and returns the result,
    converted (PY-run_js).

    Raises TypeError if `code` is no string, and JsException for a JavaScript error.
    """
    if not isinstance(code, str):
        name = type(code).__name__
        raise TypeError(f"argument should have type 'string' not type '{name}'")
    return host.api("runJs")(code)
