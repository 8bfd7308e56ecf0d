import assert from "node:assert/strict";
import { claim } from "../support/claims.ts";
import { failsInPython, failureOf } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();

test("TC-to_js: values that cross by themselves and JsProxies are returned unchanged", async () => {
  await claim(
    py,
    { object: {} },
    `
    for x in ("same", 1, 2**70, 1.5, None, True, jsnull, object):
        assert to_js(x) is x
    `,
  );
});

test("TC-to_js: containers become JavaScript's own", async () => {
  const seen: Any[] = [];
  const see = (value: unknown) => void seen.push(value);
  await claim(
    py,
    { see, object: [] },
    `
    see(to_js([1, (2, [3]), {4}]))
    see(to_js({"a": {"b": 1}}))
    see(to_js(b"xy"))
    see(to_js([object, [None, jsnull, 2**53]]))
    see(to_js({"a": [{}]}, dict_converter=js.Object.fromEntries))
    `,
  );
  assert.deepEqual(seen[0], [1, [2, [3]], new Set([4])]);
  assert.equal(seen[1].a.b, 1);
  assert.ok(seen[1].get("a") instanceof Map);
  assert.deepEqual(seen[2], new Uint8Array([120, 121]));
  assert.deepEqual(seen[3], [[], [undefined, null, 2n ** 53n]]);
  assert.deepEqual(seen[4], { a: [{}] });
});

test("TC-to_js: the signature is positional for the object, by keyword for the rest", async () => {
  await claim(
    py,
    {},
    `
    import inspect
    parameters = inspect.signature(to_js).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
    assert defaults == {
        "depth": -1, "pyproxies": None, "create_pyproxies": True, "dict_converter": None,
        "default_converter": None, "eager_converter": None,
    }
    raises(TypeError, "to_js([1], 1)")
    raises(TypeError, "to_js(obj=[1])")
    `,
  );
});

testOfValues("TC-to_js: what has no conversion is a double proxy", async () => {
  await claim(
    py,
    {},
    `
    from pyodide.ffi import JsDoubleProxy
    o = object()
    for options in ({}, {"depth": 5}, {"create_pyproxies": True, "pyproxies": js.Array.new()}):
        p = to_js(o, **options)
        assert isinstance(p, JsDoubleProxy) and p.unwrap() is o
        p.destroy()
        raises(JsException, "p.unwrap()", "already been destroyed")
    p = to_js([1], depth=0)
    assert p.unwrap() == [1]
    p.destroy()
    `,
  );
});

test("TC-to_js: depth", async () => {
  await claim(
    py,
    {},
    `
    inner = [1]
    for options in ({}, {"default_converter": lambda value, convert, cache: create_proxy(value, roundtrip=False)}):
        outer = to_js([inner, 2, [[3]]], depth=1, **options)
        assert outer[0] is inner and outer[1] == 2 and outer[2] == [[3]]
        outer = to_js([[inner]], depth=2, **options)
        assert outer[0][0] is inner and outer[0].length == 1
    `,
  );
});

test("TC-to_js: sharing and self-references, with and without converters", async () => {
  await claim(
    py,
    {},
    `
    a = [1]
    a.append(a)
    d = {"a": a}
    d["d"] = d
    for options in ({}, {"default_converter": lambda value, convert, cache: None}):
        x = to_js([a, a, d], **options)
        assert x[0] == x[1] == x[0][1] == x[2].get("a") and x[2].get("d") == x[2]
    m = to_js(d, dict_converter=js.Map.new)
    assert m.get("d") == m and m.get("a")[1] == m.get("a")
    o = to_js(d, dict_converter=js.Object.fromEntries)
    assert o.d == o
    a.clear(), d.clear()
    `,
  );
});

test("TC-to_js: converters get Python values", async () => {
  await claim(
    py,
    {},
    `
    from fractions import Fraction
    def default(value, convert, cache):
        assert type(value) is Fraction
        return convert([value.numerator, value.denominator])
    assert list(to_js([Fraction(3, 4)], default_converter=default)[0]) == [3, 4]

    seen = []
    def eager(value, convert, cache):
        seen.append(value)
        return "t" if isinstance(value, tuple) else convert(value)
    data = [1, (2,), [3]]
    x = to_js(data, eager_converter=eager)
    assert list(x)[:2] == [1, "t"] and list(x[2]) == [3]
    assert seen == [data, (2,), [3]] and seen[0] is data

    class Node: pass
    node = Node()
    node.next = node
    def link(value, convert, cache):
        result = js.Object.new()
        cache(value, result)
        result.next = convert(value.next)
        return result
    x = to_js(node, default_converter=link)
    assert x.next == x
    del node.next

    pairs = []
    def keep(entries):
        pairs.append([list(entry) for entry in entries])
        return js.Object.fromEntries(entries)
    assert to_js({"a": {"b": 1}}, dict_converter=keep).a.b == 1
    assert pairs[0] == [["b", 1]] and pairs[1][0][0] == "a"
    `,
  );
});

test("TC-to_js, TC-toJs.pyproxies: new proxies are appended to a JavaScript array, nothing else", async () => {
  await claim(
    py,
    {},
    `
    from pyodide.ffi import destroy_proxies
    proxies = js.Array.new()
    x = to_js([object(), [len]], pyproxies=proxies)
    assert proxies.length == 2
    destroy_proxies(proxies)
    for wrong in ("[]", "js.Object.new()", "()"):
        raises(TypeError, f"to_js([object()], pyproxies={wrong})", "Expected a JsArray for the pyproxies argument")
    `,
  );
});

test("TC-to_js, TC-toJs.create_pyproxies: False refuses what would need a proxy", async () => {
  await claim(
    py,
    {},
    `
    from pyodide.ffi import ConversionError
    for call in ("to_js(object(), create_pyproxies=False)", "to_js([object()], create_pyproxies=False)",
                 "to_js([[1]], depth=1, create_pyproxies=False)"):
        raises(ConversionError, call, "No conversion known for x.")
    assert list(to_js([1], create_pyproxies=False)) == [1]
    `,
  );
});

test("TC-to_js, TC-toJs.keys: keys that do not cross are refused", async () => {
  await claim(
    py,
    {},
    `
    from pyodide.ffi import ConversionError
    for options in ("", ", create_pyproxies=False"):
        raises(ConversionError, "to_js({(1, 2): 3}" + options + ")", "^Cannot use \\\\(1, 2\\\\) as a key for a Javascript Map")
        raises(ConversionError, "to_js({(1, 2)}" + options + ")", "^Cannot use \\\\(1, 2\\\\) as a key for a Javascript Set")
    `,
  );
});

test("ER-conversion, TC-toJs.default_converter.err: a failing converter is the cause of a ConversionError", async () => {
  await claim(
    py,
    {},
    `
    from pyodide.ffi import ConversionError, InternalError
    assert ConversionError.__bases__ == (Exception,) and issubclass(InternalError, Exception)
    assert ConversionError.__module__ == InternalError.__module__ == "pyodide.ffi"
    own = KeyError("own")
    def fail(*args): raise own
    for option in ("default_converter", "eager_converter"):
        error = raises(ConversionError, f"to_js([object()], {option}=fail)", "^Conversion from python to javascript failed$")
        assert error.__cause__ is own
    error = raises(ConversionError, "to_js({}, dict_converter=fail)")
    assert error.__cause__ is own
    `,
  );
});

test("ER-conversion: in JavaScript a PythonError of that type", async () => {
  const list = await py.runPython("[{(1, 2): 3}]");

  const error = await failsInPython(() => list.toJs(), "ConversionError");
  assert.ok(error instanceof py.ffi.PythonError);
  await list.destroy();
});

test("TC-destroy_proxies: every proxy of a JavaScript array, and of nothing else", async () => {
  const proxies: Any[] = [];
  const list = await py.runPython("[object(), object()]");
  await list.toJs({ pyproxies: proxies });
  await list.destroy();
  const mixed = [...proxies, 5, "text", {}];

  await claim(
    py,
    { mixed, map: new Map(), f: () => 1 },
    `
    from pyodide.ffi import destroy_proxies
    destroy_proxies(mixed)
    for wrong in ("[]", "map", "f", "None", "5"):
        raises(TypeError, f"destroy_proxies({wrong})")
    `,
  );
  for (const proxy of proxies) {
    assert.match((await failureOf(() => proxy.toString())).message, /already been destroyed/);
  }
});
