import assert from "node:assert/strict";
import { failsInPython, failureOf } from "../support/failures.ts";
import { type Any, load, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
/** The members that give promises, whatever the mode. */
const later = py.async ?? py;
await later.runPython(`
class Box:
    def __init__(self, value): self.value = value
    def plus(self, n): return Box(self.value + n)
    def give(self): return self.value
    def fail(self): raise LookupError("this step")
`);

test("BY-async: a call, an attribute, an item and a member are awaited", async () => {
  const box = await later.runPython("Box(1)");

  assert.equal(await box.value, 1);
  assert.equal(await box.plus(2).value, 3);
  assert.equal(await later.runPython("[1, 2, 3]").length, 3);
  assert.equal(await later.runPython("[1, 2, 3]")[1], 2);
  assert.equal(await later.runPython("{'key': 5}").get("key"), 5);
  assert.equal(await later.runPython("{'key': 5}").key, 5);
  assert.equal(await later.runPython("{'key': 5}").has("other"), false);
  assert.equal(await later.runPython("{'get': 5}").get("nothing"), undefined);
  assert.equal(await box.type, "Box");
  assert.equal(await later.pyimport("math").floor(2.5), 2);
  await box.destroy();
});

test("BY-async: what would cross as a copy is Python's own object until it is awaited", async () => {
  assert.equal(await later.runPython("'abc'").upper(), "ABC");
  assert.equal(await later.runPython("255").to_bytes(2, "big").hex(), "00ff");
  const text = later.runPython("'abc'");
  assert.equal(await text, "abc");
  assert.match((await failureOf(() => text.upper())).message, /crossed as a copy/);
});

test("BY-async: names of the proxy's members are Python's attributes on other objects", async () => {
  const code = "class Own:\n  def get(self, x): return ['own', x]\n  length = 'long'\nOwn()";

  assert.deepEqual(await later.runPython(code).get(7).toJs(), ["own", 7]);
  assert.equal(await later.runPython(code).length, "long");
  assert.equal(await later.runPython("[]").$append.__name__, "append");
});

test("BY-async: assignments are in order with calls", async () => {
  const box = await later.runPython("Box(1)");
  const list = await later.runPython("[1, 2]");
  const dict = await later.runPython("{}");

  box.value = 8;
  list[0] = 9;
  dict.entry = 10;
  assert.equal(await box.give(), 8);
  assert.deepEqual(await list.toJs(), [9, 2]);
  assert.equal(await dict.get("entry"), 10);
  delete dict.entry;
  assert.equal(await dict.length, 0);
  for (const proxy of [box, list, dict]) await proxy.destroy();
});

test("BY-async: iteration of both kinds, and steps by hand", async () => {
  const seen: unknown[] = [];
  for await (const item of later.runPython("range(3)")) seen.push(item);
  const generator = "async def items():\n  for i in range(3): yield i\nitems()";
  for await (const item of later.runPython(generator)) seen.push(item);
  assert.deepEqual(seen, [0, 1, 2, 0, 1, 2]);

  const steps = await later.runPython("def two():\n  yield 1\n  return 2\ntwo()");
  assert.deepEqual(await steps.next(), { done: false, value: 1 });
  assert.deepEqual(await steps.next(), { done: true, value: 2 });
  await steps.destroy();
});

test("BY-async: coroutines are awaited with the step that gives them", async () => {
  const double = await later.runPython(
    "import asyncio\nasync def double(x):\n  await asyncio.sleep(0)\n  return x * 2\ndouble",
  );

  assert.equal(await double(21), 42);
  assert.equal(await later.runPythonAsync("await asyncio.sleep(0, 'slept')"), "slept");
  await failsInPython(
    () => later.runPythonAsync("await asyncio.sleep(0)\n1 / 0"),
    "ZeroDivisionError",
  );
  await double.destroy();
});

test("BY-async: lazy proxies are arguments, known or not", async () => {
  const sum = later.runPython("sum");
  assert.equal(await sum(later.runPython("[1, 2, 3]")), 6);
  assert.equal(await sum(later.runPython("Box([4, 5])").value), 9);
  assert.equal(await sum(later.runPython("[[1, 2]]").map((x: Any) => x)[0]), 3);
  const dict = later.runPython("dict");
  assert.equal(await dict.callKwargs({ a: later.runPython("7") }).get("a"), 7);
});

test("BY-async: functions of the program are called, what they return is awaited", async () => {
  const call = await later.runPython("async def call(f, x): return await f(x)\ncall");

  assert.equal(await call(async (x: number) => x * 10, 2), 20);
  await call.destroy();
});

test("BY-async: a failure that nobody asks for is an unhandled rejection", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", note);
  try {
    later.runPython("1 / 0");
    await later.runPython("None");
    await new Promise((resolve) => setTimeout(resolve, 20));
  } finally {
    process.off("unhandledRejection", note);
    for (const other of others) process.on("unhandledRejection", other);
  }
  assert.equal(unhandled.length, 1);
});

test("BY-pipeline: a chain gives what its last step gives, or fails with the step that failed", async () => {
  const chain = later.runPython("Box(1)").plus(2).plus(3).plus(4);

  assert.equal(await chain.give(), 10);
  const error = await failsInPython(() => chain.fail().plus(1).value, "LookupError", /this step/);
  assert.match(error.message, /in fail/);
  await failureOf(() => chain.nothing.at.all());
  assert.equal(await chain.nothing, undefined);
});

test("BY-pipeline: steps are made whether or not anybody awaits them", async () => {
  const code = "notes = []\nclass Note:\n  def add(self, x): notes.append(x); return self\nNote()";
  const unawaited = later.runPython(code).add("first").add("second");

  assert.deepEqual(await later.runPython("notes").toJs(), ["first", "second"]);
  await (await unawaited).destroy();
});

test("BY-pipeline, BY-order: many calls at once, in the order in which they were made", async () => {
  const log = await later.runPython("log = []\nlog");
  const append = await later.runPython("log.append");

  const calls = Array.from({ length: 3000 }, (_, i) => append(i));
  await Promise.all(calls);
  assert.deepEqual(
    await log.toJs(),
    Array.from({ length: 3000 }, (_, i) => i),
  );
  for (const proxy of [log, append]) await proxy.destroy();
});

test("BY-pipeline: answers that nobody awaits are not kept for ever", async () => {
  const first = later.runPython("'first'");
  const others = Array.from({ length: 600 }, (_, i) => later.runPython(`'${i}'`));
  await others.at(-1);

  const length = await Promise.resolve(first.upper()).catch((error) => error.name);
  assert.ok(length === "FIRST" || length === "StaleHandle", String(length));
  await Promise.all(others);
});

test("BY-deadline: code that computes gets TimeoutError, and may clean up", async () => {
  await failsInPython(() => py.runPython("while True: pass", { timeout: 50 }), "TimeoutError");
  const code = `
try:
    while True: pass
except TimeoutError:
    cleaned = True
cleaned`;
  assert.equal(await py.runPython(code, { timeout: 50 }), true);
  await failsInPython(
    () => later.runPythonAsync("while True: pass", { timeout: 50 }),
    "TimeoutError",
  );
});

test("BY-deadline: code that sleeps or waits", async () => {
  const began = performance.now();
  await failsInPython(
    () => py.runPython("import time; time.sleep(20)", { timeout: 50 }),
    "TimeoutError",
  );
  await failsInPython(
    () => py.runPythonAsync("import asyncio; await asyncio.sleep(20)", { timeout: 50 }),
    "TimeoutError",
  );
  assert.ok(performance.now() - began < 10_000);
});

test("BY-deadline: what ends in time is not touched, nor is what comes later", async () => {
  assert.equal(await py.runPython("6 * 7", { timeout: 1000 }), 42);
  assert.equal(await py.runPythonAsync("6 * 7", { timeout: 20 }), 42);
  const busy =
    "import time\nend = time.monotonic() + 0.1\nwhile time.monotonic() < end: pass\n'done'";
  assert.equal(await py.runPython(busy), "done");
  await failureOf(() => py.runPython("1", { timeout: Number.NaN }));
});

test("BY-deadline: a call with a timeout", async () => {
  const spin = await py.runPython("def spin(n):\n  while n: pass\n  return n\nspin");

  await failsInPython(() => spin.callWithOptions({ timeout: 50 }, 1), "TimeoutError");
  assert.equal(await spin.callWithOptions({ timeout: 1000 }, 0), 0);
  assert.equal(await spin.callWithOptions({ timeout: 1000, kwargs: true }, { n: 0 }), 0);
  await spin.destroy();
});

test("BY-deadline: an aborted signal rejects at once and cancels what is awaited", async () => {
  const controller = new AbortController();
  const reason = new Error("not wanted any more");
  const code = `
import asyncio
canceled = []
try:
    await asyncio.Future()
except asyncio.CancelledError:
    canceled.append(True)
    raise`;
  const run = py.runPythonAsync(code, { signal: controller.signal });
  setTimeout(() => controller.abort(reason), 30);

  assert.equal(await failureOf(() => run), reason);
  for (let i = 0; i < 50 && (await py.runPython("len(canceled)")) === 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal(await py.runPython("len(canceled)"), 1);
  const early = await failureOf(() =>
    py.runPythonAsync("reached = True", { signal: AbortSignal.abort(reason) }),
  );
  assert.equal(early, reason);
  assert.equal(await py.runPython("'reached' in globals()"), false);
});

test("BY-sync: members that give values, and the same by promises", async () => {
  const kernel = await load({ sync: true });

  assert.equal(kernel.runPython("1 + 1"), 2);
  assert.equal(await kernel.async.runPython("1 + 1"), 2);
  const list = kernel.runPython("[1]");
  assert.equal(await list.$async.length, 1);
  list.destroy();
});

test("BY-sync: what cannot be had at once says what to do", async () => {
  const list = await later.runPython("[1]");

  for (const ask of [() => "append" in list, () => [...list], () => `${list}`]) {
    const error = await failureOf(ask);
    assert.equal(error.name, "SyncUnavailable");
    assert.match(error.message, /await/);
  }
  await list.destroy();
});
