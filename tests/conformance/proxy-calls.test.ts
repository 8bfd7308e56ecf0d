import assert from "node:assert/strict";
import { eventually } from "../support/eventually.ts";
import { thrownBy, throwsPython } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
const list = py.runPython("lambda *a, **k: [*a, dict(k)] if k else [*a]");

/** Calls and converts the list of arguments that Python saw. */
function seen(result: Any): unknown {
  const value = result.toJs({ dict_converter: Object.fromEntries });
  result.destroy();
  return value;
}

test("PX-call0: arguments and results convert", () => {
  assert.deepEqual(seen(list(1, "a", undefined, 2n, 1.5)), [1, "a", undefined, 2n, 1.5]);
  assert.deepEqual(seen(list()), []);
});

test("PX-apply, PX-call: arguments as an array, or one by one", () => {
  assert.deepEqual(seen(list.apply(null, [1, 2])), [1, 2]);
  assert.deepEqual(seen(list.apply(null, { length: 1, 0: "x" })), ["x"]);
  assert.deepEqual(seen(list.apply(null, undefined)), []);
  assert.throws(() => list.apply(null, 5), TypeError);
  assert.deepEqual(seen(list.call(null, 1, 2)), [1, 2]);
});

test("PX-callKwargs: the last argument holds the keywords", () => {
  assert.deepEqual(seen(list.callKwargs(1, { b: 2, ñ: 3 })), [1, { b: 2, ñ: 3 }]);
  assert.equal(
    thrownBy(() => list.callKwargs()).message,
    "callKwargs requires at least one argument (the key word argument object)",
  );
  assert.equal(
    thrownBy(() => list.callKwargs(new Date())).message,
    "kwargs argument is not an object",
  );
  for (const wrong of [null, undefined, 5]) assert.throws(() => list.callKwargs(wrong), TypeError);
  assert.deepEqual(seen(list.callKwargs(Object.assign(Object.create(null), { k: 1 }))), [{ k: 1 }]);
});

test("PX-callRelaxed, PX-callKwargsRelaxed, PX-callWithOptions", () => {
  const add = py.runPython("lambda a, b=1: a + b");

  assert.equal(add.callRelaxed(1, 2, 3, 4), 3);
  assert.equal(add.callKwargsRelaxed(1, 2, 3, { c: 5 }), 3);
  assert.equal(add.callWithOptions({ kwargs: true }, 1, { b: 9 }), 10);
  assert.equal(add.callWithOptions({ relaxed: true }, 1, 2, 3), 3);
  throwsPython(() => add.callRelaxed(), "TypeError");
  add.destroy();
});

test("PX-bind: arguments prepended, one lifetime", () => {
  const bound = list.bind(null, 1).bind(null, 2);
  assert.deepEqual(seen(bound(3)), [1, 2, 3]);
  assert.deepEqual(seen(bound.callKwargs(3, { k: 4 })), [1, 2, 3, { k: 4 }]);
  const own = py.runPython("lambda *a: 1");
  const alias = own.bind(null, 1);
  alias.destroy();
  assert.throws(() => own());
});

test("PX-captureThis: this arrives first", () => {
  const method = py.runPython("lambda this, x=0: (this.value if this is not None else -1) + x");
  const captured = method.captureThis();
  const object = { value: 7, captured };

  assert.equal(object.captured(1), 8);
  assert.equal(captured.call({ value: 1 }, 1), 2);
  assert.equal(captured.bind({ value: 5 })(1), 6);
  assert.equal(captured(), -1);
  method.destroy();
  assert.throws(() => captured());
});

test("PX-new: a class is called without new", () => {
  const type = py.runPython("class Point:\n  def __init__(self, x): self.x = x\nPoint");
  const point = type(4);

  assert.equal(point.x, 4);
  assert.equal(point.type, "Point");
  point.destroy();
  type.destroy();
});

test("PX-coroutine: calling an async function starts it at once", async () => {
  const start = py.runPython(
    "started = []\nasync def start(x):\n  started.append(x)\n  return x\nstart",
  );

  const result = start(3);
  await eventually(() => py.runPython("len(started)") === 1, "the function starts, awaited or not");
  assert.equal(await result, 3);
  start.destroy();
});

test("calls: wrong arguments raise TypeError in Python", () => {
  const one = py.runPython("def one(x): return x\none");

  throwsPython(() => one(), "TypeError", /missing 1 required positional argument/);
  throwsPython(() => one(1, 2), "TypeError");
  throwsPython(() => one.callKwargs({ y: 1 }), "TypeError", /unexpected keyword argument 'y'/);
  one.destroy();
});

test("calls: a thousand arguments, and long texts among them", () => {
  const many = Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? "text ".repeat(50) : i));

  assert.deepEqual(seen(list(...many)), many);
  assert.deepEqual(seen(list("x".repeat(3_000_000)))?.toString().length, 3_000_000);
});

test("calls: JavaScript functions as Python callbacks, nested", () => {
  const apply = py.runPython("lambda f, x: f(x)");
  const depth = (n: number): number => (n === 0 ? 0 : 1 + apply(depth, n - 1));

  assert.equal(depth(20), 20);
  assert.deepEqual(
    py
      .runPython("lambda f: sorted([3, 1, 2], key=f)")((x: number) => -x)
      .toJs(),
    [3, 2, 1],
  );
  apply.destroy();
});

test("hygiene: this file's helper", () => {
  list.destroy();
});
