import assert from "node:assert/strict";
import { eventually } from "../support/eventually.ts";
import { failsInPython, failureOf } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
const list = await py.runPython("lambda *a, **k: [*a, dict(k)] if k else [*a]");

/** The list of arguments that Python saw. */
async function seen(call: Any): Promise<unknown> {
  const result = await call;
  const value = await result.toJs({ dict_converter: Object.fromEntries });
  await result.destroy();
  return value;
}

test("PX-call0: arguments and results convert", async () => {
  assert.deepEqual(await seen(list(1, "a", undefined, 2n, 1.5)), [1, "a", undefined, 2n, 1.5]);
  assert.deepEqual(await seen(list()), []);
  const object = { own: true };
  assert.equal(await py.runPython("lambda x: x")(object), object);
});

test("PX-call0: the result is an own proxy, and this is ignored", async () => {
  const made = await list.call({ ignored: true }, [1]);
  const holder = { list };

  assert.ok(made instanceof py.ffi.PyProxy);
  assert.equal(await made.length, 1);
  assert.deepEqual(await seen(holder.list(2)), [2]);
  await made.destroy();
});

test("PX-call0: wrong arguments raise TypeError in Python", async () => {
  const one = await py.runPython("def one(x): return x\none");

  await failsInPython(() => one(), "TypeError", /missing 1 required positional argument/);
  await failsInPython(() => one(1, 2), "TypeError");
  await failsInPython(() => one.callKwargs({ y: 1 }), "TypeError", /unexpected keyword .*'y'/);
  await failsInPython(() => one.callKwargs(1, { x: 1 }), "TypeError", /multiple values/);
  await one.destroy();
});

test("PX-call0: a thousand arguments, and long texts among them", async () => {
  const many = Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? "text ".repeat(50) : i));

  assert.deepEqual(await seen(list(...many)), many);
  const [text] = (await seen(list("x".repeat(3_000_000)))) as [string];
  assert.equal(text.length, 3_000_000);
});

test("PX-call0: JavaScript functions as callbacks, nested", async () => {
  const apply = await py.runPython("lambda f, x: f(x)");
  const sort = await py.runPython("lambda f: sorted([3, 1, 2], key=f)");

  assert.equal(await apply((x: number) => x + 1, 1), 2);
  assert.deepEqual(await seen(sort((x: number) => -x)), [3, 2, 1]);
  await apply.destroy();
  await sort.destroy();
});

test("PX-call0: a callback that throws in the middle of sort(key=…)", async () => {
  const sort = await py.runPython("values = [3, 1, 2]\nlambda f: values.sort(key=f)");
  const thrown = new RangeError("not this one");
  let calls = 0;

  const key = () => {
    if (++calls === 2) throw thrown;
    return 1;
  };
  await failsInPython(() => sort(key), "JsException", /RangeError: not this one/);
  assert.equal(calls, 2);
  assert.equal(await py.runPython("sorted(values) == [1, 2, 3]"), true);
  await sort.destroy();
});

test("PX-apply: arguments as an array, or array-like", async () => {
  assert.deepEqual(await seen(list.apply(null, [1, 2])), [1, 2]);
  assert.deepEqual(await seen(list.apply(null, { length: 2, 0: "x" })), ["x", undefined]);
  assert.deepEqual(await seen(list.apply(null, undefined)), []);
  assert.deepEqual(await seen(list.apply(null, null)), []);
  for (const wrong of [5, "text", true]) {
    assert.ok((await failureOf(() => list.apply(null, wrong))) instanceof TypeError, String(wrong));
  }
});

test("PX-call: arguments one by one", async () => {
  assert.deepEqual(await seen(list.call(null, 1, 2)), [1, 2]);
  assert.deepEqual(await seen(list.call()), []);
});

test("PX-callKwargs: the last argument holds the keywords", async () => {
  assert.deepEqual(await seen(list.callKwargs(1, { b: 2, ñ: 3 })), [1, { b: 2, ñ: 3 }]);
  assert.deepEqual(await seen(list.callKwargs(1, {})), [1]);
  const bare = Object.assign(Object.create(null), { k: 1 });
  assert.deepEqual(await seen(list.callKwargs(bare)), [{ k: 1 }]);
  const hidden = Object.defineProperty({ k: 1, [Symbol("s")]: 2 }, "h", { value: 3 });
  assert.deepEqual(await seen(list.callKwargs(hidden)), [{ k: 1 }]);
});

test("PX-callKwargs: what is no object of keywords", async () => {
  const none = await failureOf(() => list.callKwargs());
  assert.ok(none instanceof TypeError);
  assert.equal(
    none.message,
    "callKwargs requires at least one argument (the key word argument object)",
  );
  class Own {}
  for (const wrong of [new Date(), new Map(), new Own(), [], () => 1]) {
    const error = await failureOf(() => list.callKwargs(wrong));
    assert.ok(error instanceof TypeError);
    assert.equal(error.message, "kwargs argument is not an object");
  }
  for (const wrong of [null, undefined, 5, "x"]) {
    assert.ok((await failureOf(() => list.callKwargs(wrong))) instanceof TypeError);
  }
});

test("PX-callKwargs.2, PX-bind: bound arguments count in every variant", async () => {
  const bound = await list.bind(null, 1);

  assert.deepEqual(await seen(bound.callKwargs(2, { k: 3 })), [1, 2, { k: 3 }]);
  assert.deepEqual(await seen(bound.callKwargsRelaxed(2, { k: 3 })), [1, 2, { k: 3 }]);
  assert.deepEqual(await seen(bound.callRelaxed(2)), [1, 2]);
  assert.deepEqual(await seen(bound.callWithOptions({ kwargs: true }, 2, { k: 3 })), [
    1,
    2,
    { k: 3 },
  ]);
  assert.deepEqual(await seen(bound.apply(null, [2])), [1, 2]);
  assert.deepEqual(await seen(bound.call(null, 2)), [1, 2]);
});

test("PX-callRelaxed: extra positional arguments are dropped", async () => {
  const add = await py.runPython("lambda a, b=1: a + b");

  assert.equal(await add.callRelaxed(1, 2, 3, 4), 3);
  assert.equal(await add.callRelaxed(1), 2);
  await failsInPython(() => add.callRelaxed(), "TypeError");
  assert.deepEqual(await seen(list.callRelaxed(1, 2, 3)), [1, 2, 3]);
  await add.destroy();
});

test("PX-callKwargsRelaxed: unknown keywords are dropped too", async () => {
  const add = await py.runPython("lambda a, b=1: a + b");

  assert.equal(await add.callKwargsRelaxed(1, 2, 3, { c: 5 }), 3);
  assert.equal(await add.callKwargsRelaxed(1, { b: 5, c: 5 }), 6);
  await failsInPython(() => add.callKwargsRelaxed({ c: 5 }), "TypeError");
  await add.destroy();
});

test("PX-callWithOptions: any combination", async () => {
  const add = await py.runPython("lambda a, b=1: a + b");

  assert.equal(await add.callWithOptions({}, 1, 2), 3);
  assert.equal(await add.callWithOptions({ kwargs: true }, 1, { b: 9 }), 10);
  assert.equal(await add.callWithOptions({ relaxed: true }, 1, 2, 3), 3);
  assert.equal(await add.callWithOptions({ relaxed: true, kwargs: true }, 1, 2, { c: 1 }), 3);
  await failsInPython(() => add.callWithOptions({}, 1, 2, 3), "TypeError");
  await add.destroy();
});

test("PX-bind: arguments are appended, the first this stays, the original is unchanged", async () => {
  const bound = await list.bind(null, 1).bind(null, 2);
  const first = { name: "first" };
  const nameOf = await py.runPython("lambda this, *a: this.name");

  assert.deepEqual(await seen(bound(3)), [1, 2, 3]);
  assert.deepEqual(await seen(list(3)), [3]);
  assert.ok(bound instanceof py.ffi.PyProxy);
  assert.equal(await nameOf.captureThis().bind(first).bind({ name: "second" })(), "first");
  await nameOf.destroy();
});

test("PX-bind: one lifetime with the original", async () => {
  const original = await py.runPython("lambda *a: 1");
  const alias = await original.bind(null, 1);
  await alias.destroy();
  await failureOf(() => original());

  const other = await py.runPython("lambda *a: 1");
  const bound = await other.bind(null, 1);
  await other.destroy();
  await failureOf(() => bound());
});

test("PX-captureThis: this arrives first, then bound arguments, then the call's", async () => {
  const method = await py.runPython("lambda this, *a: [this and this.value, *a]");
  const captured = await method.captureThis();
  const object = { value: 7, captured };

  assert.deepEqual(await seen(object.captured(1)), [7, 1]);
  assert.deepEqual(await seen(captured.call({ value: 1 }, 1)), [1, 1]);
  assert.deepEqual(await seen(captured.apply({ value: 1 }, [2])), [1, 2]);
  assert.deepEqual(await seen(captured.bind({ value: 5 }, 6)(7)), [5, 6, 7]);
  assert.deepEqual(await seen(method.bind({ value: 8 }, 9).captureThis()(10)), [8, 9, 10]);
  assert.deepEqual(await seen(captured()), [undefined]);
  assert.deepEqual(await seen(method({ value: 2 }, 3)), [2, 3]);
  await method.destroy();
  await failureOf(() => captured());
});

test("PX-new: a class is called without new", async () => {
  const type = await py.runPython("class Point:\n  def __init__(self, x): self.x = x\nPoint");
  const point = await type(4);

  assert.equal(await point.x, 4);
  assert.equal(await point.type, "Point");
  let made: Any;
  try {
    made = new type(5);
  } catch (error) {
    assert.ok(error instanceof TypeError);
  }
  assert.equal(await made?.x, undefined);
  await point.destroy();
  await type.destroy();
});

test("PX-callPromising, PX-callPromisingKwargs: a promise, whether the engine switches stacks or not", async () => {
  const add = await py.runPython("lambda a, b=1: a + b");
  const isSupported = "Suspending" in WebAssembly;

  for (const [call, expected] of [
    [() => add.callPromising(1, 2), 3],
    [() => add.callPromisingKwargs(1, { b: 4 }), 5],
    [() => add.callWithOptions({ promising: true, kwargs: true }, 1, { b: 4 }), 5],
  ] as const) {
    const promise = call();
    assert.ok(promise instanceof Promise);
    if (isSupported) {
      assert.equal(await promise, expected);
    } else {
      const error = await failureOf(() => promise);
      assert.ok(error instanceof Error);
      assert.equal(
        error.message,
        "WebAssembly stack switching not supported in this JavaScript runtime",
      );
    }
  }
  await add.destroy();
});

test("PX-coroutine: calling an async function starts it at once", async () => {
  const start = await py.runPython(
    "started = []\nasync def start(x):\n  started.append(x)\n  return x\nstart",
  );

  const result = start(3);
  let isStarted = false;
  await eventually(() => {
    Promise.resolve(py.runPython("len(started) == 1")).then((is) => (isStarted = is));
    return isStarted;
  }, "the function starts, awaited or not");
  assert.equal(await result, 3);
  await start.destroy();
});

test("PX-coroutine: converting a coroutine object does not start it", async () => {
  const holder = await py.runPython(
    "ran = []\nasync def run(): ran.append(1)\ncoroutines = [run()]; coroutines",
  );
  const proxy = holder.get(0);

  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(await py.runPython("len(ran)"), 0);
  await py.runPython("coroutines[0].close()");
  await proxy.destroy();
  await holder.destroy();
});
