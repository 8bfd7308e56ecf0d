import assert from "node:assert/strict";
import { failsInPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
await py.runPython(`
import asyncio, contextvars, gc, random, sys, traceback
from pyodide.ffi import can_run_sync, run_sync

async def later(value, seconds=0.0):
    await asyncio.sleep(seconds)
    return value

async def fail(error, seconds=0.0):
    await asyncio.sleep(seconds)
    raise error
`);

test("PY-run_sync: a hundred suspended tasks resume in any order", async () => {
  const result = await py.runPythonAsync(`
    rng = random.Random(7)
    var = contextvars.ContextVar("var")

    def deep(level, n):
        # Each level keeps state of C (sorted), of Python (locals, handled exceptions) and of the context.
        marker = [n, level]
        if level:
            return sorted([level], key=lambda _: deep(level - 1, n))[0] + level - level
        try:
            raise KeyError(n)
        except KeyError as error:
            got = run_sync(later(n, rng.random() * 0.01))
            assert sys.exception() is error and error.args == (n,), n
        assert got == n and var.get() == n and marker == [n, level]
        return n

    async def task(n):
        var.set(n)
        total = 0
        for step in range(8):
            deep(n % 9, n)
            total += run_sync(later(n, rng.random() * 0.005))
            if n % 3 == 0:
                await asyncio.sleep(0)
            if n % 10 == 0:
                gc.collect()
        assert sys.exception() is None
        return total

    results = await asyncio.gather(*(task(n) for n in range(100)))
    assert results == [8 * n for n in range(100)], results
    "done"
  `);

  assert.equal(result, "done");
});

test("PY-run_sync: exceptions pass through suspended stacks, each to its own task", async () => {
  const result = await py.runPythonAsync(`
    rng = random.Random(3)
    async def task(n):
        try:
            try:
                run_sync(fail(ValueError(n), rng.random() * 0.01))
            finally:
                run_sync(later(0, rng.random() * 0.01))
        except ValueError as error:
            assert error.args == (n,)
            names = [f.name for f in traceback.extract_tb(error.__traceback__)]
            assert names[0] == "task" and names[-1] == "fail", names
            raise LookupError(n) from error
    results = await asyncio.gather(*(task(n) for n in range(100)), return_exceptions=True)
    assert all(type(e) is LookupError and e.args == (n,) and e.__cause__.args == (n,) for n, e in enumerate(results))
    del results
    "done"
  `);

  assert.equal(result, "done");
});

test("PY-run_sync: canceling a task cancels what it waits for", async () => {
  const result = await py.runPythonAsync(`
    log = []
    async def inner():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            log.append("inner")
            raise
    async def outer(n):
        try:
            run_sync(inner())
        except asyncio.CancelledError:
            log.append(f"outer {asyncio.current_task().cancelling()}")
            raise
    tasks = [asyncio.create_task(outer(n)) for n in range(50)]
    await asyncio.sleep(0.01)
    for task in tasks: task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(r, asyncio.CancelledError) for r in results) and all(t.cancelled() for t in tasks)
    assert log.count("inner") == 50 and log.count("outer 1") == 50, log

    async def with_timeout():
        try:
            async with asyncio.timeout(0.005):
                run_sync(asyncio.sleep(60))
        except TimeoutError:
            return run_sync(later("timed out"))
    outcome = await with_timeout()

    async def in_group():
        async with asyncio.TaskGroup() as group:
            group.create_task(outer(0))
            group.create_task(fail(KeyError("group"), 0.005))
    try:
        await in_group()
    except* KeyError:
        outcome += ", group ended"
    # Caught, the cancellation is over: the next wait is an ordinary one.
    async def stubborn():
        try:
            run_sync(asyncio.sleep(60))
        except asyncio.CancelledError:
            asyncio.current_task().uncancel()
        await asyncio.sleep(0)
        return run_sync(later("went on"))
    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0.001)
    task.cancel()
    outcome + ", " + await task
  `);

  assert.equal(result, "timed out, group ended, went on");
});

test("PY-run_sync: what ends programs arrives where it was waited for, once", async () => {
  const result = await py.runPythonAsync(`
    caught = []
    for error in (SystemExit(3), KeyboardInterrupt(), GeneratorExit()):
        try:
            run_sync(fail(error))
        except BaseException as found:
            caught.append(found is error)
    repr(caught)
  `);

  assert.equal(result, "[True, True, True]");
});

test("PY-run_sync.ctx: several suspended tasks may share one context", async () => {
  const result = await py.runPythonAsync(`
    var = contextvars.ContextVar("var", default="unset")
    shared = contextvars.copy_context()
    seen = []
    async def task(name, seconds):
        seen.append(var.get())
        var.set(name)
        run_sync(later(0, seconds))
        seen.append(var.get())
        await asyncio.sleep(0)
    tasks = [asyncio.Task(task(n, s), context=shared) for n, s in (("a", 0.02), ("b", 0.01), ("c", 0.001))]
    await asyncio.gather(*tasks)
    # As tasks of one context do that wait in any other way.
    repr((seen, shared[var], var.get(), shared.run(var.get)))
  `);

  assert.equal(result, "(['unset', 'a', 'b', 'c', 'c', 'c'], 'c', 'unset', 'c')");
});

test("PY-run_sync.ctx: frames, recursion and generators of a suspended stack stay whole", async () => {
  const result = await py.runPythonAsync(`
    held = {}
    def generator():
        yield run_sync(later("item", 0.01))
    def sleeper(depth):
        if depth:
            return sleeper(depth - 1)
        held["frame"] = sys._getframe()
        held["generator"] = generator()
        return next(held["generator"])
    async def first():
        return sleeper(300)
    async def second():
        await asyncio.sleep(0.001)
        names = []
        frame = held.pop("frame")
        while frame is not None:
            names.append(frame.f_code.co_name)
            frame = frame.f_back
        assert names[:301] == ["sleeper"] * 301 and names[301] == "first", names[295:]
        try:
            next(held["generator"])
        except ValueError as error:
            message = str(error)
        # The depth of the other stack does not count here.
        def down(n): return n and down(n - 1)
        down(800)
        return message
    results = await asyncio.gather(first(), second())
    held.clear()
    ", ".join(results)
  `);

  assert.equal(result, "item, generator already executing");
});

test("PY-run_sync: endless recursion on many stacks raises on each", async () => {
  const result = await py.runPythonAsync(`
    class Endless:
        def __repr__(self): return repr(self)
    kinds = [
        lambda: repr(Endless()),
        lambda: eval("-" * 100_000 + "1"),
        lambda: (f := lambda x: sorted([1, 2], key=f))(1),
        lambda: (g := lambda: g())(),
    ]
    async def task(n):
        run_sync(later(0, 0.001 * (n % 5)))
        for kind in kinds:
            try:
                kind()
            except (RecursionError, MemoryError):
                run_sync(later(0, 0.001))
            else:
                return False
        return True
    all(await asyncio.gather(*(task(n) for n in range(20))))
  `);

  assert.equal(result, true);
}, 60_000);

test("PY-can_run_sync: not while a C function stands in between that was called through JavaScript", async () => {
  const result = await py.runPythonAsync(`
    import ctypes
    seen = []
    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    def compare(a, b):
        seen.append(can_run_sync())
        waiting = later(0)
        try:
            run_sync(waiting)
        except RuntimeError as error:
            seen.append("synchronously" in str(error))
        waiting.close()
        return a[0] - b[0]
    numbers = (ctypes.c_int * 2)(2, 1)
    ctypes.CDLL(None).qsort(numbers, 2, 4, compare)
    repr((list(numbers), set(seen), can_run_sync()))
  `);

  assert.equal(result, "([1, 2], {False, True}, True)");
});

test("PX-callPromising: many calls of JavaScript, nested and apart", async () => {
  const twice = (f: (n: number) => number, n: number) => f(f(n));
  await py.globals.set("twice", twice);
  const f = await py.runPython(`
def nested(n):
    before = twice(lambda x: x + 1, n)
    middle = run_sync(later(before, random.random() * 0.01))
    return twice(lambda x: x + 1, middle)
nested
  `);
  const numbers = Array.from({ length: 100 }, (_, n) => n);

  const results = await Promise.all(numbers.map((n) => f.callPromising(n)));
  assert.deepEqual(
    results,
    numbers.map((n) => n + 4),
  );
  await f.destroy();
});

test("PX-callPromising: a create_proxy of a function blocks as well, other options apply", async () => {
  const proxy = await py.runPython(`
from pyodide.ffi import create_proxy
create_proxy(lambda a, b=1: run_sync(later((a, b)))[1])
  `);

  assert.equal(await proxy.callPromising(1, 5), 5);
  assert.equal(await proxy.callWithOptions({ promising: true, kwargs: true }, 1, { b: 6 }), 6);
  assert.equal(await proxy.callWithOptions({ promising: true, relaxed: true }, 1, 7, 8, 9), 7);
  await proxy.destroy();
});

test("PY-run_sync: memory stays flat over thousands of waits", async () => {
  const round = () =>
    py.runPythonAsync(`
      async def task(n):
          for _ in range(10): run_sync(later(n))
      for _ in range(20): await asyncio.gather(*(task(n) for n in range(10)))
      len(gc.get_objects())
    `);
  await round();
  const bytes = py._module.memory.buffer.byteLength;
  const objects = await round();

  for (let i = 0; i < 5; i++) await round();
  assert.ok(Math.abs((await round()) - objects) < 100);
  assert.equal(py._module.memory.buffer.byteLength, bytes);
}, 60_000);

test("WL-callback.errors: a failing callback is an uncaught error, and the loop goes on", async () => {
  const uncaught = new Promise<Error>((resolve) => {
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.once("uncaughtException", (error) => {
      for (const listener of listeners) process.on("uncaughtException", listener);
      resolve(error);
    });
  });
  await py.runPython("def stop(): raise SystemExit(4)\nasyncio.get_running_loop().call_soon(stop)");

  const error = await uncaught;
  assert.equal((error as { type?: string }).type, "SystemExit");
  assert.equal(await py.runPythonAsync("run_sync(later(1))"), 1);
});

test("PY-run_sync: it is an error of the task, not of the loop", async () => {
  await failsInPython(() => py.runPythonAsync("run_sync(fail(OSError('x')))"), "OSError", /x/);
  assert.equal(await py.runPythonAsync("run_sync(later(1))"), 1);
});
