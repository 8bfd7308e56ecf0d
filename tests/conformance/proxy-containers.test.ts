import assert from "node:assert/strict";
import { throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

test("PX-get, PX-set, PX-has, PX-delete, PX-length on a dict", () => {
  const dict = py.runPython("{'a': 1, 3: 'three'}");

  assert.equal(dict.get("a"), 1);
  assert.equal(dict.get(3), "three");
  assert.equal(dict.get("3"), undefined);
  assert.equal(dict.get("missing"), undefined);
  assert.equal(dict.set("b", 2), undefined);
  assert.equal(dict.get("b"), 2);
  assert.equal(dict.has("b"), true);
  assert.equal(dict.has("3"), false);
  assert.equal(dict.has(3), true);
  assert.equal(dict.length, 3);
  dict.delete("b");
  assert.equal(dict.has("b"), false);
  throwsPython(() => dict.delete("b"), "KeyError");
  dict.destroy();
});

test("PX-get: KeyError and IndexError give undefined, the rest throws", () => {
  const list = py.runPython("[10, 20]");

  assert.equal(list.get(1), 20);
  assert.equal(list.get(-1), 20);
  assert.equal(list.get(2), undefined);
  throwsPython(() => list.get("x"), "TypeError");
  const unhashable = py.runPython("[]");
  const dict = py.runPython("{}");
  throwsPython(() => dict.get(unhashable), "TypeError", /unhashable/);
  throwsPython(() => dict.has(unhashable), "TypeError");
  for (const proxy of [list, unhashable, dict]) proxy.destroy();
});

test("PX-get.2: every call converts afresh, and the results outlive the container", () => {
  const list = py.runPython("[[1]]");
  const first = list.get(0);
  const second = list.get(0);

  assert.notEqual(first, second);
  list.destroy();
  assert.equal(first.get(0), 1);
  first.destroy();
  second.destroy();
});

test("PX-length: an exception in __len__ throws", () => {
  const bad = py.runPython("class Bad:\n  def __len__(self): return -1\nBad()");

  throwsPython(() => bad.length, "ValueError");
  bad.destroy();
});

test("PX-seq.index: reading, writing and deleting by index", () => {
  const list = py.runPython("[1, 2, 3]");

  assert.equal(list[0], 1);
  assert.equal(list[3], undefined);
  list[0] = "first";
  assert.equal(list[0], "first");
  assert.equal(1 in list, true);
  assert.equal(3 in list, false);
  delete list[1];
  assert.deepEqual(list.toJs(), ["first", 3]);
  assert.throws(() => {
    list[9] = 1;
  }, TypeError);
  const tuple = py.runPython("(1, 2)");
  assert.equal(tuple[1], 2);
  throwsPython(() => {
    tuple[0] = 1;
  }, "TypeError");
  list.destroy();
  tuple.destroy();
});

test("PX-seq.read: the reading methods of arrays", () => {
  const list = py.runPython("[1, 2, 3, 2]");

  assert.equal(list.join("-"), "1-2-3-2");
  assert.deepEqual(list.slice(1, -1), [2, 3]);
  assert.equal(list.indexOf(2), 1);
  assert.equal(list.lastIndexOf(2), 3);
  assert.deepEqual(
    list.map((x: number) => x * 2),
    [2, 4, 6, 4],
  );
  assert.deepEqual(
    list.filter((x: number) => x > 1),
    [2, 3, 2],
  );
  assert.equal(
    list.some((x: number) => x > 2),
    true,
  );
  assert.equal(
    list.every((x: number) => x > 2),
    false,
  );
  assert.equal(
    list.reduce((a: number, b: number) => a + b),
    8,
  );
  assert.equal(
    list.reduceRight((a: string, b: number) => a + b, ""),
    "2321",
  );
  assert.equal(list.at(-1), 2);
  assert.deepEqual(list.concat([9]), [1, 2, 3, 2, 9]);
  assert.equal(list.includes(3), true);
  assert.deepEqual([...list.entries()][0], [0, 1]);
  assert.deepEqual([...list.keys()], [0, 1, 2, 3]);
  assert.deepEqual([...list.values()], [1, 2, 3, 2]);
  assert.equal(
    list.find((x: number) => x > 1),
    2,
  );
  assert.equal(
    list.findIndex((x: number) => x > 2),
    2,
  );
  const seen: number[] = [];
  list.forEach((x: number) => seen.push(x));
  assert.deepEqual(seen, [1, 2, 3, 2]);
  list.destroy();
});

test("PX-seq.write: the writing methods of arrays", () => {
  const list = py.runPython("[3, 1]");

  assert.equal(list.push(2, 5), 4);
  assert.equal(list.pop(), 5);
  assert.equal(list.shift(), 3);
  assert.equal(list.unshift(7, 8), 4);
  assert.deepEqual(list.toJs(), [7, 8, 1, 2]);
  assert.deepEqual(list.splice(1, 2, "x"), [8, 1]);
  assert.deepEqual(list.toJs(), [7, "x", 2]);
  list.splice(1, 1);
  list.sort();
  list.reverse();
  assert.deepEqual(list.toJs(), [7, 2]);
  list.fill(0);
  assert.deepEqual(list.toJs(), [0, 0]);
  const empty = py.runPython("[]");
  assert.equal(empty.pop(), undefined);
  assert.equal(empty.shift(), undefined);
  list.destroy();
  empty.destroy();
});

test("PX-seq.spread: concat flattens, Array.from works", () => {
  const list = py.runPython("[1, 2]");

  assert.deepEqual(([0] as unknown[]).concat(list), [0, 1, 2]);
  assert.deepEqual(Array.from(list), [1, 2]);
  assert.equal(Array.isArray(list), false);
  list.destroy();
});

test("PX-seq.toJSON, CF-jsonNested: JSON.stringify", () => {
  const list = py.runPython("[1, [2, {'a': 'b'}]]");

  assert.equal(JSON.stringify(list), '[1,[2,{"a":"b"}]]');
  assert.equal(JSON.stringify(list.asJsJson()), '[1,[2,{"a":"b"}]]');
  list.destroy();
});

test("PX-dict: property access falls back to items", () => {
  const dict = py.runPython("{'name': 'x', 7: 'seven', 'inner': {'deep': 1}, 'items': 2}");

  assert.equal(dict.name, "x");
  assert.equal(dict[7], "seven");
  assert.equal(dict.inner.deep, 1);
  assert.equal(typeof dict.items, "function");
  dict.fresh = 5;
  assert.equal(dict.get("fresh"), 5);
  delete dict.fresh;
  assert.equal(dict.has("fresh"), false);
  assert.equal(dict.nothing, undefined);
  throwsPython(() => {
    dict.items = 1;
  }, "AttributeError");
  dict.destroy();
});

test("PX-asJsJson: a view where property access is item access", () => {
  const dict = py.runPython("{'keys': [1, {'get': 2}], 'none': None}");
  const view = dict.asJsJson();

  assert.equal(view.keys[1].get, 2);
  assert.deepEqual(Object.keys(view), ["keys", "none"]);
  assert.equal(JSON.stringify(view), '{"keys":[1,{"get":2}]}');
  dict.destroy();
});
