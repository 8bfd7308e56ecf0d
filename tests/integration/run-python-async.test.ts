import assert from "node:assert/strict";
import { rejectionOf, rejectsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

test("JS-runPythonAsync: top-level await, and the value of the final expression", async () => {
  assert.equal(await py.runPythonAsync("import asyncio\nawait asyncio.sleep(0.001)\n5"), 5);
  assert.equal(await py.runPythonAsync("await asyncio.sleep(0, 'slept')"), "slept");
  assert.equal(await py.runPythonAsync("x = 1"), undefined);
  assert.equal(await py.runPythonAsync("1;"), undefined);
});

test("JS-runPythonAsync: the options of runPython", async () => {
  const globals = py.toPy({ y: 1 });

  assert.equal(await py.runPythonAsync("z = y + 1; z", { globals }), 2);
  assert.equal(globals.get("z"), 2);
  const error = await rejectsPython(
    () => py.runPythonAsync("1/0", { filename: "late.py" }),
    "ZeroDivisionError",
  );
  assert.match(error.message, /late\.py/);
  globals.destroy();
});

test("JS-runPythonAsync.2: every failure is a rejection", async () => {
  await rejectsPython(() => py.runPythonAsync("def f(:"), "SyntaxError");
  await rejectsPython(
    () => py.runPythonAsync("raise ValueError('x')"),
    "ValueError",
    /ValueError: x/,
  );
  await rejectsPython(
    () => py.runPythonAsync("import asyncio\nawait asyncio.sleep(0)\n1/0"),
    "ZeroDivisionError",
  );
  await rejectsPython(() => py.runPythonAsync(7), "TypeError");
});

test("JS-runPythonAsync.3: a final awaitable is awaited", async () => {
  assert.equal(await py.runPythonAsync("async def f(): return 9\nf()"), 9);
  assert.equal(await py.runPythonAsync("import js\njs.Promise.resolve(8)"), 8);
  assert.equal(await py.runPythonAsync("import asyncio\nasyncio.ensure_future(f())"), 9);
});

test("JS-runPythonAsync.4: it loads no packages for its imports", async () => {
  await rejectsPython(() => py.runPythonAsync("import no_such_module_xyz"), "ModuleNotFoundError");
});

test("JS-runPythonAsync: promises of JavaScript are awaited in Python", async () => {
  py.registerJsModule("later", {
    value: (x: number) => new Promise((resolve) => setTimeout(resolve, 1, x)),
    fail: () => Promise.reject(new RangeError("too far")),
  });

  assert.equal(await py.runPythonAsync("import later\n(await later.value(4)) + 1"), 5);
  const caught = await py.runPythonAsync(`
    try:
        await later.fail()
    except Exception as e:
        text = f"{type(e).__name__} {e}"
    text
  `);
  assert.equal(caught, "JsException RangeError: too far");
  await rejectsPython(
    () => py.runPythonAsync("await later.fail()"),
    "JsException",
    /RangeError: too far/,
  );
  py.unregisterJsModule("later");
  py.runPython("import sys; del sys.modules['later']");
});

test("WL-current: tasks run together, in order", async () => {
  const order = await py.runPythonAsync(`
    import asyncio
    order = []
    async def step(name, delay):
        order.append(name + "+")
        await asyncio.sleep(delay)
        order.append(name + "-")
        return name
    results = await asyncio.gather(step("a", 0.02), step("b", 0.001), step("c", 0))
    order + results
  `);

  assert.deepEqual(order.toJs(), ["a+", "b+", "c+", "c-", "b-", "a-", "a", "b", "c"]);
  order.destroy();
});

test("WL-current: timeouts and cancellation", async () => {
  const result = await py.runPythonAsync(`
    import asyncio
    log = []
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(60)
    except TimeoutError:
        log.append("timeout")
    task = asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log.append("cancelled")
    ",".join(log)
  `);

  assert.equal(result, "timeout,cancelled");
});

test("WL-runUntilComplete, PY-run_sync: they switch stacks, or raise where that is not supported", async () => {
  const blocking = [
    "import asyncio\nasyncio.run(asyncio.sleep(0, 5))",
    "from pyodide.ffi import run_sync\nimport asyncio\nrun_sync(asyncio.sleep(0, 5))",
  ];
  const isSupported = "Suspending" in WebAssembly;

  for (const code of blocking) {
    if (isSupported) assert.equal(await py.runPythonAsync(code), 5);
    else {
      const text = /WebAssembly stack switching not supported in this JavaScript runtime/;
      await rejectsPython(() => py.runPythonAsync(code), "RuntimeError", text);
    }
  }
});

test("many runs at once", async () => {
  const runs = Array.from({ length: 200 }, (_, i) =>
    py.runPythonAsync(`import asyncio\nawait asyncio.sleep(0)\n${i}`),
  );

  assert.deepEqual(
    await Promise.all(runs),
    Array.from({ length: 200 }, (_, i) => i),
  );
});

test("JS-runPythonAsync: a broken rejection handler does not stop the others", async () => {
  const [one, two] = [
    rejectionOf(() => py.runPythonAsync("1/0")),
    py.runPythonAsync("import asyncio\nawait asyncio.sleep(0)\n'fine'"),
  ];

  assert.equal((await one).name, "PythonError");
  assert.equal(await two, "fine");
});
