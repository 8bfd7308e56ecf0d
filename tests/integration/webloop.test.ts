import assert from "node:assert/strict";
import { rejectsPython, throwsPython } from "../support/failures.ts";
import { load, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
py.runPython("import asyncio, sys, time");

test("WL-current: a loop runs in synchronous code", () => {
  assert.equal(py.runPython("type(asyncio.get_running_loop()).__name__"), "WebLoop");
  assert.equal(py.runPython("asyncio.get_event_loop() is asyncio.get_running_loop()"), true);
  assert.equal(py.runPython("asyncio.get_event_loop().is_running()"), true);
});

test("WL-call_soon: callbacks run in order, after promise reactions", async () => {
  const seen: string[] = [];
  const push = (name: string) => void seen.push(name);
  py.globals.set("push", push);

  py.runPython("for n in 'ab': asyncio.get_event_loop().call_soon(push, n)");
  queueMicrotask(() => push("microtask"));
  push("now");
  await py.runPythonAsync("await asyncio.sleep(0)");

  assert.deepEqual(seen, ["now", "microtask", "a", "b"]);
  py.runPython("del push");
});

test("WL-call_later: timers run in order of time, canceled ones never", async () => {
  const order = await py.runPythonAsync(`
seen = []
loop = asyncio.get_event_loop()
start = loop.time()
loop.call_later(0.03, seen.append, "late")
loop.call_later(0.01, seen.append, "early")
loop.call_later(0.02, seen.append, "canceled").cancel()
await asyncio.sleep(0.05)
assert loop.time() - start >= 0.05
" ".join(seen)
`);

  assert.equal(order, "early late");
  throwsPython(() => py.runPython("loop.call_later(-1, print)"), "ValueError", /in the past/);
});

py.runPython(`
async def double(x):
    await asyncio.sleep(0.001)
    return 2 * x
`);

test("WL-create_future: asyncio's own tools work", async () => {
  const result = await py.runPythonAsync(`
async with asyncio.TaskGroup() as group:
    tasks = [group.create_task(double(n)) for n in range(3)]
try:
    async with asyncio.timeout(0.005):
        await asyncio.sleep(10)
    timed_out = False
except TimeoutError:
    timed_out = True
in_thread = await asyncio.to_thread(divmod, 7, 2)
repr((sum(task.result() for task in tasks), timed_out, in_thread))
`);

  assert.equal(result, "(6, True, (3, 1))");
});

test("WL-future.then: futures chain", async () => {
  assert.equal(await py.runPythonAsync("asyncio.ensure_future(double(4)).then(double)"), 16);
  await rejectsPython(
    () => py.runPythonAsync("asyncio.ensure_future(double(4)).then(lambda x: 1 / 0)"),
    "ZeroDivisionError",
  );
});

test("JP-await: a promise is awaited, a rejection raises", async () => {
  py.globals.set("later", (value: unknown) => new Promise((done) => setTimeout(done, 1, value)));
  py.globals.set("refuse", () => Promise.reject(new TypeError("not now")));

  assert.equal(await py.runPythonAsync("await later(5)"), 5);
  const caught = await py.runPythonAsync(`
from pyodide.ffi import JsException
try:
    await refuse()
except JsException as error:
    caught = (error.name, error.message)
caught[0] + ": " + caught[1]
`);

  assert.equal(caught, "TypeError: not now");
  py.runPython("del later, refuse");
});

test("PX-then: every exception rejects, and nothing else happens", async () => {
  await rejectsPython(() => py.runPythonAsync("raise SystemExit(3)"), "SystemExit");
  await rejectsPython(() => py.runPythonAsync("raise KeyboardInterrupt"), "KeyboardInterrupt");
  await rejectsPython(
    () => py.runPythonAsync("asyncio.current_task().cancel()\nawait asyncio.sleep(1)"),
    "CancelledError",
  );
  assert.equal(await py.runPythonAsync("await asyncio.sleep(0, 'goes on')"), "goes on");
});

test("PP-lifetime.own: an object that an awaitable gives is an own proxy", async () => {
  const list = await py.runPythonAsync("await asyncio.sleep(0, [1, 2])");

  assert.equal(list.length, 2);
  list.destroy();
});

test("WL-runUntilComplete: without stack switching it says so", () => {
  py.runPython("async def nothing(): pass\ncoroutine = nothing()");
  const message = /WebAssembly stack switching not supported in this JavaScript runtime/;

  throwsPython(() => py.runPython("asyncio.run(coroutine)"), "RuntimeError", message);
  throwsPython(
    () => py.runPython("asyncio.get_event_loop().run_until_complete(coroutine)"),
    "RuntimeError",
    message,
  );
  throwsPython(
    () => py.runPython("from pyodide.ffi import run_sync; run_sync(coroutine)"),
    "RuntimeError",
    message,
  );
  py.runPython("coroutine.close()");
});

test("JS-opt-enableRunUntilComplete: false gives the future", async () => {
  const other = await load({ enableRunUntilComplete: false });

  assert.equal(await other.runPythonAsync("import asyncio\nasyncio.run(asyncio.sleep(0, 7))"), 7);
});

test("WL-exceptions: what nobody waits for is reported at once", async () => {
  const lines: string[] = [];
  const other = await load({ stderr: (line: string) => lines.push(line) });

  await other.runPythonAsync(`
import asyncio
async def fail():
    1 / 0
asyncio.create_task(fail())
await asyncio.sleep(0.01)
`);

  assert.equal(lines[0], "Unhandled exception in event loop");
  assert.match(lines.join("\n"), /ZeroDivisionError: division by zero/);
});

test("JP-aiter: asynchronous iteration both ways", async () => {
  py.registerJsModule("ticks", {
    async *count() {
      yield 1;
      yield 2;
    },
  });

  assert.equal(await py.runPythonAsync("import ticks\nsum([n async for n in ticks.count()])"), 3);
  py.unregisterJsModule("ticks");
  py.runPython("del ticks, sys.modules['ticks']");
});
