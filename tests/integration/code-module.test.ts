import assert from "node:assert/strict";
import { throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
py.runPython(
  "from pyodide.code import *\nfrom pyodide.code import CodeRunner, should_quiet, relaxed_call, relaxed_wrap, run_js",
);

test("PY-eval_code: globals, locals and the value", () => {
  assert.equal(py.runPython("eval_code('1 + 2')"), 3);
  assert.equal(py.runPython("g = {}; eval_code('x = 1; x + 1', g)"), 2);
  assert.equal(py.runPython("g['x']"), 1);
  throwsPython(() => py.runPython("eval_code('never_defined')"), "NameError");
});

test("PY-eval_code.mode: return_mode", () => {
  const value = (code: string, mode: string) =>
    py.runPython(`eval_code(${JSON.stringify(code)}, return_mode="${mode}")`);

  assert.equal(value("x = 1", "last_expr_or_assign"), 1);
  assert.equal(value("x = y = 2", "last_expr_or_assign"), 2);
  assert.equal(value("x = 1; x += 4", "last_expr_or_assign"), 5);
  assert.equal(value("x: int = 6", "last_expr_or_assign"), 6);
  assert.equal(value("a, b = 1, 2", "last_expr_or_assign"), undefined);
  assert.equal(value("1", "none"), undefined);
});

test("PY-find_imports: names of imported modules, sorted", () => {
  const find = py.globals.get("find_imports");
  const names = (code: string) => {
    const found = find(code);
    const result = found.toJs();
    found.destroy();
    return result;
  };

  assert.deepEqual(names("import a.b, c\nfrom e.f import g\ndef h():\n  import i"), [
    "a",
    "a.b",
    "c",
    "e",
    "e.f",
    "i",
  ]);
  assert.deepEqual(names("from . import z\nfrom .y import w"), ["y"]);
  assert.deepEqual(names("   import indented"), ["indented"]);
  assert.deepEqual(names("import ("), []);
  find.destroy();
});

test("PY-should_quiet: the last significant token", () => {
  const quiet = py.globals.get("should_quiet");

  assert.equal(quiet("1;"), true);
  assert.equal(quiet("1; # c\n"), true);
  assert.equal(quiet("1 #;"), false);
  quiet.destroy();
});

test("PY-CodeRunner: parse, change the tree, compile, run", () => {
  assert.equal(py.runPython("CodeRunner('1 + 2').compile().run()"), 3);
  const changed = py.runPython(`
    import ast
    runner = CodeRunner("1 + 2")
    runner.ast.body[0].value.op = ast.Mult()
    ast.fix_missing_locations(runner.ast)
    runner.compile().run()
  `);
  assert.equal(changed, 2);
  throwsPython(() => py.runPython("runner.compile()"), "RuntimeError", /Already compiled/);
  throwsPython(() => py.runPython("CodeRunner('1').run()"), "RuntimeError", /Not yet compiled/);
  throwsPython(() => py.runPython("CodeRunner('1 +')"), "SyntaxError");
});

test("PY-eval_code_async: top-level await", async () => {
  assert.equal(
    await py.runPythonAsync(
      "import asyncio\nawait eval_code_async('await asyncio.sleep(0, 4)', {'asyncio': asyncio})",
    ),
    4,
  );
});

test("PY-run_js: JavaScript code in global scope", () => {
  assert.equal(py.runPython("run_js('[1, 2].length')"), 2);
  assert.equal(py.runPython("run_js('(x) => x + 1')(4)"), 5);
  throwsPython(
    () => py.runPython("run_js(1)"),
    "TypeError",
    /argument should have type 'string' not type 'int'/,
  );
  throwsPython(() => py.runPython("run_js('nowhere_at_all')"), "JsException", /ReferenceError/);
  throwsPython(() => py.runPython("run_js('{')"), "JsException", /SyntaxError/);
});

test("PY-relaxed_call: what the signature does not take is dropped", () => {
  assert.equal(py.runPython("relaxed_call(lambda a, b=2: a + b, 1, 5, 9, c=3)"), 6);
  throwsPython(() => py.runPython("relaxed_call(lambda a, b: 0, 1)"), "TypeError");
  assert.equal(py.runPython("relaxed_wrap(lambda a: a)(1, 2, x=3)"), 1);
});
