import assert from "node:assert/strict";
import { failsInPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

test("JS-runPython: the value of a final expression, else undefined", async () => {
  assert.equal(await py.runPython("1 + 2"), 3);
  assert.equal(await py.runPython("x = 5"), undefined);
  assert.equal(await py.runPython("x = 5\nx"), 5);
  assert.equal(await py.runPython("'é' * 2"), "éé");
});

test("JS-runPython: a program of many lines, unicode names, and long code", async () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `v${i} = ${i}`).join("\n");
  const globals = await py.runPython("{}");

  assert.equal(await py.runPython(`${lines}\nv19999`, { globals }), 19999);
  assert.equal(await py.runPython("größe = 'λ'; größe * 3", { globals }), "λλλ");
  await globals.destroy();
});

test("JS-runPython.2: a trailing semicolon suppresses the result", async () => {
  assert.equal(await py.runPython("1 + 2;"), undefined);
  assert.equal(await py.runPython("1 + 2;  # why\n\n# more\n"), undefined);
  assert.equal(await py.runPython("'a;'"), "a;");
  assert.equal(await py.runPython("1  # ;"), 1);
});

test("JS-runPython.2: final statements and empty code give undefined", async () => {
  for (const code of [
    "",
    "\n\n",
    "# only this",
    "if True: 1",
    "for i in range(3): i",
    "def f(): 1",
  ]) {
    assert.equal(await py.runPython(code), undefined, code);
  }
});

test("JS-runPython.3: assignments go to options.globals, which gets __builtins__", async () => {
  const globals = await py.runPython("{'y': 20}");

  assert.equal(await py.runPython("z = y + 1; z", { globals }), 21);
  assert.equal(await globals.get("z"), 21);
  assert.equal(await globals.has("__builtins__"), true);
  assert.equal(await py.globals.has("z"), false);
  await globals.destroy();
});

test("JS-runPython.3: globals that are no dict raise TypeError", async () => {
  const list = await py.runPython("[]");
  const mapping = await py.runPython("import collections; collections.UserDict()");

  await failsInPython(() => py.runPython("1", { globals: list }), "TypeError");
  await failsInPython(() => py.runPython("1", { globals: mapping }), "TypeError");
  await failsInPython(() => py.runPython("1", { globals: { x: 1 } }), "TypeError");
  await list.destroy();
  await mapping.destroy();
});

test("JS-runPython.4: options.locals", async () => {
  const globals = await py.runPython("{'g': 1}");
  const locals = await py.runPython("{'l': 2}");

  assert.equal(await py.runPython("here = g + l; here", { globals, locals }), 3);
  assert.equal(await locals.get("here"), 3);
  assert.equal(await globals.get("here"), undefined);
  await globals.destroy();
  await locals.destroy();
});

test("JS-runPython.5: the file name appears, and plain names quote the source", async () => {
  const plain = await failsInPython(
    () => py.runPython("1\n1 / 0", { filename: "calc.py" }),
    "ZeroDivisionError",
  );
  assert.match(plain.message, /File "calc\.py", line 2/);
  assert.match(plain.message, /^ +1 \/ 0$/m);
  const angled = await failsInPython(() => py.runPython("1 / 0"), "ZeroDivisionError");
  assert.match(angled.message, /File "<exec>", line 1/);
  assert.doesNotMatch(angled.message, /^ +1 \/ 0$/m);
});

test("JS-runPython.6, CF-dedent: other options reach eval_code, an unknown one is a TypeError", async () => {
  assert.equal(await py.runPython("q = 3", { return_mode: "last_expr_or_assign" }), 3);
  assert.equal(await py.runPython("3", { return_mode: "none" }), undefined);
  assert.equal(await py.runPython("3;", { quiet_trailing_semicolon: false }), 3);
  assert.equal(await py.runPython("assert False; 1", { optimize: 1 }), 1);
  await failsInPython(() => py.runPython("assert False; 1"), "AssertionError");
  // CO_FUTURE_ANNOTATIONS leaves annotations as text.
  const annotations = 0x1000000;
  const code = "def f(x: not_there): pass\nf.__annotations__['x']";
  assert.equal(await py.runPython(code, { flags: annotations }), "not_there");
  await failsInPython(() => py.runPython(code, { dont_inherit: true }), "NameError");
  await failsInPython(() => py.runPython("  1", { dedent: false }), "IndentationError");
  await failsInPython(
    () => py.runPython("1", { no_such_option: 1 }),
    "TypeError",
    /no_such_option/,
  );
});

test("JS-runPython.7: uniform indentation is removed", async () => {
  assert.equal(await py.runPython("\n    x = 1\n    if x:\n        x = 2\n    x\n"), 2);
  assert.equal(await py.runPython("\t1 + 1"), 2);
  await failsInPython(() => py.runPython("    x = 1\n  x = 2\n"), "IndentationError");
});

test("JS-runPython.8: any exception throws, and the interpreter goes on", async () => {
  for (const [code, type] of [
    ["def f(:", "SyntaxError"],
    ["raise KeyboardInterrupt", "KeyboardInterrupt"],
    ["raise SystemExit(3)", "SystemExit"],
    ["raise GeneratorExit", "GeneratorExit"],
    ["raise BaseException", "BaseException"],
    ["import asyncio\nawait asyncio.sleep(0)", "SyntaxError"],
  ] as const) {
    await failsInPython(() => py.runPython(code), type);
    assert.equal(await py.runPython("1"), 1);
  }
});

test("JS-runPython.8: code that is no text raises TypeError", async () => {
  for (const code of [1, undefined, null, {}, [], () => "1"]) {
    await failsInPython(() => py.runPython(code), "TypeError");
  }
});

test("JS-runPython.8: text that cannot be source: NUL, lone surrogates", async () => {
  await failsInPython(() => py.runPython("1\0 + 1"), "SyntaxError");
  await failsInPython(() => py.runPython("'\ud800'"), "UnicodeEncodeError");
  assert.equal(await py.runPython("1"), 1);
});

test("JS-runPython.9: a coroutine comes back as an awaitable that has not started", async () => {
  // Held by its name only: awaiting the step would await the coroutine.
  const coroutine = py.runPython(
    "ran = False\nasync def f():\n  global ran\n  ran = True\n  return 3\nf()",
  );

  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(await py.globals.get("ran"), false);
  assert.equal(await coroutine, 3);
  assert.equal(await py.globals.get("ran"), true);
});

test("JS-runPython.10: eval_code and eval_code_async are looked up at each call", async () => {
  await py.runPython(`
    import pyodide.code
    kept = pyodide.code.eval_code, pyodide.code.eval_code_async
    async def shout(source, *args, **options): return source.upper()
    pyodide.code.eval_code = lambda source, *args, **options: source.upper()
    pyodide.code.eval_code_async = shout
    def put_back():
        pyodide.code.eval_code, pyodide.code.eval_code_async = kept
  `);
  const putBack = await py.globals.get("put_back");
  try {
    assert.equal(await py.runPython("abc"), "ABC");
    assert.equal(await py.runPythonAsync("def"), "DEF");
  } finally {
    await putBack();
    await putBack.destroy();
  }
  assert.equal(await py.runPython("1 + 1"), 2);
});
