"""Python's own sources tokenised, parsed, compiled and inspected."""

import ast
import dis
import inspect
import io
import textwrap
import tokenize

SUBJECTS = (textwrap, tokenize)


class Renamer(ast.NodeTransformer):
    def __init__(self):
        self.names = {}

    def visit_Name(self, node):
        self.names[node.id] = self.names.get(node.id, 0) + 1
        return ast.copy_location(ast.Name(node.id, node.ctx), node)


class Counting(ast.NodeVisitor):
    def __init__(self):
        self.counts = {}

    def generic_visit(self, node):
        kind = type(node).__name__
        self.counts[kind] = self.counts.get(kind, 0) + 1
        super().generic_visit(node)


for module in SUBJECTS:
    source = inspect.getsource(module)
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    assert len(tokens) > 500
    tree = ast.parse(source)
    counter = Counting()
    counter.visit(tree)
    assert counter.counts["Name"] > 50
    renamer = Renamer()
    again = ast.unparse(ast.fix_missing_locations(renamer.visit(tree)))
    code = compile(again, "<again>", "exec")
    assert sum(1 for _ in dis.get_instructions(code)) > 50
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if name == function.__name__:
            assert inspect.signature(function) is not None
    assert eval(compile("sum(i * 2 for i in range(10))", "<e>", "eval")) == 90
