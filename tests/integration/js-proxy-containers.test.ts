import assert from "node:assert/strict";
import { throwsPython } from "../support/failures.ts";
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

test("JP-array: reading", () => {
  const array = [1, 2, 3, 4];

  assert.equal(withX(array, "x[0] * 1000 + x[-1] * 100 + len(x)"), 1404);
  assert.deepEqual(withX(array, "x[1:3]"), [2, 3]);
  assert.deepEqual(withX(array, "x[::-2]"), [4, 2]);
  assert.equal(withX(array, "3 in x and 9 not in x"), true);
  assert.equal(withX(array, "list(x) == [1, 2, 3, 4] and list(reversed(x)) == [4, 3, 2, 1]"), true);
  assert.deepEqual(withX(array, "x + [9]"), [1, 2, 3, 4, 9]);
  assert.deepEqual(withX([1], "x * 3"), [1, 1, 1]);
  assert.equal(withX(array, "x.index(3) * 10 + x.count(2)"), 21);
});

test("JP-array: writing with list semantics", () => {
  const array: unknown[] = [1, 2, 3];

  withX(array, "x[0] = 'a'; x[-1] = 'z'; x.append(4); x.extend([5, 6]); x.insert(1, 'i')");
  assert.deepEqual(array, ["a", "i", 2, "z", 4, 5, 6]);
  assert.equal(withX(array, "x.pop() + x.pop(0)[0].__len__()"), 7);
  withX(array, "del x[0]; x[1:3] = ['r']; x.remove(5); x.reverse()");
  assert.deepEqual(array, ["r", 2]);
  withX(array, "x += [7]; x *= 2; x[::2] = [0, 0, 0]; del x[4:]");
  assert.deepEqual(array, [0, 2, 0, "r"]);
});

test("JP-array: errors", () => {
  throwsPython(() => withX([], "x[0]"), "IndexError");
  throwsPython(() => withX([], "x.pop()"), "IndexError", /pop from empty list/);
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
  throwsPython(() => withX([, 1], "x[0]"), "IndexError");
  assert.equal(withX([undefined], "x[0] is None"), true);
  throwsPython(
    () => withX([1], "x['a']"),
    "TypeError",
    /list indices must be integers or slices, not str/,
  );
  throwsPython(() => withX([1], "x.index(2)"), "ValueError");
  throwsPython(() => withX([1], "x.remove(2)"), "ValueError");
  throwsPython(() => withX([1, 2, 3, 4], "x[::2] = [1]"), "ValueError");
  throwsPython(() => withX([1], "x.keys"), "AttributeError");
});

test("JP-array: Python's own protocols see a sequence", () => {
  assert.equal(
    withX([1, 2], "from collections.abc import MutableSequence\nisinstance(x, MutableSequence)"),
    true,
  );
  assert.equal(withX([1, 2], "match x:\n  case [a, b]: r = a + b\nr"), 3);
  assert.equal(withX([1, 2, 3], "a, *b = x\nlen(b)"), 2);
  assert.equal(withX([3, 1, 2], "sorted(x) == [1, 2, 3] and sum(x) == 6 and max(x) == 3"), true);
});

test("JP-array.eq: proxies of Python objects compare as Python does", () => {
  const tuple = py.runPython("(1, 2)");

  assert.equal(withX([tuple, tuple], "x.index((1, 2)) * 10 + x.count((1, 2))"), 2);
  tuple.destroy();
});

test("JP-map: maps are mappings", () => {
  const map = new Map<unknown, unknown>([
    ["a", 1],
    ["b", 2],
  ]);

  assert.equal(withX(map, "x['a'] + len(x)"), 3);
  assert.equal(
    withX(map, "dict(x) == {'a': 1, 'b': 2} and list(x) == ['a', 'b'] and 'a' in x"),
    true,
  );
  assert.equal(withX(map, "x.get('z', 5) + x.get('b')"), 7);
  throwsPython(() => withX(map, "x['z']"), "KeyError", /z/);
  withX(map, "x['c'] = 3; del x['a']; x.setdefault('d', 4); x.update({'e': 5})");
  assert.deepEqual(
    [...map],
    [
      ["b", 2],
      ["c", 3],
      ["d", 4],
      ["e", 5],
    ],
  );
  throwsPython(() => withX(map, "del x['z']"), "KeyError");
  assert.equal(withX(map, "x.pop('b') + x.pop('nope', 10)"), 12);
  assert.equal(
    withX(map, "from collections.abc import MutableMapping\nisinstance(x, MutableMapping)"),
    true,
  );
  withX(map, "x.clear()");
  assert.equal(map.size, 0);
});

test("JP-get, JP-set, JP-contains: any object with get, set, has", () => {
  const store = new Map<string, unknown>();
  const object = {
    get: (key: string) => store.get(key),
    set: (key: string, value: unknown) => store.set(key, value),
    has: (key: string) => store.has(key),
    delete: (key: string) => store.delete(key),
  };

  assert.equal(withX(object, "x['k'] = 1\nx['k'] if 'k' in x else None"), 1);
  throwsPython(() => withX(object, "x['none']"), "KeyError");
  assert.equal(withX({ get: () => undefined }, "x['any'] is None"), true);
  throwsPython(() => withX({}, "x['a']"), "TypeError", /not subscriptable/);
});

test("JP-len: size, length, and lengths that are none", () => {
  assert.equal(withX(new Set([1, 2]), "len(x)"), 2);
  assert.equal(withX({ length: 4 }, "len(x)"), 4);
  throwsPython(
    () => withX({ length: -3 }, "len(x)"),
    "ValueError",
    /length -3 of object is negative/,
  );
  throwsPython(() => withX({ length: 2 ** 31 }, "len(x)"), "OverflowError");
  throwsPython(() => withX({ length: "many" }, "len(x)"), "TypeError");
  throwsPython(() => withX(() => 1, "len(x)"), "TypeError");
  throwsPython(() => withX({}, "len(x)"), "TypeError");
});

test("JP-typedArray: reading and writing, no slices, no deletion", () => {
  const array = new Int16Array([5, 6, 7]);

  assert.equal(withX(array, "x[0] + x[-1] + len(x)"), 15);
  withX(array, "x[1] = 60");
  assert.equal(array[1], 60);
  assert.equal(withX(array, "x.index(60) * 10 + x.count(7)"), 11);
  throwsPython(() => withX(array, "x[0:1]"), "NotImplementedError");
  throwsPython(() => withX(array, "del x[0]"), "TypeError");
  throwsPython(() => withX(array, "x[9]"), "IndexError");
});

test("JP-buffer: copies of the bytes", () => {
  const array = new Uint8Array([104, 195, 169]);

  assert.equal(withX(array, "x.to_bytes() == b'h\\xc3\\xa9'"), true);
  assert.equal(withX(array, "x.to_memoryview().tolist() == [104, 195, 169]"), true);
  assert.equal(withX(array.subarray(1), "x.to_bytes() == b'\\xc3\\xa9'"), true);
});

test("JP-len: a large array is read at once", () => {
  const array = Array.from({ length: 200_000 }, (_, i) => i);

  assert.equal(withX(array, "sum(x)"), 19_999_900_000);
});
