import assert from "node:assert/strict";
import { failsInPython, failureOf } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();
await py.runPython(`
import asyncio, itertools
class Old:
    def __getitem__(self, index):
        if index < 3: return index * index
        raise IndexError
def raising():
    yield 1
    raise LookupError("half way")
def doubling():
    x = yield 1
    y = yield x * 2
    return y
def catching(answer, value):
    try:
        yield 1
    except BaseException as error:
        if answer == "yield": yield f"{value} {type(error).__name__}"
        if answer == "return": return f"{value} {type(error).__name__}"
        if answer == "raise": raise LookupError(value)
async def ticks(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i
async def echo():
    x = yield 1
    yield x
async def acatching(answer):
    try:
        yield 1
    except BaseException as error:
        if answer == "yield": yield type(error).__name__
        if answer == "return": return
        if answer == "raise": raise LookupError(answer)
`);

async function all(iterable: Any): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of iterable) items.push(item);
  return items;
}

const EXHAUSTED =
  /^This borrowed proxy was automatically destroyed when an iterator was exhausted\.\n/;

test("PX-iterator: a fresh iterator for each loop", async () => {
  const list = await py.runPython("[1, 2]");
  const dict = await py.runPython("{'a': 1}");
  const numbers = await py.runPython("range(5000)");

  assert.deepEqual(await all(list), [1, 2]);
  assert.deepEqual(await all(list), [1, 2]);
  assert.deepEqual(await all(dict), ["a"]);
  assert.equal((await all(numbers)).length, 5000);
  for (const proxy of [list, dict, numbers]) await proxy.destroy();
});

testOfValues("PX-iterator: spread and for", async () => {
  const list = await py.runPython("[1, 2]");
  const seen: unknown[] = [];

  for (const item of list) seen.push(item);
  assert.deepEqual([...list, ...seen], [1, 2, 1, 2]);
  await list.destroy();
});

test("PX-iterator: old-style sequences", async () => {
  const old = await py.runPython("Old()");

  assert.deepEqual(await all(old), [0, 1, 4]);
  await old.destroy();
});

test("PX-iterator: an iterator is its own, and goes on where it was", async () => {
  const iterator = await py.runPython("iter([1, 2, 3])");

  assert.deepEqual(await iterator.next(), { done: false, value: 1 });
  assert.deepEqual(await all(iterator), [2, 3]);
  assert.deepEqual(await all(iterator), []);
  await iterator.destroy();
});

test("PX-iterator: items are converted as they are produced", async () => {
  const log: string[] = [];
  const steps = await py.runPython("lambda log: ((log(i), i)[1] for i in range(3))")((i: number) =>
    log.push(`made ${i}`),
  );

  for await (const item of steps) {
    log.push(`seen ${item}`);
    if (item === 1) break;
  }
  assert.deepEqual(log.slice(0, 4), ["made 0", "seen 0", "made 1", "seen 1"]);
  await steps.destroy();
});

test("PX-iterator.2: proxied items are borrowed until the end", async () => {
  const list = await py.runPython("[[1], [2]]");
  const items: Any[] = [];

  for await (const item of list) {
    assert.equal(await item.length, 1);
    items.push(item);
    for (const earlier of items) assert.equal(await earlier.length, 1);
  }

  for (const item of items) assert.match((await failureOf(() => item.length)).message, EXHAUSTED);
  await list.destroy();
});

test("PX-iterator.2: a loop left early leaves own proxies; so do values() and next()", async () => {
  const list = await py.runPython("[[1], [2]]");
  const iterator = await py.runPython("iter([[3]])");
  const kept: Any[] = [];

  for await (const item of list) {
    kept.push(item);
    break;
  }
  for await (const item of await list.values()) kept.push(item);
  kept.push((await iterator.next()).value);
  await iterator.next();
  const lengths = [];
  for (const item of kept) lengths.push(await item.length);
  assert.deepEqual(lengths, [1, 1, 1, 1]);
  for (const proxy of [...kept, list, iterator]) await proxy.destroy();
});

test("PX-iterator.3: an exception of the iterator throws from the loop", async () => {
  const proxy = await py.runPython("raising()");
  const seen: unknown[] = [];

  await failsInPython(
    async () => {
      for await (const item of proxy) seen.push(item);
    },
    "LookupError",
    /half way/,
  );
  assert.deepEqual(seen, [1]);
  await proxy.destroy();
});

test("PX-iterator.3: an __iter__ that raises, or gives no iterator", async () => {
  const raises = await py.runPython(
    "class Raises:\n  def __iter__(self): raise LookupError('no iterator')\nRaises()",
  );
  const none = await py.runPython("class Bad:\n  def __iter__(self): return 5\nBad()");

  await failsInPython(() => all(raises), "LookupError", /no iterator/);
  await failsInPython(() => all(none), "TypeError");
  await raises.destroy();
  await none.destroy();
});

test("PX-iterator: an infinite iterator left early", async () => {
  const proxy = await py.runPython("itertools.count()");
  const seen: number[] = [];

  for await (const item of proxy) {
    if (seen.push(item) === 5) break;
  }

  assert.deepEqual(seen, [0, 1, 2, 3, 4]);
  await proxy.destroy();
});

test("PX-iterator.3: a container that changes under the loop", async () => {
  const dict = await py.runPython("{i: i for i in range(100)}");

  await failsInPython(
    async () => {
      for await (const key of dict) await dict.set(1000 + key, 1);
    },
    "RuntimeError",
    /changed size/,
  );
  await dict.destroy();
});

test("PX-next: send, the end's value, and after the end", async () => {
  const gen = await py.runPython("doubling()");

  assert.deepEqual(await gen.next(), { done: false, value: 1 });
  assert.deepEqual(await gen.next(10), { done: false, value: 20 });
  assert.deepEqual(await gen.next("end"), { done: true, value: "end" });
  assert.deepEqual(await gen.next(), { done: true, value: undefined });
  await gen.destroy();
});

test("PX-next: plain iterators; other exceptions throw", async () => {
  const iterator = await py.runPython("iter([7])");
  const failing = await py.runPython("raising()");

  assert.deepEqual(await iterator.next(), { done: false, value: 7 });
  assert.deepEqual(await iterator.next(), { done: true, value: undefined });
  await failing.next();
  await failsInPython(() => failing.next(), "LookupError", /half way/);
  assert.deepEqual(await failing.next(), { done: true, value: undefined });
  await iterator.destroy();
  await failing.destroy();
});

test("PX-return: caught or not", async () => {
  const cases: [string, unknown][] = [
    ["plain", { done: true, value: 5 }],
    ["yield", { done: false, value: "v GeneratorExit" }],
    ["return", { done: true, value: "v GeneratorExit" }],
  ];
  for (const [answer, expected] of cases) {
    const gen = await py.runPython(
      answer === "plain" ? "(i for i in range(3))" : `catching('${answer}', 'v')`,
    );
    await gen.next();
    assert.deepEqual(await gen.return(5), expected, answer);
    await gen.destroy();
  }
  const raising = await py.runPython("catching('raise', 'v')");
  await raising.next();
  await failsInPython(() => raising.return(5), "LookupError", /v/);
  await raising.destroy();
});

test("PX-return: before the first step, and after the end", async () => {
  const gen = await py.runPython("doubling()");

  assert.deepEqual(await gen.return("early"), { done: true, value: "early" });
  assert.deepEqual(await gen.next(), { done: true, value: undefined });
  assert.deepEqual(await gen.return("late"), { done: true, value: "late" });
  await gen.destroy();
});

test("PX-throw: JavaScript errors and Python exceptions", async () => {
  const exception = await py.runPython("ValueError('v')");
  const pythonError = await failureOf(() => py.runPython("1 / 0"));
  const cases: [unknown, string][] = [
    [new RangeError("x"), "v JsException"],
    [exception, "v ValueError"],
    [pythonError, "v JsException"],
  ];
  for (const [thrown, text] of cases) {
    const gen = await py.runPython("catching('yield', 'v')");
    await gen.next();
    const { done, value } = await gen.throw(thrown);
    assert.equal(done, false);
    if (thrown === pythonError) assert.match(value, /^v (JsException|ZeroDivisionError)$/);
    else assert.equal(value, text);
    await gen.destroy();
  }
  const returning = await py.runPython("catching('return', 'r')");
  await returning.next();
  assert.deepEqual(await returning.throw(exception), { done: true, value: "r ValueError" });
  await returning.destroy();
  await exception.destroy();
});

test("PX-throw: an uncaught exception throws, and what is none is a TypeError", async () => {
  const gen = await py.runPython("doubling()");
  await gen.next();
  await failsInPython(() => gen.throw(new RangeError("inside")), "JsException", /inside/);
  assert.deepEqual(await gen.next(), { done: true, value: undefined });

  const other = await py.runPython("doubling()");
  const list = await py.runPython("[]");
  for (const wrong of [5, "text", null, undefined, {}, list]) {
    await failsInPython(() => other.throw(wrong), "TypeError", /BaseException/);
  }
  for (const proxy of [gen, other, list]) await proxy.destroy();
});

test("PX-asyncIterator: for await, with own proxies as items", async () => {
  const gen = await py.runPython("ticks(3)");
  assert.deepEqual(await all(gen), [0, 1, 2]);

  const lists = await py.runPython("(([i] async for i in ticks(2)))");
  const items = (await all(lists)) as Any[];
  assert.deepEqual([await items[0].get(0), await items[1].get(0)], [0, 1]);
  for (const proxy of [...items, gen, lists]) await proxy.destroy();
});

test("PX-asyncIterator: objects with __aiter__, and an exception", async () => {
  const own = await py.runPython("class Own:\n  def __aiter__(self): return ticks(2)\nOwn()");
  const failing = await py.runPython("(1 / 0 async for i in ticks(2))");

  assert.deepEqual(await all(own), [0, 1]);
  assert.deepEqual(await all(own), [0, 1]);
  await failsInPython(() => all(failing), "ZeroDivisionError");
  await own.destroy();
  await failing.destroy();
});

test("PX-next.async: the same shape, as a promise", async () => {
  const gen = await py.runPython("echo()");

  const first = gen.next();
  assert.ok(first instanceof Promise);
  assert.deepEqual(await first, { done: false, value: 1 });
  assert.deepEqual(await gen.next("sent"), { done: false, value: "sent" });
  assert.deepEqual(await gen.next(), { done: true, value: undefined });
  assert.deepEqual(await gen.next(), { done: true, value: undefined });
  await gen.destroy();
});

test("PX-returnAsync: caught or not", async () => {
  const cases: [string, unknown][] = [
    ["ticks(3)", { done: true, value: 7 }],
    ["acatching('yield')", { done: false, value: "GeneratorExit" }],
    ["acatching('return')", { done: true, value: undefined }],
  ];
  for (const [code, expected] of cases) {
    const gen = await py.runPython(code);
    await gen.next();
    assert.deepEqual(await gen.return(7), expected, code);
    await gen.destroy();
  }
  const raising = await py.runPython("acatching('raise')");
  await raising.next();
  await failsInPython(() => raising.return(7), "LookupError");
  await raising.destroy();
});

test("PX-throwAsync: caught or not", async () => {
  const hurt = await py.runPython("echo()");
  await hurt.next();
  await failsInPython(() => hurt.throw(new TypeError("inside")), "JsException", /inside/);

  const exception = await py.runPython("ValueError('v')");
  const catching = await py.runPython("acatching('yield')");
  await catching.next();
  assert.deepEqual(await catching.throw(exception), { done: false, value: "ValueError" });
  const other = await py.runPython("echo()");
  await failsInPython(() => other.throw(5), "TypeError", /BaseException/);
  for (const proxy of [hurt, exception, catching, other]) await proxy.destroy();
});
