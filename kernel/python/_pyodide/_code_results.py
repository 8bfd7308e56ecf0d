"""How the value of the last expression leaves the code that `CodeRunner` compiled
(PY-eval_code.builtins).

The compiler gives module code no way to return a value, so the last expression is stored by a call
that the runner adds to the syntax tree: `__krait_results__.values.append(<expression>)`. It runs in
C, so no frame of ours appears in a traceback, and the values are kept per thread, so that runs in
several threads do not meet.
"""

import ast
import builtins
import threading
from types import CodeType
from typing import Any

NAME = "__krait_results__"


class _Results(threading.local):
    """A stack: a run that starts inside another one has taken its value off before the outer one
    goes on."""

    def __init__(self) -> None:
        self.values: list[Any] = []


_results = _Results()
setattr(builtins, NAME, _results)


def storing(expression: ast.expr) -> ast.expr:
    """The expression that evaluates `expression` and stores its value for `take`."""
    store = ast.Attribute(
        ast.Attribute(ast.Name(NAME, ast.Load()), "values", ast.Load()), "append", ast.Load()
    )
    call = ast.Call(store, [expression], [])
    for node in (call, store, store.value, store.value.value):  # type: ignore[attr-defined]
        ast.copy_location(node, expression)
    return call


def take(code: CodeType) -> Any:
    """The value that `code`, which has just ended without an exception, stored; None if it stores
    none."""
    return _results.values.pop() if NAME in code.co_names else None
