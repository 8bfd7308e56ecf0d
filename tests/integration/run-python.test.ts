import assert from "node:assert/strict";
import { throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

test("JS-runPython: the value of a final expression, else undefined", () => {
  assert.equal(py.runPython("1 + 2"), 3);
  assert.equal(py.runPython("x = 5"), undefined);
  assert.equal(py.runPython("x = 5\nx"), 5);
  assert.equal(py.runPython("'é' * 2"), "éé");
});

test("JS-runPython.2: a trailing semicolon suppresses the result", () => {
  assert.equal(py.runPython("1 + 2;"), undefined);
  assert.equal(py.runPython("1 + 2;  # why\n\n# more\n"), undefined);
  assert.equal(py.runPython("'a;'"), "a;");
});

test("JS-runPython.2: final statements and empty code give undefined", () => {
  for (const code of [
    "",
    "\n\n",
    "# only this",
    "if True: 1",
    "for i in range(3): i",
    "def f(): 1",
  ]) {
    assert.equal(py.runPython(code), undefined, code);
  }
});

test("JS-runPython.3: assignments go to options.globals, which gets __builtins__", () => {
  const globals = py.toPy({ y: 20 });

  assert.equal(py.runPython("z = y + 1; z", { globals }), 21);
  assert.equal(globals.get("z"), 21);
  assert.equal(globals.has("__builtins__"), true);
  assert.equal(py.globals.has("z"), false);
  globals.destroy();
});

test("JS-runPython.3: globals that are no dict raise TypeError", () => {
  const globals = py.runPython("[]");

  throwsPython(() => py.runPython("1", { globals }), "TypeError");
  globals.destroy();
});

test("JS-runPython.4: options.locals", () => {
  const globals = py.runPython("{'g': 1}");
  const locals = py.runPython("{'l': 2}");

  assert.equal(py.runPython("here = g + l; here", { globals, locals }), 3);
  assert.equal(locals.get("here"), 3);
  assert.equal(globals.get("here"), undefined);
  globals.destroy();
  locals.destroy();
});

test("JS-runPython.5: the file name appears, and plain names quote the source", () => {
  const plain = throwsPython(
    () => py.runPython("1\n1 / 0", { filename: "calc.py" }),
    "ZeroDivisionError",
  );
  assert.match(plain.message, /File "calc\.py", line 2/);
  assert.match(plain.message, /1 \/ 0/);
  const angled = throwsPython(() => py.runPython("1 / 0"), "ZeroDivisionError");
  assert.match(angled.message, /File "<exec>", line 1/);
});

test("JS-runPython.6: other options reach eval_code, an unknown one raises TypeError", () => {
  assert.equal(py.runPython("q = 3", { return_mode: "last_expr_or_assign" }), 3);
  assert.equal(py.runPython("3", { return_mode: "none" }), undefined);
  assert.equal(py.runPython("3;", { quiet_trailing_semicolon: false }), 3);
  assert.equal(py.runPython("assert False; 1", { optimize: 1 }), 1);
  throwsPython(() => py.runPython("1", { no_such_option: 1 }), "TypeError", /no_such_option/);
});

test("JS-runPython.7: uniform indentation is removed", () => {
  assert.equal(py.runPython("\n    x = 1\n    if x:\n        x = 2\n    x\n"), 2);
  throwsPython(() => py.runPython("  1", { dedent: false }), "IndentationError");
});

test("JS-runPython.8: any exception throws, and the interpreter goes on", () => {
  throwsPython(() => py.runPython("def f(:"), "SyntaxError");
  throwsPython(() => py.runPython("raise KeyboardInterrupt"), "KeyboardInterrupt");
  throwsPython(() => py.runPython("raise GeneratorExit"), "GeneratorExit");
  throwsPython(() => py.runPython("import asyncio\nawait asyncio.sleep(0)"), "SyntaxError");
  assert.equal(py.runPython("1"), 1);
});

test("JS-runPython.8: code that is no text raises TypeError", () => {
  for (const code of [1, undefined, null, {}, []]) {
    throwsPython(() => py.runPython(code), "TypeError");
  }
});

test("JS-runPython.8: text that cannot be source: NUL, lone surrogates", () => {
  throwsPython(() => py.runPython("1\0 + 1"), "SyntaxError");
  throwsPython(() => py.runPython("'\ud800'"), "UnicodeEncodeError");
  assert.equal(py.runPython("1"), 1);
});

test("JS-runPython.9: a coroutine comes back as an awaitable that has not started", async () => {
  const coroutine = py.runPython(
    "ran = False\nasync def f():\n  global ran\n  ran = True\n  return 3\nf()",
  );

  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(py.globals.get("ran"), false);
  assert.equal(await coroutine, 3);
  assert.equal(py.globals.get("ran"), true);
});

test("JS-runPython.10: eval_code is looked up at each call", () => {
  py.runPython(
    "import pyodide.code as c; kept = c.eval_code; c.eval_code = lambda source, *a, **k: source.upper()",
  );
  try {
    assert.equal(py.runPython("abc"), "ABC");
  } finally {
    const code = py.pyimport("pyodide.code");
    code.eval_code = py.globals.get("kept");
    code.destroy();
  }
  assert.equal(py.runPython("1 + 1"), 2);
});

test("JS-globals: one proxy for life, identical to globals() of __main__", () => {
  assert.equal(py.globals, py.globals);
  assert.equal(py.runPython("lambda g: g is globals()")(py.globals), true);
  py.globals.set("from_js", 11);
  assert.equal(py.runPython("from_js"), 11);
  py.globals.delete("from_js");
  assert.equal(py.globals.has("from_js"), false);
});

test("JS-globals.2: get and has fall back to builtins, property access does not", () => {
  const len = py.globals.get("len");

  assert.equal(len("four"), 4);
  assert.equal(py.globals.has("print"), true);
  assert.equal(py.globals.len, undefined);
  assert.equal(py.globals.get("nowhere"), undefined);
  len.destroy();
});

test("JS-version, JS-pyodide_py: one version everywhere", () => {
  assert.equal(py.pyodide_py.__version__, py.version);
  assert.equal(py.runPython("import pyodide; pyodide.__version__"), py.version);
});

test("a program of many lines, unicode names, and long code", () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `v${i} = ${i}`).join("\n");
  const globals = py.runPython("{}");

  assert.equal(py.runPython(`${lines}\nv19999`, { globals }), 19999);
  assert.equal(py.runPython("größe = 'λ'; größe * 3", { globals }), "λλλ");
  globals.destroy();
});
