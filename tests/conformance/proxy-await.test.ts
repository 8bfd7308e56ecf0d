import assert from "node:assert/strict";
import { rejectsPython, thrownBy } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
py.runPython(
  "import asyncio\nasync def give(x):\n  await asyncio.sleep(0)\n  return x\nasync def fail(e):\n  raise e",
);

test("PX-then: coroutines, futures and objects with __await__", async () => {
  assert.equal(await py.runPython("give(4)"), 4);
  assert.equal(await py.runPython("asyncio.ensure_future(give('f'))"), "f");
  assert.equal(
    await py.runPython("class A:\n  def __await__(self): return give(6).__await__()\nA()"),
    6,
  );
  const list = await py.runPython("give([1, 2])");
  assert.deepEqual(list.toJs(), [1, 2]);
  list.destroy();
});

test("PX-then: an exception rejects, cancellation too", async () => {
  await rejectsPython(() => py.runPython("fail(KeyError('k'))"), "KeyError");
  await rejectsPython(
    () =>
      py.runPython(
        "task = asyncio.ensure_future(asyncio.sleep(60)); asyncio.get_event_loop().call_soon(task.cancel); task",
      ),
    "CancelledError",
  );
});

test("PX-then.2: the conversion happens once, and ends the proxy", async () => {
  const coroutine = py.runPython("give([1])");

  const [one, two] = await Promise.all([coroutine, coroutine.then((x: unknown) => x)]);
  assert.equal(one, two);
  assert.match(thrownBy(() => coroutine.cr_frame).message, /destroyed/);
  one.destroy();
});

test("PX-catch, PX-finally", async () => {
  const caught = await py.runPython("fail(ValueError('v'))").catch((error: Error) => error.name);
  assert.equal(caught, "PythonError");
  const order: unknown[] = [];
  const value = await py
    .runPython("give(3)")
    .finally((...args: unknown[]) => order.push(args.length));
  assert.equal(value, 3);
  assert.deepEqual(order, [0]);
  await rejectsPython(() => py.runPython("fail(ValueError('v'))").finally(() => 1), "ValueError");
});

test("PX-then: a JavaScript promise held by Python settles its awaiters", async () => {
  let settle: (x: number) => void = () => undefined;
  py.globals.set("promise", new Promise<number>((resolve) => (settle = resolve)));

  const waiting = py.runPythonAsync("(await promise) * 2");
  settle(21);
  assert.equal(await waiting, 42);
});

test("CL-promise: a call's promise is a future, its arguments live until it settles", async () => {
  py.globals.set("later", async (list: { get(i: number): number; length: number }) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return list.get(0) + list.length;
  });

  assert.equal(await py.runPythonAsync("await later([5, 6])"), 7);
  assert.equal(py.runPython("type(later([1])).__name__"), "PyodideFuture");
  assert.equal(
    await py.runPythonAsync("await asyncio.gather(later([1]), later([2, 3])) == [2, 4]"),
    true,
  );
});

test("JP-await: any thenable counts", async () => {
  py.globals.set("thenable", { then: (resolve: (x: string) => void) => resolve("thenned") });

  assert.equal(await py.runPythonAsync("await thenable"), "thenned");
});

test("WL-future.then: chained in Python", async () => {
  assert.equal(await py.runPython("asyncio.ensure_future(give(2)).then(lambda x: x * 3)"), 6);
});
