import assert from "node:assert/strict";
import { answerOf } from "../support/answers.ts";
import { failsInPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
await py.runPython(`
import ast, asyncio, inspect, pyodide.code
from pyodide.code import *

def outcome(run):
    """What it gives, or the type and text of what it raises."""
    try:
        return run()
    except BaseException as error:
        return [type(error).__name__, str(error)]

def parameters(function):
    """Names and defaults; those behind "*" are keyword-only."""
    found, is_keyword = [], False
    for name, p in inspect.signature(function).parameters.items():
        if p.kind is p.KEYWORD_ONLY and not is_keyword:
            is_keyword = True
            found.append("*")
        found.append(name if p.default is p.empty else f"{name}={p.default!r}")
    return " ".join(found)
`);

const answer = (code: string) => answerOf(py, code);
const fails = (code: string, type: string, text = /^/) =>
  failsInPython(() => py.runPython(code), type, text);

const EVAL_PARAMETERS =
  "source globals=None locals=None * return_mode='last_expr' quiet_trailing_semicolon=True " +
  "filename='<exec>' flags=0 dont_inherit=False optimize=-1 dedent=True";

test("PY-eval_code: it executes and gives the value of a final expression", async () => {
  const result = await answer(`
    g = {}
    [eval_code("1 + 2"), eval_code("x = 5"), eval_code("x = 1; x + 1", g), g["x"], eval_code(""), eval_code("# only")]
  `);

  assert.deepEqual(result, [3, null, 2, 1, null, null]);
  assert.equal(await py.runPython("parameters(eval_code)"), EVAL_PARAMETERS);
  await fails("eval_code('never_defined')", "NameError", /never_defined/);
  await fails("eval_code('1 +')", "SyntaxError");
  await fails("eval_code('raise KeyError(3)')", "KeyError", /3/);
  await fails("eval_code(3)", "TypeError");
  await fails("eval_code('1', return_mode='nonsense')", "ValueError");
});

test("PY-eval_code: globals default to a new dict, locals to the globals", async () => {
  const result = await answer(`
    y = "outer"
    g, l = {"a": 1}, {"b": 2}
    [
        outcome(lambda: eval_code("y"))[0], eval_code("c = a + b; c", g, l), sorted(l), "c" in g,
        eval_code("d = 1; globals() is locals()", g), g["d"],
    ]
  `);

  assert.deepEqual(result, ["NameError", 3, ["b", "c"], false, true, 1]);
});

test("PY-eval_code, CF-dedent: flags, dont_inherit, optimize and dedent are taken", async () => {
  const result = await answer(`
    import __future__
    g = {}
    eval_code("def f(x: undefined_name): pass", g, flags=__future__.annotations.compiler_flag)
    [
        g["f"].__annotations__["x"],
        outcome(lambda: eval_code("assert False"))[0], eval_code("assert False", optimize=1),
        eval_code("1", dont_inherit=True), eval_code("  1", dedent=True),
    ]
  `);

  assert.deepEqual(result, ["undefined_name", "AssertionError", null, 1, 1]);
});

test("PY-eval_code.mode: which final statements give a value", async () => {
  const sources = ["1", "x = 1", "x = y = 2", "x = 1; x += 4", "x: int = 6", "x: int"].concat([
    "a, b = 1, 2",
    "g = {}; g['k'] = 1",
    "def f(): pass",
    "for i in [1]: i",
  ]);
  const values = (mode: string) =>
    answer(`[eval_code(s, return_mode="${mode}") for s in ${JSON.stringify(sources)}]`);

  const nothing = [null, null, null, null];
  assert.deepEqual(await values("last_expr"), [1, null, null, null, null, null, ...nothing]);
  assert.deepEqual(await values("last_expr_or_assign"), [1, 1, 2, 5, 6, null, ...nothing]);
  assert.deepEqual(await values("none"), [null, null, null, null, null, null, ...nothing]);
});

test("PY-eval_code.quiet: a final semicolon hides the value", async () => {
  const result = await answer(`
    sources = ["1;", "1 ; # comment", "1; \\n\\n", "';'", "1 #;", "x = 1;"]
    [[eval_code(s) for s in sources], [eval_code(s, quiet_trailing_semicolon=False) for s in sources]]
  `);

  assert.deepEqual(result, [
    [null, null, null, ";", 1, null],
    [1, 1, 1, ";", 1, null],
  ]);
});

test("PY-eval_code.dedent: common leading whitespace goes, also in strings of several lines", async () => {
  const result = await answer(`
    source = "\\n    x = '''a\\n      b\\n    c'''\\n    x\\n"
    [eval_code(source), outcome(lambda: eval_code(source, dedent=False))[0], eval_code("x = '''a\\n  b'''\\nx", dedent=False)]
  `);

  assert.deepEqual(result, ["a\n  b\nc", "IndentationError", "a\n  b"]);
});

test("PY-eval_code.filename: source lines are shown unless the name is in angle brackets", async () => {
  const shown = await failsInPython(
    () => py.runPython("eval_code('x = 1\\n1 / 0  # here', filename='some_file.py')"),
    "ZeroDivisionError",
  );
  const hidden = await failsInPython(
    () => py.runPython("eval_code('x = 1\\n1 / 0  # here', filename='<some>')"),
    "ZeroDivisionError",
  );

  assert.match(shown.message, /File "some_file\.py", line 2, in <module>\n\s+1 \/ 0 {2}# here\n/);
  assert.match(hidden.message, /File "<some>", line 2, in <module>\nZero/);
  assert.match(
    (await fails("eval_code('1 +', filename='broken.py')", "SyntaxError")).message,
    /File "broken\.py", line 1/,
  );
});

test("PY-eval_code.await: source that must be awaited is refused, awaitable values are not touched", async () => {
  const result = await answer(`
    flag = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    async def coroutine(): return 4
    value = eval_code("c()", {"c": coroutine})
    generator = eval_code("(x for x in [1, 2])")
    [
        outcome(lambda: eval_code("await asyncio.sleep(0)", {"asyncio": asyncio}, flags=flag))[0],
        outcome(lambda: eval_code("await asyncio.sleep(0)", {"asyncio": asyncio}))[0],
        eval_code("1", flags=flag), inspect.iscoroutine(value), await value, list(generator),
    ]
  `);

  assert.deepEqual(result, ["RuntimeError", "SyntaxError", 1, true, 4, [1, 2]]);
});

test("PY-eval_code.builtins: one private name in builtins, and frames of the runner and the user only", async () => {
  const result = await answer(`
    import builtins, sys
    g = {"sys": sys}
    eval_code("x = [1]; x[0]", g)
    frames = eval_code("import inspect\\ndef inner(): return [f.filename for f in inspect.stack(0)]\\ninner()", {})
    private = [n for n in vars(builtins) if n.startswith("_") and n not in (
        "_", "_IncompleteInputError", "__build_class__", "__debug__", "__doc__", "__import__", "__loader__", "__name__", "__package__", "__spec__")]
    try:
        eval_code("\\n1 / 0")
    except ZeroDivisionError as error:
        tb, files = error.__traceback__, []
        while tb:
            files.append(tb.tb_frame.f_code.co_filename)
            tb = tb.tb_next
    [len(private), sorted(g), frames[:2], len(set(files[1:-1])) <= 2, files[-1]]
  `);

  assert.deepEqual(result, [1, ["__builtins__", "sys", "x"], ["<exec>", "<exec>"], true, "<exec>"]);
  const error = await fails("eval_code('[1 / 0 for _ in [1]]')", "ZeroDivisionError");
  const files = [...error.message.matchAll(/File "([^"]+)"/g)].map(([, file]) => file);
  assert.deepEqual(
    files.filter((file) => !/\/_?pyodide\/_?code(_runner)?\.py$/.test(file ?? "")),
    ["<exec>", "<exec>", ...files.slice(files.lastIndexOf("<exec>") + 1)],
  );
});

test("PY-eval_code_async: top-level await, with the same parameters", async () => {
  const result = await answer(`
    g = {"asyncio": asyncio}
    flags = ast.PyCF_TYPE_COMMENTS
    async def refused():
        try:
            await eval_code_async("await asyncio.sleep(0)", g, flags=flags)
        except SyntaxError:
            return True
    [
        await eval_code_async("x = await asyncio.sleep(0, 4); x + 1", g), g["x"],
        await eval_code_async("1"), await eval_code_async("x = 1"), await eval_code_async("1;"),
        await eval_code_async("[n async for n in a()]", {"a": eval_code("async def a():\\n  yield 1\\n  yield 2\\na")}),
        await refused(), inspect.iscoroutinefunction(eval_code_async),
    ]
  `);

  assert.deepEqual(result, [5, 4, 1, null, null, [1, 2], true, true]);
  assert.equal(await py.runPython("parameters(eval_code_async)"), EVAL_PARAMETERS);
  await failsInPython(
    () => py.runPythonAsync("await eval_code_async('1 / 0')"),
    "ZeroDivisionError",
  );
});

test("PY-CodeRunner: the source is parsed by the constructor", async () => {
  const result = await answer(`
    parsed = CodeRunner("1 + 2")
    [
        parsed.compile().run(), CodeRunner("x = 1", return_mode="last_expr_or_assign").compile().run(),
        CodeRunner("1 + 1", mode="eval").compile().run(), CodeRunner("1;").compile().run(),
        CodeRunner("1;", quiet_trailing_semicolon=False).compile().run(), CodeRunner("  3").compile().run(),
    ]
  `);

  assert.deepEqual(result, [3, 1, 2, null, 1, 3]);
  await fails("CodeRunner('1 +')", "SyntaxError");
  await fails("CodeRunner('  3', dedent=False)", "IndentationError");
  assert.equal(
    await py.runPython("parameters(CodeRunner)"),
    "source * return_mode='last_expr' mode='exec' quiet_trailing_semicolon=True filename='<exec>' " +
      "flags=0 dont_inherit=False optimize=-1 dedent=True",
  );
});

test("PY-CodeRunner.ast: the tree may be changed or replaced before compile", async () => {
  const result = await answer(`
    changed = CodeRunner("1 + 2")
    before = type(changed.ast).__name__
    changed.ast.body[0].value.op = ast.Mult()
    replaced = CodeRunner("1")
    replaced.ast = ast.parse("[7]\\n8")
    [before, changed.compile().run(), replaced.compile().run()]
  `);

  assert.deepEqual(result, ["Module", 2, 8]);
});

test("PY-CodeRunner.compile: gives the runner, sets code, and works once", async () => {
  const result = await answer(`
    runner = CodeRunner("1")
    [runner.code, runner.compile() is runner, type(runner.code).__name__]
  `);

  assert.deepEqual(result, [null, true, "code"]);
  const twice = "r = CodeRunner('1').compile(); r.compile()";
  await fails(twice, "RuntimeError", /RuntimeError: Already compiled/);
});

test("PY-CodeRunner.run: with globals and locals, any number of times", async () => {
  const result = await answer(`
    runner = CodeRunner("n = n + 1; n").compile()
    g = {"n": 1}
    emptied = CodeRunner("1").compile()
    emptied.code = None
    [runner.run(g), runner.run(g), runner.run({}, {"n": 10}), g["n"], outcome(runner.run)[0], emptied.run()]
  `);

  assert.deepEqual(result, [2, 3, 11, 3, "NameError", null]);
  await fails("CodeRunner('1').run()", "RuntimeError", /RuntimeError: Not yet compiled/);
  const flags = "flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT";
  await fails(
    `CodeRunner("await 1", ${flags}).compile().run()`,
    "RuntimeError",
    /Used eval_code with TOP_LEVEL_AWAIT\. Use run_async for this instead\./,
  );
});

test("PY-CodeRunner.run_async: awaits if needed", async () => {
  const result = await answer(`
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    waiting = CodeRunner("await asyncio.sleep(0, n)", flags=flags).compile()
    emptied = CodeRunner("1").compile()
    emptied.code = None
    async def not_compiled():
        try:
            await CodeRunner("1").run_async()
        except RuntimeError as error:
            return str(error)
    [
        await waiting.run_async({"asyncio": asyncio, "n": 1}), await waiting.run_async({"asyncio": asyncio}, {"n": 2}),
        await CodeRunner("3").compile().run_async(), await emptied.run_async(), await not_compiled(),
    ]
  `);

  assert.deepEqual(result, [1, 2, 3, null, "Not yet compiled"]);
});

test("PY-find_imports: names of imported modules, sorted", async () => {
  const result = await answer(`
    [
        find_imports("import a.b, c\\nfrom e.f import g\\ndef h():\\n  import i"),
        find_imports("from . import z\\nfrom .y import w"), find_imports("   import indented\\n   import b"),
        find_imports("import ("), find_imports(""), find_imports("import b, a\\nimport a"),
    ]
  `);

  assert.deepEqual(result, [
    ["a", "a.b", "c", "e", "e.f", "i"],
    ["y"],
    ["b", "indented"],
    [],
    [],
    ["a", "b"],
  ]);
});

test("PY-should_quiet: whether the last significant token is a semicolon", async () => {
  const result = await answer(`
    sources = ["1;", "1; # c\\n", "1;\\n\\n", "1 #;", "';'", "1", "f(\\n1);\\n", "a;b"]
    [should_quiet(s) for s in sources] + [parameters(should_quiet), "/" in str(inspect.signature(should_quiet))]
  `);

  assert.deepEqual(result, [true, true, true, false, false, false, true, false, "source", true]);
  await fails("should_quiet('(')", "TokenError");
});

test("PY-run_js: JavaScript code in the global scope", async () => {
  const result = await answer(`
    import js
    run_js("globalThis.fromPython = 5; var declared = 6")
    values = [run_js("[1, 2].length"), run_js("(x) => x + 1")(4), js.fromPython, js.declared, run_js("undefined"), run_js("'t'")]
    run_js("delete globalThis.fromPython; delete globalThis.declared")
    values
  `);

  assert.deepEqual(result, [2, 5, 5, 6, null, "t"]);
  const message = /argument should have type 'string' not type 'int'/;
  await fails("run_js(1)", "TypeError", message);
  await fails("run_js('nowhere_at_all')", "JsException", /ReferenceError/);
  await fails("run_js('{')", "JsException", /SyntaxError/);
  await fails("run_js('throw new RangeError(\"far\")')", "JsException", /RangeError: far/);
  await fails("run_js(code='1')", "TypeError");
});

test("PY-relaxed_call: arguments that the signature does not take are dropped", async () => {
  const result = await answer(`
    def everything(a, *args, k=0, **kwargs): return [a, args, k, kwargs]
    def only(a, /, *, k): return [a, k]
    [
        relaxed_call(lambda a, b=2: a + b, 1, 5, 9, c=3), relaxed_call(everything, 1, 2, k=3, z=4),
        relaxed_call(only, 1, 2, k=3, z=4), relaxed_call(lambda: "none", 1, x=2), relaxed_call(int, "7"),
    ]
  `);

  assert.deepEqual(result, [6, [1, [2], 3, { z: 4 }], [1, 3], "none", 7]);
  await fails("relaxed_call(lambda a, b: 0, 1)", "TypeError", /missing 1 required/);
  // Without a signature the call is made as it is.
  assert.equal(await py.runPython("relaxed_call(max, 1, 5)"), 5);
  await fails("relaxed_call(max, 1, 5, nothing=1)", "TypeError", /nothing/);
});

test("PY-relaxed_wrap: a decorator that does the same and keeps metadata", async () => {
  const result = await answer(`
    @relaxed_wrap
    def f(a, *, k=1):
        "docs"
        return [a, k]
    [f(1, 2, k=3, z=4), f.__name__, f.__doc__, outcome(f)[0], str(inspect.signature(f))]
  `);

  assert.deepEqual(result, [[1, 3], "f", "docs", "TypeError", "(a, *, k=1)"]);
  await fails("relaxed_wrap(max)", "TypeError", /Cannot wrap function/);
});

test("PY-eval_code, PY-run_js: everything that the module offers is listed", async () => {
  assert.equal(
    await py.runPython("' '.join(sorted(pyodide.code.__all__))"),
    "CodeRunner eval_code eval_code_async find_imports relaxed_call relaxed_wrap run_js should_quiet",
  );
});
