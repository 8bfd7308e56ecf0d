"""What can be told of source text without running it: its imports, and whether it wants no result
shown."""

import ast
import io
import tokenize

from ._code_runner import _without_common_indent

_INSIGNIFICANT = {
    tokenize.ENDMARKER,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.COMMENT,
    tokenize.INDENT,
    tokenize.DEDENT,
}


def _with_parents(dotted: str) -> list[str]:
    parts = dotted.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


def find_imports(source: str) -> list[str]:
    """The modules that `source` imports anywhere in it, each with its parent packages, sorted
    (PY-find_imports).

    A source that is no valid Python imports nothing.
    """
    try:
        tree = ast.parse(_without_common_indent(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found.update(_with_parents(alias.name))
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.update(_with_parents(node.module))
    return sorted(found)


def should_quiet(source: str, /) -> bool:
    """Whether the last significant token of `source` is a `;` (PY-should_quiet).

    Raises tokenize.TokenError for text that cannot be tokenized.
    """
    last = None
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _INSIGNIFICANT:
            last = token
    return last is not None and last.type == tokenize.OP and last.string == ";"
