"""Finds the titles of tests in their sources: the rules that each begins with."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

RULE = r"[A-Z]{2}-[\w.-]*\w"
TITLE = re.compile(rf"({RULE}(?:, {RULE})*)(?::|\.?$)", re.MULTILINE)
TEST_CALL = re.compile(rf"""\btest(?:OfValues)?\(\s*(["'`])({RULE}(?:, {RULE})*)(?:: |\1)""")


def rules_in(path: Path) -> set[str]:
    """The rules that the titles of the tests in the file begin with."""
    source = path.read_text()
    titles = _python_titles(source) if path.suffix == ".py" else _calls(source)
    return {rule for title in titles for rule in title.split(", ")}


def _calls(source: str) -> Iterator[str]:
    """Titles of `test(…)` and `testOfValues(…)` in TypeScript. What follows the rules may be made at run time, the rules may not."""
    return (match[2] for match in TEST_CALL.finditer(source))


def _python_titles(source: str) -> Iterator[str]:
    """A test of unittest has its title in its docstring, or in that of its class."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            if match := TITLE.match(ast.get_docstring(node) or ""):
                yield match[1]
