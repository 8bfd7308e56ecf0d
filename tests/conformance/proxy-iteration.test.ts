import assert from "node:assert/strict";
import { rejectsPython, thrownBy, throwsPython } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

test("PX-iterator: a fresh iterator for each loop", () => {
  const list = py.runPython("[1, 2]");

  assert.deepEqual([...list], [1, 2]);
  assert.deepEqual([...list], [1, 2]);
  const dict = py.runPython("{'a': 1}");
  assert.deepEqual([...dict], ["a"]);
  assert.deepEqual([...py.runPython("range(5000)")].length, 5000);
  list.destroy();
  dict.destroy();
});

test("PX-iterator: old-style sequences", () => {
  const old = py.runPython(
    "class Old:\n  def __getitem__(self, i):\n    if i < 3: return i * i\n    raise IndexError\nOld()",
  );

  assert.deepEqual([...old], [0, 1, 4]);
  old.destroy();
});

test("PX-iterator.2: proxied items are borrowed until the end", () => {
  const list = py.runPython("[[1], [2]]");
  const items: Any[] = [];

  for (const item of list) {
    assert.equal(item.length, 1);
    items.push(item);
  }

  assert.match(
    thrownBy(() => items[0].length).message,
    /^This borrowed proxy was automatically destroyed when an iterator was exhausted\./,
  );
  list.destroy();
});

test("PX-iterator.3: an exception of the iterator throws from the loop", () => {
  const proxy = py.runPython("def gen():\n  yield 1\n  raise LookupError('half way')\ngen()");
  const seen: unknown[] = [];

  throwsPython(() => {
    for (const item of proxy) seen.push(item);
  }, "LookupError");
  assert.deepEqual(seen, [1]);
  proxy.destroy();
});

test("PX-iterator: an infinite generator left early", () => {
  const proxy = py.runPython("import itertools; itertools.count()");
  const seen: number[] = [];

  for (const item of proxy) {
    if (seen.push(item) === 5) break;
  }

  assert.deepEqual(seen, [0, 1, 2, 3, 4]);
  proxy.destroy();
});

test("PX-iterator: a container that changes under the loop", () => {
  const dict = py.runPython("d = {i: i for i in range(100)}; d");

  throwsPython(
    () => {
      for (const key of dict) dict.set(1000 + key, 1);
    },
    "RuntimeError",
    /changed size/,
  );
  dict.destroy();
});

test("PX-next: send, the end's value, and after the end", () => {
  const gen = py.runPython("def gen():\n  x = yield 1\n  y = yield x * 2\n  return y\ngen()");

  assert.deepEqual(gen.next(), { done: false, value: 1 });
  assert.deepEqual(gen.next(10), { done: false, value: 20 });
  assert.deepEqual(gen.next("end"), { done: true, value: "end" });
  assert.deepEqual(gen.next(), { done: true, value: undefined });
  gen.destroy();
});

test("PX-return: caught or not", () => {
  const plain = py.runPython("def plain():\n  yield 1\nplain()");
  plain.next();
  assert.deepEqual(plain.return(5), { done: true, value: 5 });
  const stubborn = py.runPython(
    "def stubborn():\n  try:\n    yield 1\n  except GeneratorExit:\n    yield 2\nstubborn()",
  );
  stubborn.next();
  assert.deepEqual(stubborn.return(5), { done: false, value: 2 });
  const returning = py.runPython(
    "def returning():\n  try:\n    yield 1\n  except GeneratorExit:\n    return 'own'\nreturning()",
  );
  returning.next();
  assert.deepEqual(returning.return(5), { done: true, value: "own" });
  for (const proxy of [plain, stubborn, returning]) proxy.destroy();
});

test("PX-throw: JavaScript errors and Python exceptions", () => {
  const code =
    "def gen():\n  while True:\n    try:\n      yield 1\n    except Exception as e:\n      yield type(e).__name__\ngen()";
  const gen = py.runPython(code);
  gen.next();
  assert.deepEqual(gen.throw(new RangeError("x")), { done: false, value: "JsException" });
  gen.next();
  const exception = py.runPython("ValueError('v')");
  assert.deepEqual(gen.throw(exception), { done: false, value: "ValueError" });
  throwsPython(() => gen.throw(5), "TypeError", /BaseException/);
  exception.destroy();
  gen.destroy();
});

test("PX-asyncIterator: for await", async () => {
  const gen = py.runPython(
    "import asyncio\nasync def agen():\n  for i in range(3):\n    await asyncio.sleep(0)\n    yield i\nagen()",
  );
  const seen: number[] = [];

  for await (const item of gen) seen.push(item);
  assert.deepEqual(seen, [0, 1, 2]);
  gen.destroy();
});

test("PX-next.async, PX-returnAsync, PX-throwAsync", async () => {
  const make = py.runPython("async def agen():\n  x = yield 1\n  yield x\nagen");
  const gen = make();
  assert.deepEqual(await gen.next(), { done: false, value: 1 });
  assert.deepEqual(await gen.next("sent"), { done: false, value: "sent" });
  assert.deepEqual(await gen.next(), { done: true, value: undefined });
  const left = make();
  await left.next();
  assert.deepEqual(await left.return(7), { done: true, value: 7 });
  const hurt = make();
  await hurt.next();
  await rejectsPython(() => hurt.throw(new TypeError("inside")), "JsException", /inside/);
  for (const proxy of [make, gen, left, hurt]) proxy.destroy();
});
