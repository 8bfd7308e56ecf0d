import assert from "node:assert/strict";
import { claim, claimLater } from "../support/claims.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

const WRONG_SYNC =
  "^Result was a promise, use anext\\\\(\\\\) / asend\\\\(\\\\) / athrow\\\\(\\\\) instead\\\\.$";
const WRONG_ASYNC =
  "was not a promise, use next\\\\(\\\\) / send\\\\(\\\\) / throw\\\\(\\\\) instead\\\\.$";

test("JP-iter: iterables, and maps by their keys", async () => {
  const pairs = {
    get: () => 1,
    size: 1,
    keys: () => ["k"].values(),
    [Symbol.iterator]: () => [["k", 1]].values(),
  };
  const tree = {
    *[Symbol.iterator]() {
      yield 1;
      yield* [2, { a: 3 }];
    },
  };
  await claim(
    py,
    {
      array: [1, 2],
      set: new Set(["a"]),
      map: new Map([["k", 1]]),
      text: "text"[Symbol.iterator](),
      pairs,
      tree,
      none: {},
    },
    `
    assert list(array) == [1, 2] and list(set) == ["a"] and list(map) == list(pairs) == ["k"] and "".join(text) == "text"
    first, second, third = tree
    assert (first, second, third.a) == (1, 2, 3) and [*tree][:2] == [1, 2]
    raises(TypeError, "iter(none)", "not iterable")
    `,
  );
});

test("JP-iter: what the iterator throws raises", async () => {
  function* failing() {
    yield 1;
    throw new RangeError("half way");
  }
  const broken = { [Symbol.iterator]: () => ({ next: () => 5 }) };
  const refusing = {
    [Symbol.iterator]() {
      throw new RangeError("no iterator");
    },
  };
  await claim(
    py,
    { failing: failing(), broken, refusing },
    `
    assert next(failing) == 1
    raises(JsException, "next(failing)", "^RangeError: half way$")
    raises(StopIteration, "next(failing)")
    raises(JsException, "list(broken)", "^TypeError")
    raises(JsException, "list(refusing)", "no iterator")
    `,
  );
});

test("JP-next: next, send, and the end's value", async () => {
  function* echo(): Generator<unknown, string, unknown> {
    const got = yield 1;
    yield got;
    return "end";
  }
  const counter = {
    n: 0,
    next() {
      return { done: this.n >= 2, value: this.n++ };
    },
  };
  await claim(
    py,
    { echo: echo(), counter, plain: { next: () => ({ done: true, value: 7 }) } },
    `
    assert next(echo) == 1 and echo.send("sent") == "sent"
    assert raises(StopIteration, "next(echo)").value == "end"
    assert raises(StopIteration, "next(echo)").value is None and next(echo, "default") == "default"
    assert list(counter) == [0, 1] and iter(counter) == counter
    assert raises(StopIteration, "next(plain)").value == 7 == raises(StopIteration, "plain.send(1)").value
    `,
  );
});

test("JP-next: both forms without a symbol, of which the wrong one raises", async () => {
  const sync = { next: (value: unknown) => ({ done: false, value }) };
  const later = { next: (value: unknown) => Promise.resolve({ done: false, value }) };
  await claimLater(
    py,
    { sync, later },
    `
    assert next(sync) is None and sync.send(3) == 3
    assert await anext(later) is None and await later.asend(4) == 4
    raises(TypeError, "next(later)", "${WRONG_SYNC}")
    raises(TypeError, "later.send(1)", "${WRONG_SYNC}")
    raises(TypeError, "anext(sync)", "${WRONG_ASYNC}")
    raises(TypeError, "sync.asend(1)", "${WRONG_ASYNC}")
    `,
  );
});

test("JP-next: an asynchronous iterator has only the asynchronous form", async () => {
  const later = {
    n: 0,
    async next() {
      return { done: this.n >= 2, value: this.n++ };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  await claimLater(
    py,
    { later, sync: [1].values() },
    `
    raises(TypeError, "next(later)", "not an iterator")
    raises(TypeError, "anext(sync)", "not an async iterator")
    assert await anext(later) == 0 and [i async for i in later] == [1]
    `,
  );
});

test("JP-generator: throw, with JavaScript's and Python's errors", async () => {
  function* careful(): Generator<unknown, void, unknown> {
    for (;;) {
      try {
        yield "waits";
      } catch (error) {
        yield error;
      }
    }
  }
  function* passing() {
    yield 1;
  }
  await claim(
    py,
    { x: careful(), first: passing(), second: passing() },
    `
    next(x)
    caught = x.throw(ValueError("v"))
    assert caught.name == "PythonError" and caught.type == "ValueError" and "ValueError: v" in caught.message
    next(x)
    own = js.RangeError.new("r")
    assert x.throw(own) == own
    next(x)
    assert x.throw(KeyError).type == "KeyError"
    raises(TypeError, "x.throw(5)", "deriving from BaseException")
    original = KeyError("same")
    next(first), next(second)
    assert raises(KeyError, "first.throw(original)") is original
    raises(JsException, "second.throw(own)", "^RangeError: r$")
    raises(StopIteration, "next(second)")
    `,
  );
});

test("JP-generator: close, and throw(GeneratorExit), are return()", async () => {
  const log: string[] = [];
  function* watched() {
    try {
      yield 1;
    } finally {
      log.push("finally");
    }
  }
  function* stubborn() {
    try {
      yield 1;
    } finally {
      yield 2;
    }
  }
  function* failing() {
    try {
      yield 1;
    } finally {
      // biome-ignore lint/correctness/noUnsafeFinally: what throws there is tested
      throw new RangeError("in finally");
    }
  }
  await claim(
    py,
    { x: watched(), y: watched(), unstarted: watched(), stubborn: stubborn(), failing: failing() },
    `
    next(x)
    assert x.close() is None and x.close() is None and next(x, "ended") == "ended"
    next(y)
    raises(StopIteration, "y.throw(GeneratorExit)")
    assert next(y, "ended") == "ended"
    unstarted.close()
    assert next(unstarted, "ended") == "ended"
    next(stubborn)
    raises(RuntimeError, "stubborn.close()", "^JavaScript generator ignored return$")
    next(failing)
    raises(JsException, "failing.close()", "in finally")
    `,
  );
  assert.deepEqual(log, ["finally", "finally"]);
});

test("JP-aiter: async for, comprehensions, anext", async () => {
  async function* count(n: number) {
    for (let i = 0; i < n; i++) {
      await Promise.resolve();
      yield i;
    }
  }
  async function* failing() {
    yield 1;
    throw new TypeError("late");
  }
  const tree = { [Symbol.asyncIterator]: () => count(2) };
  await claimLater(
    py,
    { x: count(4), y: count(1), failing: failing(), tree, none: {} },
    `
    total = 0
    async for i in x: total += i
    assert total == 6
    assert await anext(y) == 0 and await anext(y, "ended") == "ended"
    assert [i async for i in tree] == [0, 1] and await anext(aiter(tree)) == 0
    assert await anext(failing) == 1
    await raises_later(JsException, anext(failing), "^TypeError: late$")
    raises(TypeError, "aiter(none)", "not an async iterable")
    `,
  );
});

test("JP-agenerator: asend, athrow, aclose are awaitable, the end is StopAsyncIteration", async () => {
  async function* echo(): AsyncGenerator<unknown, void, unknown> {
    const got = yield 1;
    yield got;
  }
  async function* careful(): AsyncGenerator<unknown, void, unknown> {
    try {
      yield 1;
    } catch (error) {
      yield error;
    }
  }
  async function* stubborn() {
    try {
      yield 1;
    } finally {
      yield 2;
    }
  }
  await claimLater(
    py,
    { x: echo(), y: echo(), z: echo(), careful: careful(), stubborn: stubborn() },
    `
    assert await anext(x) == 1 and await x.asend("sent") == "sent"
    await raises_later(StopAsyncIteration, anext(x))
    await raises_later(StopAsyncIteration, x.asend(1))

    assert await anext(y) == 1 and await y.aclose() is None
    await raises_later(StopAsyncIteration, anext(y))
    await y.aclose()

    await anext(z)
    original = ValueError("v")
    assert await raises_later(ValueError, z.athrow(original)) is original
    await raises_later(StopAsyncIteration, anext(z))

    await anext(careful)
    own = js.RangeError.new("r")
    assert await careful.athrow(own) == own

    await anext(stubborn)
    await raises_later(RuntimeError, stubborn.aclose(), "^JavaScript generator ignored return$")
    await stubborn.aclose()
    `,
  );
});

/** Engines without the symbols have no such protocol (JP-dispose). */
const DISPOSE = (Symbol as { dispose?: symbol }).dispose;
const ASYNC_DISPOSE = (Symbol as { asyncDispose?: symbol }).asyncDispose;

test("JP-dispose: context managers, where the engine has the symbols", async () => {
  const log: string[] = [];
  const resource = {
    ...(DISPOSE && { [DISPOSE]: () => log.push("disposed") }),
    use: () => log.push("used"),
  };
  if (DISPOSE === undefined) {
    await claim(py, { resource }, "raises(TypeError, 'with resource: pass', 'context manager')");
    return;
  }
  await claim(
    py,
    {
      resource,
      failing: {
        [DISPOSE]() {
          throw new RangeError("in dispose");
        },
      },
    },
    `
    with resource as r:
        assert r == resource
        r.use()
    raises(KeyError, "with resource: {}['k']")
    raises(JsException, "with failing: pass", "in dispose")
    `,
  );
  assert.deepEqual(log, ["used", "disposed", "disposed"]);
});

test("JP-dispose: asynchronous ones, whether the method gives a promise or not", async () => {
  const log: string[] = [];
  if (ASYNC_DISPOSE === undefined) {
    await claim(py, { resource: {} }, "assert not hasattr(resource, '__aenter__')");
    return;
  }
  const resource = (name: string, result: unknown) => ({
    [ASYNC_DISPOSE]() {
      log.push(name);
      return result;
    },
  });
  await claimLater(
    py,
    { resources: [resource("promise", Promise.resolve()), resource("at once", undefined)] },
    `
    for resource in resources:
        async with resource as r: assert r == resource
    `,
  );
  assert.deepEqual(log, ["promise", "at once"]);
});
