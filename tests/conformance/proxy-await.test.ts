import assert from "node:assert/strict";
import { failsInPython, failureOf } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

// An awaitable's proxy is a thenable: a step that gives one must not be awaited before its members are used.

const py = await startKernel();
await py.runPython(`
import asyncio
async def give(x):
    await asyncio.sleep(0)
    return x
async def fail(error):
    raise error
class Awaitable:
    def __await__(self): return give(6).__await__()
class Empty(Exception): pass
async def canceled():
    task = asyncio.ensure_future(asyncio.sleep(60))
    asyncio.get_event_loop().call_soon(task.cancel)
    await task
`);

test("PX-then: coroutines, futures and objects with __await__", async () => {
  assert.equal(await py.runPython("give(4)"), 4);
  assert.equal(await py.runPython("asyncio.ensure_future(give('f'))"), "f");
  assert.equal(await py.runPython("Awaitable()"), 6);
  assert.equal(await py.runPython("give(None)"), undefined);
});

test("PX-then: the result is converted, proxies are own proxies", async () => {
  const list = await py.runPython("give([1, 2])");

  assert.deepEqual(await list.toJs(), [1, 2]);
  await list.destroy();
  const object = { own: true };
  assert.equal(await py.runPython("lambda x: give(x)")(object), object);
});

test("PX-then: what then is given is called, and makes the promise that it gives", async () => {
  const doubled = py.runPython("give(4)").then((x: number) => x * 2);
  assert.ok(doubled instanceof Promise);
  assert.equal(await doubled, 8);
  const caught = py.runPython("fail(KeyError('k'))").then(null, (error: Any) => error.type);
  assert.equal(await caught, "KeyError");
});

test("PX-then: an exception rejects, cancellation too", async () => {
  await failsInPython(() => py.runPython("fail(KeyError('k'))"), "KeyError", /'k'/);
  await failsInPython(() => py.runPython("fail(Empty())"), "Empty");
  await failsInPython(() => py.runPython("canceled()"), "CancelledError");
});

test("PX-then.2: the conversion happens once, and ends the proxy", async () => {
  const holder = await py.runPython("[give([1])]");
  const coroutine = holder.get(0);

  const [one, two] = await Promise.all([
    coroutine.then((x: unknown) => x),
    coroutine.then((x: unknown) => x),
  ]);
  assert.equal(one, two);
  assert.equal(await coroutine, one);
  let outcome: unknown;
  assert.equal(
    await coroutine.finally(() => {
      outcome = "finally";
    }),
    one,
  );
  assert.equal(outcome, "finally");
  assert.match((await failureOf(() => coroutine.cr_frame)).message, /destroyed/);
  await one.destroy();
  await holder.destroy();
});

test("PX-catch: only of rejections", async () => {
  const caught = await py.runPython("fail(ValueError('v'))").catch((error: Any) => error.type);
  assert.equal(caught, "ValueError");
  const passed = await py.runPython("give(3)").catch(() => "never");
  assert.equal(passed, 3);
});

test("PX-finally: no argument, and the outcome passes through", async () => {
  const order: unknown[] = [];
  const note = (...args: unknown[]) => {
    order.push(args.length);
    return "ignored";
  };

  assert.equal(await py.runPython("give(3)").finally(note), 3);
  await failsInPython(() => py.runPython("fail(ValueError('v'))").finally(note), "ValueError");
  assert.deepEqual(order, [0, 0]);
});

test("PX-then: many at once", async () => {
  const promises = Array.from({ length: 200 }, (_, i) => py.runPython(`give(${i})`));

  const sum = (await Promise.all(promises)).reduce((a, b) => a + b);
  assert.equal(sum, 19900);
});

test("PX-then: a JavaScript promise held by Python settles its awaiters", async () => {
  let settle: (x: number) => void = () => undefined;
  const double = await py.runPython("async def double(promise): return 2 * await promise\ndouble");

  const waiting = double(new Promise<number>((resolve) => (settle = resolve)));
  settle(21);
  assert.equal(await waiting, 42);
  await double.destroy();
});

test("CL-promise: a call's promise is a future, its arguments live until it settles", async () => {
  const later = async (list: Any) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return (await list.get(0)) + (await list.length);
  };
  const wait = await py.runPython(
    "async def wait(later): return (await later([5, 6]), await asyncio.gather(later([1]), later([2, 3])))\nwait",
  );
  const typeOf = await py.runPython("lambda later: type(later([1])).__name__");

  const result = await wait(later);
  assert.equal(await result.toString(), "(7, [2, 4])");
  assert.equal(await typeOf(later), "PyodideFuture");
  await new Promise((resolve) => setTimeout(resolve, 10));
  for (const proxy of [result, wait, typeOf]) await proxy.destroy();
});

test("JP-await: any thenable counts", async () => {
  const wait = await py.runPython("async def wait(thenable): return await thenable\nwait");

  const value = await wait({ then: (resolve: (x: string) => void) => resolve("thenned") });
  assert.equal(value, "thenned");
  await wait.destroy();
});

test("WL-future.then: chained in Python", async () => {
  assert.equal(await py.runPython("asyncio.ensure_future(give(2)).then(lambda x: x * 3)"), 6);
});

test("PX-gc: an exception that Python gave asynchronously is let go, frames and all", async () => {
  // The proxy is dropped; at the test's end nothing may be left.
  await py.runPythonAsync(`
    def caught():
        try: 1 / 0
        except ZeroDivisionError as error: return error
    caught()
  `);
});
