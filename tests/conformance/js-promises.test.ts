import assert from "node:assert/strict";
import { claim, claimLater } from "../support/claims.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** A promise kept inside an array, so that passing it does not await it. */
const rejected = (reason: unknown) => () => {
  const promise = Promise.reject(reason);
  // Where Python is elsewhere it asks for the promise in a later turn.
  promise.catch(() => undefined);
  return [promise];
};

test("JP-await: a promise is awaitable, more than once", async () => {
  await claimLater(
    py,
    { x: [Promise.resolve(3), Promise.resolve({ a: 1 }), Promise.resolve()] },
    `
    assert await x[0] == 3 and await x[0] == 3 and (await x[1]).a == 1 and await x[2] is None
    import asyncio
    futures = [asyncio.ensure_future(x[0]) for _ in range(2)]
    assert await asyncio.gather(*futures) == [3, 3]
    `,
  );
});

test("JP-await: a rejection raises, and can be caught", async () => {
  await claimLater(
    py,
    { reject: rejected(new RangeError("no")) },
    "p = reject()[0]\nawait raises_later(JsException, p, '^RangeError: no$')\nawait raises_later(JsException, p)",
  );
});

test("JP-await: then, with both handlers, one, or none", async () => {
  await claimLater(
    py,
    { x: [Promise.resolve(3)], reject: rejected(new RangeError("no")) },
    `
    p = x[0].then(lambda value: value + 1)
    assert isinstance(p, JsProxy) and p.constructor.name == "Promise" and await p == 4
    assert await x[0].then() == 3 and await x[0].then(None) == 3
    assert await x[0].then(onfulfilled=lambda value: value * 2) == 6
    assert await reject()[0].then(None, lambda error: error.message) == "no"
    assert await reject()[0].then(onrejected=lambda error: error.name) == "RangeError"
    await raises_later(JsException, reject()[0].then(lambda value: value), "no")
    o = object()
    assert await x[0].then(lambda value: o) is o
    `,
  );
});

test("JP-await: catch and finally_", async () => {
  await claimLater(
    py,
    { x: [Promise.resolve(3)], reject: rejected(new RangeError("no")) },
    `
    log = []
    assert await x[0].catch(lambda error: log.append("never")) == 3
    assert await reject()[0].catch(lambda error: error.message) == "no"
    assert await x[0].finally_(lambda *args: log.append(args)) == 3
    await raises_later(JsException, reject()[0].finally_(lambda: log.append("rejected")), "no")
    assert log == [(), "rejected"]
    `,
  );
});

test("JP-await: what a handler raises rejects the new promise", async () => {
  await claimLater(
    py,
    { x: [Promise.resolve(3)], reject: rejected(new RangeError("no")) },
    `
    original = KeyError("mine")
    def fail(*args): raise original
    for promise in (x[0].then(fail), reject()[0].catch(fail), x[0].finally_(fail)):
        assert await raises_later(KeyError, promise) is original
    `,
  );
});

test("JP-await: handlers live exactly until the promise settles", async () => {
  let settle: (value: unknown) => void = () => {};
  const pending = new Promise((resolve) => {
    settle = resolve;
  });
  await claimLater(
    py,
    { x: [pending], settle: (value: unknown) => settle(value) },
    `
    import asyncio, gc, weakref
    class Handler:
        def __call__(self, *args): return 7
    handlers = [Handler() for _ in range(4)]
    refs = [weakref.ref(handler) for handler in handlers]
    p = x[0].then(handlers[0], handlers[1])
    q = x[0].finally_(handlers[2])
    r = x[0].catch(handlers[3])
    del handlers
    gc.collect()
    assert all(ref() is not None for ref in refs)
    settle(1)
    assert await p == 7 and await q == 1 and await r == 1
    for _ in range(100):
        await asyncio.sleep(0.005)  # what another thread releases is on its way
        gc.collect()
        if all(ref() is None for ref in refs): break
    else:
        assert False, [ref() for ref in refs]
    `,
  );
});

test("JP-await: any thenable counts", async () => {
  const thenable = (
    settle: (resolve: (v: unknown) => void, reject: (v: unknown) => void) => void,
  ) => ({
    then: settle,
  });
  await claimLater(
    py,
    {
      x: [
        thenable((resolve) => resolve(9)),
        thenable((_, reject) => reject(new TypeError("q"))),
        thenable((resolve) => void setTimeout(() => resolve(8), 2)),
      ],
    },
    `
    from pyodide.ffi import JsPromise
    assert all(isinstance(y, JsPromise) for y in x)
    assert await x[0] == 9 and await x[2] == 8
    await raises_later(JsException, x[1], "^TypeError: q$")
    log = []
    assert await x[2].then(lambda value: value + 1) == 9
    assert await x[0].finally_(lambda: log.append(1)) == 9 and log == [1]
    assert await x[1].catch(lambda error: error.message) == "q"
    `,
  );
});

test("JP-await: what has no function then is not awaitable", async () => {
  const y = Object.fromEntries([["then", 5]]);
  await claim(
    py,
    { x: {}, y },
    "assert y.then == 5\nfor z in (x, y): assert not hasattr(z, '__await__')",
  );
});

test("ER-promise: a rejected promise raises on await, an awaitable that raises rejects", async () => {
  await claimLater(
    py,
    { reject: rejected(new TypeError("no")) },
    "await raises_later(JsException, reject()[0], '^TypeError: no$')",
  );
  const holder = await py.runPython("async def fail(): raise KeyError('k')\n[fail()]");
  const failing = holder.get(0);
  await assert.rejects(
    async () => await failing,
    (error: { name: string; type?: string; message: string }) =>
      error.name === "PythonError" &&
      error.type === "KeyError" &&
      /KeyError: 'k'\n$/.test(error.message),
  );
  await holder.destroy();
  await assert.rejects(async () => await py.runPythonAsync("raise LookupError('later')"), {
    name: "PythonError",
    type: "LookupError",
  });
});
