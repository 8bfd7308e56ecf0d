import assert from "node:assert/strict";
import { rejectsPython, throwsPython } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** Runs Python code in which `x` is the value. */
function withX(x: unknown, code: string): Any {
  const globals = py.runPython("{}");
  try {
    globals.set("x", x);
    return py.runPython(code, { globals });
  } finally {
    globals.destroy();
  }
}

/** As `withX`, with top-level await. */
async function withXAsync(x: unknown, code: string): Promise<Any> {
  const globals = py.runPython("{}");
  try {
    globals.set("x", x);
    return await py.runPythonAsync(code, { globals });
  } finally {
    globals.destroy();
  }
}

test("JP-iter: iterables, and maps by their keys", () => {
  assert.equal(withX([1, 2], "list(x) == [1, 2]"), true);
  assert.equal(withX(new Set(["a"]), "list(x) == ['a']"), true);
  assert.equal(withX(new Map([["k", 1]]), "list(x) == ['k']"), true);
  assert.equal(withX("text"[Symbol.iterator](), "''.join(x)"), "text");
  throwsPython(() => withX({}, "iter(x)"), "TypeError", /not iterable/);
});

test("JP-next: next, send, and the end's value", () => {
  function* echo(): Generator<unknown, string, unknown> {
    const got = yield 1;
    yield got;
    return "end";
  }

  const code = `
    first, second = next(x), x.send("sent")
    try:
        next(x)
    except StopIteration as e:
        third = e.value
    f"{first} {second} {third}"
  `;
  assert.equal(withX(echo(), code), "1 sent end");
});

test("JP-generator: throw and close", () => {
  function* careful(): Generator<unknown, void, unknown> {
    try {
      yield 1;
    } catch (error) {
      yield (error as Error).name;
    }
  }

  assert.equal(withX(careful(), "next(x); x.throw(ValueError('v'))"), "PythonError");
  assert.equal(withX(careful(), "next(x); x.close(); next(x, 'ended')"), "ended");
  function* passing(): Generator<number, void, unknown> {
    yield 1;
  }
  throwsPython(() => withX(passing(), "next(x); x.throw(KeyError('same'))"), "KeyError", /same/);
  function* stubborn(): Generator<number, void, unknown> {
    try {
      yield 1;
    } finally {
      yield 2;
    }
  }
  throwsPython(
    () => withX(stubborn(), "next(x); x.close()"),
    "RuntimeError",
    /JavaScript generator ignored return/,
  );
});

test("JP-iter: an iterator that throws raises", () => {
  function* failing(): Generator<number, void, unknown> {
    yield 1;
    throw new RangeError("half way");
  }

  throwsPython(() => withX(failing(), "list(x)"), "JsException", /half way/);
});

test("JP-aiter: async for, and comprehensions", async () => {
  async function* count(n: number) {
    for (let i = 0; i < n; i++) {
      await Promise.resolve();
      yield i;
    }
  }

  assert.equal(await withXAsync(count(4), "sum([i async for i in x])"), 6);
  assert.equal(
    await withXAsync(count(1), "await anext(x) == 0 and await anext(x, 'ended') == 'ended'"),
    true,
  );
  async function* failing() {
    yield 1;
    throw new TypeError("late");
  }
  await rejectsPython(() => withXAsync(failing(), "[i async for i in x]"), "JsException", /late/);
});

test("JP-agenerator: asend, athrow, aclose", async () => {
  async function* echo(): AsyncGenerator<unknown, void, unknown> {
    const got = yield 1;
    yield got;
  }

  assert.equal(await withXAsync(echo(), "await anext(x); await x.asend('sent')"), "sent");
  assert.equal(await withXAsync(echo(), "await anext(x); await x.aclose(); 'closed'"), "closed");
  await rejectsPython(
    () => withXAsync(echo(), "await anext(x); await x.athrow(ValueError('v'))"),
    "ValueError",
  );
});

test("JP-next: the wrong kind of result raises TypeError", () => {
  const both = { next: () => Promise.resolve({ done: true, value: 1 }) };

  throwsPython(
    () => withX(both, "next(x)"),
    "TypeError",
    /Result was a promise, use anext\(\) \/ asend\(\) \/ athrow\(\) instead\./,
  );
});

test("JP-dispose: context managers", () => {
  const dispose = (Symbol as { dispose?: symbol }).dispose;
  if (dispose === undefined) return;
  const log: string[] = [];
  const resource = { [dispose]: () => log.push("closed"), use: () => log.push("used") };

  withX(resource, "with x as r: r.use()");
  assert.deepEqual(log, ["used", "closed"]);
});
