import assert from "node:assert/strict";
import { claim } from "../support/claims.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** Has `get`, `has`, a size and an iterator, but no `set`. */
class ReadOnly {
  readonly #map: Map<unknown, unknown>;
  constructor(entries: [unknown, unknown][]) {
    this.#map = new Map(entries);
  }
  get size() {
    return this.#map.size;
  }
  get(key: unknown) {
    return this.#map.get(key);
  }
  has(key: unknown) {
    return this.#map.has(key);
  }
  keys() {
    return this.#map.keys();
  }
  [Symbol.iterator]() {
    return this.#map[Symbol.iterator]();
  }
}

test("JP-contains: by has, else by includes", async () => {
  const either = { has: (key: unknown) => key === 3, includes: () => true };
  await claim(
    py,
    {
      set: new Set([1]),
      map: new Map([["k", 0]]),
      includes: { includes: (v: unknown) => v === 3 },
      either,
      truthy: { has: (v: unknown) => v },
      failing: {
        has() {
          throw new RangeError("in has");
        },
      },
      none: {},
    },
    `
    assert 1 in set and 2 not in set and "k" in map and 0 not in map
    assert 3 in includes and 4 not in includes and 3 in either and 4 not in either
    assert 5 in truthy and 0 not in truthy and (5 in truthy) is True
    raises(JsException, "1 in failing", "in has")
    raises(TypeError, "1 in none")
    `,
  );
});

test("JP-get: p[k] is get(k); undefined is a missing key when has says so", async () => {
  const object = {};
  await claim(
    py,
    {
      map: new Map<unknown, unknown>([
        ["k", undefined],
        [object, 2],
        [3, [4]],
      ]),
      object,
      bare: { get: (key: unknown) => (key === "k" ? 1 : undefined) },
      none: {},
      failing: {
        get() {
          throw new RangeError("in get");
        },
      },
    },
    `
    assert map["k"] is None and map[object] == 2 and map[3][0] == 4
    assert raises(KeyError, "map['z']", "z").args == ("z",)
    assert raises(KeyError, "map[(1, 2)]").args == ((1, 2),)
    assert bare["k"] == 1 and bare["other"] is None
    raises(JsException, "failing['k']", "in get")
    raises(TypeError, "none['k']", "not subscriptable")
    `,
  );
});

test("JP-set: p[k] = v is set(k, v), del p[k] is delete(k)", async () => {
  const map = new Map<unknown, Any>([["gone", 1]]);
  const log: unknown[] = [];
  const object = {
    set: (...args: unknown[]) => void log.push(["set", ...args]),
    delete(key: unknown) {
      log.push(["delete", key]);
      return key === "there" ? 1 : 0;
    },
  };
  await claim(
    py,
    {
      map,
      object,
      bare: { set() {} },
      none: {},
      failing: {
        set() {
          throw new RangeError("in set");
        },
      },
    },
    `
    map["list"] = [1]
    map[None] = 2
    del map["gone"]
    assert raises(KeyError, "del map['gone']").args == ("gone",)
    object["k"] = "v"
    del object["there"]
    raises(KeyError, "del object['not']", "not")
    raises(JsException, "del bare['k']", "TypeError")
    raises(JsException, "failing['k'] = 1", "in set")
    raises(TypeError, "none['k'] = 1")
    raises(TypeError, "del none['k']")
    `,
  );
  assert.deepEqual([...map.keys()], ["list", undefined]);
  assert.equal(await map.get("list").length, 1);
  await map.get("list").destroy();
  assert.deepEqual(log, [
    ["set", "k", "v"],
    ["delete", "there"],
    ["delete", "not"],
  ]);
});

test("JP-map: a mapping", async () => {
  for (const x of [
    new Map<unknown, unknown>([
      ["a", 1],
      ["b", 2],
    ]),
    new ReadOnly([
      ["a", 1],
      ["b", 2],
    ]),
  ]) {
    await claim(
      py,
      { x },
      `
      from collections.abc import Mapping
      assert isinstance(x, Mapping) and len(x) == 2 and list(x) == ["a", "b"]
      assert dict(x) == {**x} == {"a": 1, "b": 2} and "a" in x and "z" not in x
      assert list(x.keys()) == ["a", "b"] and list(x.values()) == [1, 2] and list(x.items()) == [("a", 1), ("b", 2)]
      assert "a" in x.keys() and ("a", 1) in x.items() and x.keys() & {"a", "z"} == {"a"}
      assert x.get("b") == 2 and x.get("z") is None and x.get("z", 5) == 5 and x.get("z", default=6) == 6
      match x:
          case {"a": a, **rest}: assert a == 1 and rest == {"b": 2}
          case _: assert False
      match x:
          case [*_]: assert False
          case _: pass
      `,
    );
  }
});

test("JP-map: with set a mutable mapping", async () => {
  const x = new Map<unknown, unknown>([
    ["a", 1],
    ["b", 2],
    ["c", 3],
  ]);
  await claim(
    py,
    { x },
    `
    from collections.abc import MutableMapping
    assert isinstance(x, MutableMapping)
    assert x.pop("a") == 1 and x.pop("a", 9) == 9 and x.pop("a", None) is None
    raises(KeyError, "x.pop('a')")
    assert x.setdefault("b", 7) == 2 and x.setdefault("d", 4) == 4
    x.update({"e": 5}, f=6)
    x.update([("g", 7)])
    assert dict(x) == {"b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7}
    key, value = x.popitem()
    assert key not in x and len(x) == 5
    x.clear()
    assert len(x) == 0 and not x
    raises(KeyError, "x.popitem()")
    `,
  );
  await claim(
    py,
    { x: new ReadOnly([["a", 1]]) },
    `
    from collections.abc import MutableMapping
    assert not isinstance(x, MutableMapping)
    for name in ("pop", "popitem", "clear", "update", "setdefault"): assert not hasattr(x, name), name
    raises(TypeError, "x['a'] = 1")
    `,
  );
});

test("JP-map: URLSearchParams is one", async () => {
  await claim(
    py,
    { x: new URLSearchParams("a=1&b=2") },
    "assert dict(x) == {'a': '1', 'b': '2'}\nx['c'] = '3'\nassert x.toString() == 'a=1&b=2&c=3'",
  );
});
