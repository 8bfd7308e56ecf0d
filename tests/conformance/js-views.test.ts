import assert from "node:assert/strict";
import { claim } from "../support/claims.ts";
import { type Any, load, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();

test("JP-as_object_map: a mutable mapping over own enumerable string keys", async () => {
  const x: Record<string, unknown> = { a: 1, get: 2, from: 3, "b c": 4 };
  await claim(
    py,
    { x, see: (value: unknown) => value === x },
    `
    from collections.abc import MutableMapping
    from pyodide.ffi import JsMap, JsMutableMap
    m = x.as_object_map()
    assert isinstance(m, MutableMapping) and isinstance(m, JsMutableMap) and isinstance(m, JsMap)
    assert (m["a"], m["get"], m["from"], m["b c"]) == (1, 2, 3, 4)
    assert len(m) == 4 and list(m) == ["a", "get", "from", "b c"] and dict(m)["from"] == 3
    assert "a" in m and "z" not in m and 5 not in m and "toString" not in m
    assert raises(KeyError, "m['z']").args == ("z",) and raises(KeyError, "m[5]").args == (5,)
    m["new"] = [1]
    m["to_py"] = m["keys"] = 6
    assert m["new"] == [1] and m["to_py"] == 6 and x.new == [1]
    raises(TypeError, "m[5] = 1", "string")
    del m["a"], m["from"]
    raises(KeyError, "del m['a']")
    raises(KeyError, "del m[5]")
    assert m == x and see(m) and repr(m) == repr(x) and m.new == [1]
    match m:
        case {"get": 2, **rest}: assert "b c" in rest
        case _: assert False
    `,
  );
  assert.deepEqual(Object.keys(x), ["get", "b c", "new", "to_py", "keys"]);
  await (x.new as Any).destroy();
});

test("JP-as_object_map: the methods of mappings", async () => {
  await claim(
    py,
    { x: { a: 1, b: 2, c: 3 } },
    `
    m = x.as_object_map()
    assert list(m.keys()) == ["a", "b", "c"] and list(m.values()) == [1, 2, 3] and ("a", 1) in m.items()
    assert m.get("a") == 1 and m.get("z") is None and m.get("z", 4) == 4
    assert m.pop("a") == 1 and m.pop("a", 9) == 9 and m.setdefault("d", 4) == 4 and m.setdefault("b", 0) == 2
    m.update({"e": 5}, f=6)
    assert dict(m) == {"b": 2, "c": 3, "d": 4, "e": 5, "f": 6}
    key, value = m.popitem()
    assert key not in m
    raises(KeyError, "m.pop('z')")
    m.clear()
    assert len(m) == 0 and list(x.object_keys()) == []
    `,
  );
});

test("JP-as_object_map: inherited, hidden and symbol properties are not in it", async () => {
  const x = Object.create(
    { inherited: 1 },
    { hidden: { value: 2 }, own: { value: 3, enumerable: true } },
  );
  x[Symbol("s")] = 4;
  await claim(
    py,
    { x, bare: Object.assign(Object.create(null), { k: 1 }) },
    `
    m = x.as_object_map()
    assert dict(m) == {"own": 3} and "inherited" not in m and "hidden" not in m
    for key in ("inherited", "hidden"): raises(KeyError, "m[key]")
    assert dict(bare.as_object_map()) == {"k": 1}
    `,
  );
});

test("JP-as_object_map: hereditary wraps plain objects inside", async () => {
  const x = { a: { b: { c: 1 } }, map: new Map([["k", 2]]), list: [{ d: 3 }], f: () => 1 };
  await claim(
    py,
    { x },
    `
    m = x.as_object_map(hereditary=True)
    assert m["a"]["b"]["c"] == 1 and dict(m["a"]["b"]) == {"c": 1} and list(m.values())[0]["b"]["c"] == 1
    assert m["map"]["k"] == 2 and m["list"] == x.list and m["f"]() == 1
    plain = x.as_object_map()
    assert plain["a"] == x.a
    raises(TypeError, "plain['a']['b']")
    raises(TypeError, "x.as_object_map(True)")
    `,
  );
});

testOfValues("JP-as_object_map, JP-as_py_json: not on objects of other kinds", async () => {
  const both: unknown[] = [
    new Uint8Array(1),
    new ArrayBuffer(1),
    () => 1,
    class {},
    new Error("e"),
  ];
  await claim(
    py,
    {
      both,
      mapOnly: [[1], [1].values(), (function* () {})()],
      plain: [{}, new (class {})(), new Map(), Object.create(null)],
    },
    `
    for x in both: assert not hasattr(x, "as_object_map") and not hasattr(x, "as_py_json"), x
    for x in mapOnly: assert not hasattr(x, "as_object_map") and hasattr(x, "as_py_json"), x
    for x in plain: assert hasattr(x, "as_object_map") and hasattr(x, "as_py_json"), x
    p = create_proxy([])
    assert not hasattr(p, "as_object_map")
    p.destroy()
    `,
  );
});

test("JP-as_object_map: one RuntimeWarning a process", async () => {
  const other = await load();
  const count = await other.runPython(`
    import warnings
    from js import Object
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(3): Object.new().as_object_map()
        Object.new().as_py_json()
    assert [w.category for w in caught] == [RuntimeWarning], caught
    len(caught)
  `);
  assert.equal(count, 1);
});

test("JP-as_py_json: a hereditary map that also descends arrays", async () => {
  const x = { a: [1, { b: [2, { c: 3 }] }], n: null, o: { p: { q: 4 } }, text: "t" };
  await claim(
    py,
    { x },
    `
    from collections.abc import MutableMapping, Sequence
    m = x.as_py_json()
    assert isinstance(m, MutableMapping) and isinstance(m["a"], Sequence)
    assert m["a"][1]["b"][1]["c"] == m["a"][-1]["b"][-1]["c"] == 3 and m["o"]["p"]["q"] == 4
    assert m["n"] is jsnull and m["text"] == "t" and len(m["a"]) == 2
    assert [type(item) for item in m["a"]][0] is int and list(m["a"])[1]["b"][0] == 2
    assert m["a"][0:2][1]["b"][1]["c"] == 3 and list(reversed(m["a"]))[0]["b"][0] == 2
    assert [dict(value) for key, value in m.items() if key == "o"][0]["p"]["q"] == 4
    match m:
        case {"a": [_, {"b": [two, _]}], "o": {"p": p}}: assert two == 2 and p["q"] == 4
        case _: assert False
    m["new"] = {"r": 1}
    m["a"].append(5)
    assert x.a.length == 3 and m["a"].pop() == 5 and m["a"] == x.a
    raises(KeyError, "m['z']")
    raises(IndexError, "m['a'][9]")
    `,
  );
  assert.deepEqual(Object.keys(x), ["a", "n", "o", "text", "new"]);
  await (x as Any).new.destroy();
});

test("JP-as_py_json: on arrays a sequence whose items are treated so", async () => {
  await claim(
    py,
    { x: [{ a: 1 }, [1, { b: [2] }], "s"] },
    `
    from collections.abc import MutableSequence
    m = x.as_py_json()
    assert isinstance(m, MutableSequence) and m[0]["a"] == 1 and m[1][1]["b"][0] == 2 and m[-1] == "s"
    assert [*m][0]["a"] == 1 and m.index("s") == 2 and "s" in m and len(m) == 3
    del m[0]
    m.insert(0, 7)
    m[1] = 8
    assert list(x) == [7, 8, "s"]
    `,
  );
});
