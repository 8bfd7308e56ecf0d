import assert from "node:assert/strict";
import { failsInPython, rejectionOf } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
await py.runPython("import asyncio");

test("JS-runPythonAsync: top-level await, and the value of the final expression", async () => {
  const promise = py.runPythonAsync("await asyncio.sleep(0.001)\n5");

  assert.ok(promise instanceof Promise);
  assert.equal(await promise, 5);
  assert.equal(await py.runPythonAsync("await asyncio.sleep(0, 'slept')"), "slept");
  assert.equal(await py.runPythonAsync("x = 1"), undefined);
  assert.equal(await py.runPythonAsync("1;"), undefined);
});

test("JS-runPythonAsync: the options of runPython", async () => {
  const globals = await py.runPython("{'y': 1}");
  const locals = await py.runPython("{'l': 2}");

  assert.equal(await py.runPythonAsync("z = y + 1; z", { globals }), 2);
  assert.equal(await globals.get("z"), 2);
  assert.equal(await py.runPythonAsync("y + l", { globals, locals }), 3);
  const error = await failsInPython(
    () => py.runPythonAsync("1/0", { filename: "late.py" }),
    "ZeroDivisionError",
  );
  assert.match(error.message, /late\.py/);
  assert.equal(await py.runPythonAsync("q = 3", { return_mode: "last_expr_or_assign" }), 3);
  await failsInPython(() => py.runPythonAsync("1", { nonsense: 1 }), "TypeError", /nonsense/);
  await globals.destroy();
  await locals.destroy();
});

test("JS-runPythonAsync.2: every failure is a rejection", async () => {
  for (const [code, type] of [
    ["def f(:", "SyntaxError"],
    ["raise ValueError('x')", "ValueError"],
    ["await asyncio.sleep(0)\n1/0", "ZeroDivisionError"],
    ["raise SystemExit(1)", "SystemExit"],
    ["raise KeyboardInterrupt", "KeyboardInterrupt"],
    [7, "TypeError"],
    [undefined, "TypeError"],
  ] as const) {
    const error = await rejectionOf(() => py.runPythonAsync(code));
    assert.equal(error.name, "PythonError");
    assert.equal(error.type, type);
  }
});

test("JS-runPythonAsync.3: a final awaitable is awaited", async () => {
  assert.equal(await py.runPythonAsync("async def f(): return 9\nf()"), 9);
  assert.equal(await py.runPythonAsync("import js\njs.Promise.resolve(8)"), 8);
  assert.equal(await py.runPythonAsync("async def f(): return 9\nasyncio.ensure_future(f())"), 9);
});

test("JS-runPythonAsync.4: it loads no packages for its imports", async () => {
  await failsInPython(() => py.runPythonAsync("import no_such_module_xyz"), "ModuleNotFoundError");
});

test("JS-runPythonAsync.5: run_sync, where the engine switches stacks", async () => {
  const run = () =>
    py.runPythonAsync("from pyodide.ffi import run_sync\nrun_sync(asyncio.sleep(0, 5))");

  if ("Suspending" in WebAssembly) assert.equal(await run(), 5);
  else await failsInPython(run, "RuntimeError", /stack switching not supported/);
});

test("JS-runPythonAsync: promises of JavaScript are awaited in Python", async () => {
  const globals = await py.runPython("{}");
  await globals.set("later", {
    value: (x: number) => new Promise((resolve) => setTimeout(resolve, 1, x)),
    fail: () => Promise.reject(new RangeError("too far")),
  });

  assert.equal(await py.runPythonAsync("(await later.value(4)) + 1", { globals }), 5);
  const caught = await py.runPythonAsync(
    `
    try:
        await later.fail()
    except Exception as e:
        text = f"{type(e).__name__} {e}"
    text
  `,
    { globals },
  );
  assert.equal(caught, "JsException RangeError: too far");
  await failsInPython(
    () => py.runPythonAsync("await later.fail()", { globals }),
    "JsException",
    /RangeError: too far/,
  );
  await globals.destroy();
});

test("JS-runPythonAsync: many runs at once", async () => {
  const runs = Array.from({ length: 200 }, (_, i) =>
    py.runPythonAsync(`await asyncio.sleep(0)\n${i}`),
  );

  assert.deepEqual(
    await Promise.all(runs),
    Array.from({ length: 200 }, (_, i) => i),
  );
});

test("JS-runPythonAsync: a run that fails does not stop the others", async () => {
  const [one, two] = [
    rejectionOf(() => py.runPythonAsync("1/0")),
    py.runPythonAsync("await asyncio.sleep(0)\n'fine'"),
  ];

  assert.equal((await one).name, "PythonError");
  assert.equal(await two, "fine");
});
