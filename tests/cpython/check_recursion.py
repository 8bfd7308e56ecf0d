"""Deep recursion in C ends in a Python error, never in an overflow of the engine's stack.

Runs inside the wasm interpreter, with less stack than V8's default (984 KB) to leave a reserve for
the frames of callers:
  tests/cpython/run.py --node-option=--stack-size=850 tests/cpython/check_recursion.py
"""

import ast
import ctypes
import functools
import json
import marshal
import pickle
import re
import sys
import time
import xml.etree.ElementTree as ElementTree

DEPTH = 100_000

# So that the limit on Python frames ends nothing here.
sys.setrecursionlimit(10 * DEPTH)


def nested_list(depth: int = DEPTH) -> list:
    nested: list = []
    for _ in range(depth):
        nested = [nested]
    return nested


def nested_expression() -> ast.Expression:
    node: ast.expr = ast.Constant(1, lineno=1, col_offset=0)
    for _ in range(DEPTH):
        node = ast.UnaryOp(ast.USub(), node, lineno=1, col_offset=0)
    return ast.Expression(node)


class Node:
    """Its repr, comparison and attributes run Python code from C, a level deeper each time."""

    def __init__(self, child: object) -> None:
        self.child = child

    def __repr__(self) -> str:
        return repr(self.child)

    def __getattr__(self, name: str) -> object:
        return getattr(self, name)

    def __add__(self, other: object) -> object:
        return self + other


def nested_nodes() -> Node:
    node = Node(None)
    for _ in range(DEPTH):
        node = Node(node)
    return node


@functools.lru_cache(None)
def cached(count: int) -> int:
    return cached(count + 1)


def sorting(count: int) -> object:
    return sorted([1], key=lambda _: sorting(count + 1))


def substituting(match: object) -> str:
    return re.sub("a", substituting, "a")


def mapping(count: int) -> object:
    return list(map(mapping, [count + 1]))


def evaluating() -> object:
    return eval("evaluating()")


@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
def calling_back(count: int) -> int:
    return calling_back(count + 1)


def with_default(count: int, step: int = 1) -> int:
    return with_default(count + step)


def source(text: str) -> object:
    return lambda: compile(text, "deep", "exec")


ENDS_IN_AN_ERROR = {
    "repr": lambda: repr(nested_list()),
    "compare": lambda: nested_list() == nested_list(),
    "json.dumps": lambda: json.dumps(nested_list()),
    "json.loads": lambda: json.loads("[" * DEPTH),
    "json.loads of objects": lambda: json.loads('{"a":' * DEPTH),
    "pickle": lambda: pickle.dumps(nested_list()),
    "pickle objects": lambda: pickle.dumps(nested_nodes()),
    "marshal.dumps": lambda: marshal.dumps(nested_list()),
    "marshal.loads": lambda: marshal.loads(b"(\1\0\0\0" * DEPTH + b"N"),
    "parentheses": source("(" * DEPTH),
    "brackets": source("[" * 150 + "{0:" * 150),
    "signs": source("-" * DEPTH + "1"),
    "lambdas": source("lambda: " * DEPTH + "1"),
    "elif": source("if a: pass\n" + "elif a: pass\n" * DEPTH),
    "sum": source("+".join("a" * DEPTH)),
    "attributes": source("a" + ".b" * DEPTH),
    "calls": source("a" + "()" * DEPTH),
    "syntax tree": lambda: compile(nested_expression(), "deep", "eval"),
    "repr of objects": lambda: repr(nested_nodes()),
    "__getattr__": lambda: Node(None).anything,
    "__add__": lambda: Node(None) + 1,
    "lru_cache": lambda: cached(0),
    "sorted": lambda: sorting(0),
    "re.sub": lambda: substituting(None),
    "map": lambda: mapping(0),
    "eval": evaluating,
    "call with a default": lambda: with_default(0),
    "isinstance": lambda: isinstance(1, functools.reduce(lambda t, _: (t,), range(DEPTH), str)),
}

SUCCEEDS = {
    "free lists": lambda: nested_list() and None,
    "free objects": lambda: nested_nodes() and None,
    "free elements": lambda: ElementTree.fromstring("<a>" * DEPTH + "</a>" * DEPTH).clear(),
    "json of depth 900": lambda: json.loads(json.dumps(nested_list(900))),
    "pickle of depth 400": lambda: pickle.loads(pickle.dumps(nested_list(400))),
    "150 brackets": source("[" * 150 + "]" * 150),
    "regular expression": lambda: re.compile("(" * 500 + ")" * 500),
}


def heat_up() -> None:
    """Runs the evaluation loop until the engine has optimised it, which makes its frame larger."""
    end = time.monotonic() + 2
    while time.monotonic() < end:
        sorted(range(1000), key=lambda number: -number)


def main() -> None:
    heat_up()
    for name, action in SUCCEEDS.items():
        action()
        print(name)
    for name, action in ENDS_IN_AN_ERROR.items():
        try:
            action()
        except (RecursionError, MemoryError, ValueError, SyntaxError) as error:
            print(f"{name}: {type(error).__name__}")
        else:
            sys.exit(f"{name} did not fail")
    assert eval("1 + 1") == 2


if __name__ == "__main__":
    main()
