import assert from "node:assert/strict";
import { hasStackSwitching, NO_STACK_SWITCHING } from "../support/engine.ts";
import { fails, failsInPython } from "../support/failures.ts";
import { type Any, load, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();
await py.runPython(`
import asyncio, contextvars, threading, time
from pyodide.ffi import can_run_sync, run_sync

async def later(value, seconds=0.001):
    await asyncio.sleep(seconds)
    return value

async def broken():
    await asyncio.sleep(0)
    raise LookupError("gone")

def blocking(a=1, *, b=2):
    return run_sync(later(a + b))
`);

/** Checks the value where the engine can switch stacks, and elsewhere that it fails saying so. */
async function givesOrIsUnsupported(code: string, value: unknown): Promise<void> {
  const run = () => py.runPythonAsync(code);
  if (hasStackSwitching) assert.equal(await run(), value);
  else await failsInPython(run, "RuntimeError", NO_STACK_SWITCHING);
}

test("PY-run_sync, JS-runPythonAsync.5: it blocks until an awaitable is done", async () => {
  await givesOrIsUnsupported("run_sync(later(5)) + 1", 6);
  await givesOrIsUnsupported("run_sync(asyncio.ensure_future(later(7)))", 7);
  await givesOrIsUnsupported("import js\nrun_sync(js.Promise.resolve(8))", 8);
});

test("PY-run_sync: it raises what the awaitable raised", async () => {
  const caught = `
    try:
        run_sync(broken())
    except LookupError as error:
        caught = f"{type(error).__name__} {error.args[0]}"
    caught
  `;
  await givesOrIsUnsupported(caught, "LookupError gone");
  const rejected = `
    import js
    from pyodide.ffi import JsException
    try:
        run_sync(js.Promise.reject(js.TypeError.new("no")))
    except JsException as error:
        caught = str(error)
    caught
  `;
  await givesOrIsUnsupported(rejected, "TypeError: no");
});

test("PY-run_sync: what is no awaitable is a TypeError, with support and without", async () => {
  await failsInPython(() => py.runPythonAsync("run_sync(3)"), "TypeError");
  await failsInPython(() => py.runPython("run_sync(None)"), "TypeError");
});

test("PY-run_sync: other tasks run while it waits", async () => {
  const code = `
    order = []
    async def note(n):
        await asyncio.sleep(0)
        order.append(n)
    task = asyncio.create_task(note("other"))
    run_sync(later(0, 0.005))
    order.append("waited")
    " ".join(order)
  `;
  await givesOrIsUnsupported(code, "other waited");
});

testOfValues("PY-run_sync: entered synchronously it says so, and what to call", async () => {
  const message = hasStackSwitching ? /synchronously[^]*callPromising/ : NO_STACK_SWITCHING;

  await py.runPython("waiting = later(1)");
  await failsInPython(() => py.runPython("run_sync(waiting)"), "RuntimeError", message);
  // Python → JavaScript → Python: the frames of JavaScript cannot be suspended.
  const bounce = "import js\njs.eval('(f) => f()')(lambda: run_sync(waiting))";
  await failsInPython(() => py.runPythonAsync(bounce), "RuntimeError", message);
  await py.runPython("waiting.close()");
});

testOfValues(
  "PY-run_sync.ctx: context variables and thread locals are those of the call stack",
  async () => {
    const code = `
    var = contextvars.ContextVar("var", default="unset")
    local = threading.local()
    local.value = "thread"
    log = []
    async def one(name, seconds):
        log.append(var.get())
        var.set(name)
        run_sync(later(0, seconds))
        log.append(f"{var.get()} {local.value}")
    await asyncio.gather(one("a", 0.02), one("b", 0.001))
    log.append(var.get())
    ", ".join(log)
  `;
    await givesOrIsUnsupported(code, "unset, unset, b thread, a thread, unset");
  },
);

test("PY-can_run_sync: true where the event loop entered Python", async () => {
  assert.equal(await py.runPython("can_run_sync()"), false);
  assert.equal(await py.runPythonAsync("can_run_sync()"), hasStackSwitching);
  const started = await py.runPython("async def ask(): return can_run_sync()\nask");
  assert.equal(await started(), hasStackSwitching);
  await started.destroy();
  const callback = `
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(lambda: future.set_result(can_run_sync()))
    await future
  `;
  assert.equal(await py.runPythonAsync(callback), hasStackSwitching);
  const bounce = "import js\njs.eval('(f) => f()')(can_run_sync)";
  assert.equal(await py.runPythonAsync(bounce), false);
});

/** Uses a function of the kernel in a body that owns its proxy. */
async function withFunction(name: string, body: (f: Any) => Promise<void>): Promise<void> {
  const f = await py.globals.get(name);
  try {
    await body(f);
  } finally {
    await f.destroy();
  }
}

test("PX-callPromising: the callee may block", async () => {
  await withFunction("blocking", async (blocking) => {
    if (!hasStackSwitching) {
      await fails(() => blocking.callPromising(1), "Error", NO_STACK_SWITCHING);
      return;
    }
    assert.equal(await blocking.callPromising(5), 7);
    await failsInPython(() => blocking.callPromising(1, 2, 3), "TypeError");
  });
});

test("PX-callPromising: it returns to the event loop before the call, and does not await the result", async () => {
  await py.runPython("called = []\ndef note():\n  called.append(1)\n  return later('inner')");
  await withFunction("note", async (note) => {
    if (!hasStackSwitching) {
      await fails(() => note.callPromising(), "Error", NO_STACK_SWITCHING);
      return;
    }
    let promise: Promise<unknown> | undefined;
    await py.globals.set("start", (f: Any) => {
      promise = f.callPromising();
    });
    // The event loop does not run before this code ends.
    assert.equal(await py.runPython("start(note); len(called)"), 0);
    // Promise resolution awaits the result.
    assert.equal(await promise, "inner");
  });
});

test("PX-callPromisingKwargs: a keyword object comes last", async () => {
  await withFunction("blocking", async (blocking) => {
    if (!hasStackSwitching) {
      await fails(() => blocking.callPromisingKwargs(1, { b: 1 }), "Error", NO_STACK_SWITCHING);
      return;
    }
    assert.equal(await blocking.callPromisingKwargs(5, { b: 5 }), 10);
    await fails(() => blocking.callPromisingKwargs(5, 6), "TypeError", /kwargs/);
  });
});

test("WL-runUntilComplete: it blocks by switching stacks", async () => {
  await givesOrIsUnsupported("asyncio.run(later('run'))", "run");
  await givesOrIsUnsupported("asyncio.get_event_loop().run_until_complete(later(3))", 3);
  const failing = `
    try:
        asyncio.run(broken())
    except LookupError as error:
        caught = error.args[0]
    caught
  `;
  await givesOrIsUnsupported(failing, "gone");
  await failsInPython(() => py.runPythonAsync("asyncio.run(3)"), "ValueError", /coroutine/);
});

test("WL-runUntilComplete, JS-opt-enableRunUntilComplete: false schedules and gives the future", async () => {
  const other = await load({ enableRunUntilComplete: false });

  const name = "type(asyncio.run(asyncio.sleep(0))).__name__";
  assert.equal(await other.runPython(`import asyncio\n${name}`), "PyodideTask");
  assert.equal(await other.runPythonAsync("asyncio.run(asyncio.sleep(0, 7))"), 7);
  const loop = "asyncio.get_event_loop().run_until_complete(asyncio.sleep(0, 8))";
  assert.equal(await other.runPythonAsync(loop), 8);
});

test("WL-sleep: others run during time.sleep where it can wait, else it blocks", async () => {
  const elapsed = "start = time.monotonic(); time.sleep(0.02); time.monotonic() - start";
  assert.ok((await py.runPython(elapsed)) >= 0.02);
  const meanwhile = await py.runPythonAsync(`
    order = []
    asyncio.get_running_loop().call_later(0.001, order.append, "other")
    start = time.monotonic()
    time.sleep(0.03)
    assert time.monotonic() - start >= 0.03
    order.append("slept")
    await asyncio.sleep(0.02)
    " ".join(order)
  `);
  assert.equal(meanwhile, hasStackSwitching ? "other slept" : "slept other");
  const kind = `
    import pickle
    class Owner: sleep = time.sleep
    Owner().sleep(0)
    f"{time.sleep.__module__}.{time.sleep.__name__} {pickle.loads(pickle.dumps(time.sleep)) is time.sleep}"
  `;
  assert.equal(await py.runPython(kind), "time.sleep True");
  await failsInPython(() => py.runPythonAsync("time.sleep(-1)"), "ValueError", /non-negative/);
  await failsInPython(() => py.runPythonAsync("time.sleep('1')"), "TypeError");
});
