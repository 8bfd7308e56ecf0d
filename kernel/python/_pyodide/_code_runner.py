"""Parsing, compiling and running a piece of source text and giving the value of its last
expression.

This file is whole because parse, compile and run are one contract (PY-CodeRunner) with a fast path
through all three, `compile_cached`, for the many short strings that JavaScript programs evaluate.
It must not import from `__future__`: `compile` would pass the feature on to the user's code.
"""

import ast
import functools
import linecache
import textwrap
from collections.abc import Mapping
from types import CodeType
from typing import Any, Literal, Self

from . import _code_results

ReturnMode = Literal["last_expr", "last_expr_or_assign", "none"]

CO_COROUTINE = 0x80
MAX_CACHED_SOURCE_CHARS = 2048
MAX_CACHED_CODES = 128


def _without_common_indent(source: str) -> str:
    """`source` less the leading whitespace that all its lines share (PY-eval_code.dedent). The
    usual case, a first line of code that is not indented, costs no look at the rest."""
    first_line = source.lstrip("\r\n")
    if not first_line[:1].isspace():
        return source
    return textwrap.dedent(source)


def _remember_lines(source: str, filename: str) -> None:
    """Lets tracebacks quote the lines of a source that is in no file (PY-eval_code.filename)."""
    lines = source.splitlines(keepends=True)
    linecache.cache[filename] = (len(source), None, lines, filename)


def is_quotable(filename: str) -> bool:
    """Whether tracebacks quote source lines of code with this file name."""
    return not (filename[:1] == "<" and filename[-1:] == ">")


def _ends_with_semicolon(source: str, last: ast.stmt) -> bool:
    """Whether a `;` follows the last statement (PY-eval_code.quiet). Behind a statement the grammar
    allows only `;`, comments, line ends and continuations, so there is nothing to tokenize."""
    if ";" not in source or last.end_lineno is None or last.end_col_offset is None:
        return False
    lines = source.encode("utf-8", "surrogatepass").splitlines(keepends=True)
    rest = lines[last.end_lineno - 1][last.end_col_offset :]
    rest += b"".join(lines[last.end_lineno :])
    return rest.lstrip(b" \t\f\r\n\\").startswith(b";")


def _assigned_name(statement: ast.stmt) -> ast.Name | None:
    """The plain name whose value a final assignment gives (PY-eval_code.mode)."""
    match statement:
        case (
            ast.Assign(targets=[ast.Name() as name, *_])
            | ast.AugAssign(target=ast.Name() as name)
            | ast.AnnAssign(target=ast.Name() as name, value=ast.expr())
        ):
            return name
    return None


def _storing_last_value(body: list[ast.stmt], return_mode: ReturnMode) -> list[ast.stmt]:
    """`body` changed so that the value the mode asks for is stored. The list given stays."""
    last = body[-1]
    if isinstance(last, ast.Expr):
        stored = ast.copy_location(ast.Expr(_code_results.storing(last.value)), last)
        return [*body[:-1], stored]
    name = _assigned_name(last) if return_mode == "last_expr_or_assign" else None
    if name is None:
        return body
    value = ast.copy_location(ast.Name(name.id, ast.Load()), name)
    return [*body, ast.copy_location(ast.Expr(_code_results.storing(value)), last)]


class CodeRunner:
    """Source text that is parsed on construction, compiled by `compile` and run any number of times
    (PY-CodeRunner).

    `return_mode` chooses what `run` returns: the value of a final expression ("last_expr"), also
    that of a final assignment ("last_expr_or_assign"), or always None ("none"). `mode`, `flags`,
    `dont_inherit` and `optimize` are those of the built-in `compile`. With
    `quiet_trailing_semicolon` a final `;` makes the result None. With `dedent` the common
    indentation is removed first. Raises SyntaxError.
    """

    ast: ast.Module | ast.Expression | ast.Interactive
    """The parsed source. May be changed or replaced before `compile`."""
    code: CodeType | None
    """The compiled code, None before `compile`. May be replaced; None makes a run return None."""

    def __init__(
        self,
        source: str,
        *,
        return_mode: ReturnMode = "last_expr",
        mode: str = "exec",
        quiet_trailing_semicolon: bool = True,
        filename: str = "<exec>",
        flags: int = 0,
        dont_inherit: bool = False,
        optimize: int = -1,
        dedent: bool = True,
    ) -> None:
        if not isinstance(source, str):
            raise TypeError(f"source should be a str, not '{type(source).__name__}'")
        if return_mode not in ("last_expr", "last_expr_or_assign", "none"):
            raise ValueError(f"Unrecognized return_mode {return_mode!r}")
        if dedent:
            source = _without_common_indent(source)
        self._filename = filename
        self._flags = flags
        self._dont_inherit = dont_inherit
        self._optimize = optimize
        self._is_compiled = False
        self.code = None
        if is_quotable(filename):
            _remember_lines(source, filename)
        self.ast = compile(
            source, filename, mode, flags | ast.PyCF_ONLY_AST, dont_inherit, optimize
        )
        body = getattr(self.ast, "body", None)
        self._is_quiet = (
            quiet_trailing_semicolon
            and isinstance(body, list)
            and bool(body)
            and _ends_with_semicolon(source, body[-1])
        )
        self._return_mode: ReturnMode = "none" if self._is_quiet else return_mode

    def _compilable(self) -> tuple[ast.AST, str]:
        """The tree to compile and the compiler's mode for it. A lone expression is compiled as one,
        which then is the value of `eval` and needs no storing."""
        tree = self.ast
        if isinstance(tree, ast.Expression):
            return tree, "eval"
        if isinstance(tree, ast.Interactive) and self._is_quiet:
            return ast.Module(tree.body, []), "exec"  # in mode "single" it would print the value
        mode = "single" if isinstance(tree, ast.Interactive) else "exec"
        if self._return_mode == "none" or not tree.body:
            return tree, mode
        if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
            return ast.Expression(tree.body[0].value), "eval"
        body = _storing_last_value(tree.body, self._return_mode)
        if isinstance(tree, ast.Interactive):
            return ast.Interactive(body), mode
        return ast.Module(body, tree.type_ignores), mode

    def compile(self) -> Self:
        """Compiles `ast` into `code`, once. Raises RuntimeError when called again
        (PY-CodeRunner.compile)."""
        if self._is_compiled:
            raise RuntimeError("Already compiled")
        tree, mode = self._compilable()
        self.code = compile(
            tree, self._filename, mode, self._flags, self._dont_inherit, self._optimize
        )
        self._is_compiled = True
        return self

    def run(
        self,
        globals: dict[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
    ) -> Any:
        """Runs the code and returns the value that `return_mode` asks for (PY-CodeRunner.run).

        `globals` defaults to a new dict, `locals` to `globals`. Raises RuntimeError before
        `compile` and for code with a top-level await, and whatever the code raises.
        """
        self._check_compiled()
        return None if self.code is None else run_code(self.code, globals, locals)

    async def run_async(
        self,
        globals: dict[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
    ) -> Any:
        """As `run`, and awaits code that has a top-level await (PY-CodeRunner.run_async)."""
        self._check_compiled()
        return None if self.code is None else await run_code_async(self.code, globals, locals)

    def _check_compiled(self) -> None:
        if not self._is_compiled:
            raise RuntimeError("Not yet compiled")


def run_code(
    code: CodeType, globals: dict[str, Any] | None, locals: Mapping[str, Any] | None
) -> Any:
    """Runs code of a CodeRunner and returns its value. RuntimeError if it must be awaited."""
    if code.co_flags & CO_COROUTINE:
        raise RuntimeError("Used eval_code with TOP_LEVEL_AWAIT. Use run_async for this instead.")
    value = eval(code, {} if globals is None else globals, locals)
    return _code_results.take(code) if value is None else value


async def run_code_async(
    code: CodeType, globals: dict[str, Any] | None, locals: Mapping[str, Any] | None
) -> Any:
    """As `run_code`, and awaits code that must be awaited."""
    value = eval(code, {} if globals is None else globals, locals)
    if code.co_flags & CO_COROUTINE:
        value = await value
    return _code_results.take(code) if value is None else value


def compiled(
    source: str,
    filename: str,
    return_mode: ReturnMode,
    quiet_trailing_semicolon: bool,
    flags: int,
    dont_inherit: bool,
    optimize: int,
    dedent: bool,
) -> CodeType:
    """The code of `source` under the options of CodeRunner. It comes from a cache if the source is
    short and its lines need not be remembered for tracebacks. The arguments are positional, since
    that makes the look-up fast.
    """
    is_short = isinstance(source, str) and len(source) <= MAX_CACHED_SOURCE_CHARS
    make = _compile_cached if is_short and not is_quotable(filename) else _compile
    return make(
        source,
        filename,
        return_mode,
        quiet_trailing_semicolon,
        flags,
        dont_inherit,
        optimize,
        dedent,
    )


def _compile(
    source: str,
    filename: str,
    return_mode: ReturnMode,
    quiet_trailing_semicolon: bool,
    flags: int,
    dont_inherit: bool,
    optimize: int,
    dedent: bool,
) -> CodeType:
    runner = CodeRunner(
        source,
        return_mode=return_mode,
        quiet_trailing_semicolon=quiet_trailing_semicolon,
        filename=filename,
        flags=flags,
        dont_inherit=dont_inherit,
        optimize=optimize,
        dedent=dedent,
    )
    code = runner.compile().code
    assert code is not None
    return code


_compile_cached = functools.lru_cache(maxsize=MAX_CACHED_CODES)(_compile)


def forget_cached() -> None:
    """Empties the cache of compiled code."""
    _compile_cached.cache_clear()
