import assert from "node:assert/strict";
import { claim } from "../support/claims.ts";
import { failsInPython } from "../support/failures.ts";
import { type Any, load, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();

/** Python expressions, and what JavaScript sees: the same value, which is told from its neighbours (-0, NaN). */
async function becomes(cases: [string, unknown][]): Promise<void> {
  for (const [code, expected] of cases) {
    const value = await py.runPython(code);
    assert.ok(Object.is(value, expected), `${code}: ${String(value)}`);
  }
}

/** JavaScript values, and what `type(x).__name__` and `repr(x)` say of them in Python. */
async function arrives(cases: [unknown, string][]): Promise<void> {
  const look = await py.runPython("lambda x: f'{type(x).__name__} {x!r}'");
  for (const [value, expected] of cases) assert.equal(await look(value), expected);
  await look.destroy();
}

test("TC-py.none: None is undefined, jsnull is null", async () => {
  await becomes([
    ["None", undefined],
    ["from pyodide.ffi import jsnull; jsnull", null],
  ]);
});

test("TC-py.bool: only the two bool objects become booleans", async () => {
  await becomes([
    ["True", true],
    ["False", false],
    ["1", 1],
    ["0", 0],
  ]);
  const proxy = await py.runPython("class B:\n  def __bool__(self): return True\nB()");
  assert.ok(await py.isPyProxy(proxy));
  await proxy.destroy();
});

test("TC-py.int, CF-maxSafe: a Number up to 2**53 - 1, else an exact BigInt", async () => {
  await becomes([
    ["0", 0],
    ["-7", -7],
    ["2**53 - 1", 2 ** 53 - 1],
    ["-(2**53 - 1)", -(2 ** 53 - 1)],
    ["2**53", 2n ** 53n],
    ["-2**53", -(2n ** 53n)],
    ["2**63 - 1", 2n ** 63n - 1n],
    ["-2**63", -(2n ** 63n)],
    ["2**64", 2n ** 64n],
    ["2**64 + 1", 2n ** 64n + 1n],
    ["-2**200 - 3", -(2n ** 200n) - 3n],
    ["10**1000", 10n ** 1000n],
    ["import http; http.HTTPStatus.OK", 200],
    ["class I(int): pass\nI(5)", 5],
    ["class I(int): pass\nI(2**70)", 2n ** 70n],
  ]);
});

test("TC-py.bigint: a JsBigInt of any size is a BigInt", async () => {
  await becomes([
    ["from pyodide.ffi import JsBigInt; JsBigInt(3)", 3n],
    ["JsBigInt(0)", 0n],
    ["JsBigInt(-1)", -1n],
    ["JsBigInt(-2**65)", -(2n ** 65n)],
  ]);
});

test("TC-py.float: NaN, infinities and -0 are kept", async () => {
  await becomes([
    ["1.5", 1.5],
    ["2.0", 2],
    ["1e308 * 10", Infinity],
    ["-float('inf')", -Infinity],
    ["float('nan')", NaN],
    ["-0.0", -0],
    ["0.0", 0],
    ["5e-324", 5e-324],
    ["1.7976931348623157e308", Number.MAX_VALUE],
    ["class F(float): pass\nF(2.5)", 2.5],
  ]);
});

test("TC-py.str: text of every kind", async () => {
  await becomes([
    ["''", ""],
    ["'plain'", "plain"],
    ["'é'", "é"],
    ["'\\u20ac'", "€"],
    ["'\\U0001f40d'", "🐍"],
    ["'\\U0010ffff'", "\u{10ffff}"],
    ["'a\\0b'", "a\0b"],
    ["'\\ufeffx'", "\ufeffx"],
    ["'\\ud83d'", "\ud83d"],
    ["'\\udc0dx\\ud83d'", "\udc0dx\ud83d"],
    ["'x' * 100000", "x".repeat(100000)],
    ["'é' * 100000", "é".repeat(100000)],
    ["'€' * 100000", "€".repeat(100000)],
    ["'🐍' * 100000", "🐍".repeat(100000)],
    ["'\\ud83d' * 100000", "\ud83d".repeat(100000)],
    ["class S(str): pass\nS('sub')", "sub"],
  ]);
  assert.equal((await py.runPython("'\\U0001f40d'")).length, 2);
  assert.equal(await py.runPython("len('\\U0001f40d')"), 1);
});

test("TC-py.strPair: two lone surrogates that form a pair are one code point, and come back so", async () => {
  assert.equal(await py.runPython("'\\ud83d\\udc0d'"), "🐍");
  const length = await py.runPython("len");
  assert.equal(await length(await py.runPython("'\\ud83d\\udc0d'")), 1);
  await length.destroy();
});

test("TC-py.large: megabytes of text cross both ways", async () => {
  for (const part of ["plain ascii ", "añé", "añ€🐍"]) {
    const text = part.repeat(1_000_000);
    await py.globals.set("text", text);
    assert.equal(await py.runPython("len(text)"), Array.from(part).length * 1_000_000);
    assert.ok((await py.runPython("text")) === text);
  }
});

test("TC-py.jsproxy: a JsProxy is what it wraps, a double proxy too", async () => {
  const object = { own: 1 };
  const same = (value: unknown) => value === object;
  await claim(py, { object, same }, "assert same(object) and same(same=object) is False");

  const [inner, isProxy] = [[] as Any[], (value: unknown) => py.isPyProxy(value)];
  await claim(
    py,
    { inner, isProxy },
    `
    p = create_proxy([1, 2])
    assert isProxy(p)
    inner.append(p)
    assert inner[0] == p
    `,
  );
  assert.equal(await inner[0].length, 2);
  await inner[0].destroy();
});

test("TC-py.proxy: everything else becomes a proxy", async () => {
  const codes = [
    "(1,)",
    "b'x'",
    "1j",
    "[1]",
    "{}",
    "{1}",
    "frozenset()",
    "range(3)",
    "lambda: 1",
    "len",
    "int",
    "type('C', (), {})",
    "type('C', (), {})()",
    "__import__('math')",
    "ValueError('x')",
    "...",
    "NotImplemented",
    "bytearray(1)",
    "memoryview(b'x')",
    "(i for i in ())",
  ];
  for (const code of codes) {
    const proxy = await py.runPython(code);
    assert.ok(proxy instanceof py.ffi.PyProxy, code);
    await proxy.destroy();
  }
});

test("TC-js.undefined: None", async () => {
  await arrives([[undefined, "NoneType None"]]);
});

test("TC-js.null, CF-null: the singleton jsnull", async () => {
  await arrives([[null, "JsNull jsnull"]]);
  await claim(
    py,
    { x: null, of: [null], at: { key: null } },
    "assert x is jsnull is of[0] is at.key",
  );
});

test("TC-js.null, CF-null: None with the option convertNullToNone", async () => {
  const other = await load({ convertNullToNone: true });
  const look = await other.runPython("lambda x: x is None");

  assert.equal(await look(null), true);
  await look.destroy();
  assert.equal(await other.runPython("import js; js.JSON.parse('[null]').to_py() == [None]"), true);
  assert.equal(await other.runPython("js.JSON.parse('[null]')[0] is None"), true);
});

test("TC-js.number: safe integers are int, all else is float", async () => {
  await arrives([
    [true, "bool True"],
    [false, "bool False"],
    [1, "int 1"],
    [-1, "int -1"],
    [-0, "int 0"],
    [2 ** 31, "int 2147483648"],
    [2 ** 53 - 1, "int 9007199254740991"],
    [-(2 ** 53 - 1), "int -9007199254740991"],
    [2 ** 53, "float 9007199254740992.0"],
    [-(2 ** 53), "float -9007199254740992.0"],
    [1e300, "float 1e+300"],
    [1.5, "float 1.5"],
    [5e-324, "float 5e-324"],
    [NaN, "float nan"],
    [Infinity, "float inf"],
    [-Infinity, "float -inf"],
  ]);
});

test("TC-js.bigint: exact, of any size", async () => {
  await arrives([
    [0n, "JsBigInt 0"],
    [5n, "JsBigInt 5"],
    [-1n, "JsBigInt -1"],
    [127n, "JsBigInt 127"],
    [128n, "JsBigInt 128"],
    [-128n, "JsBigInt -128"],
    [-129n, "JsBigInt -129"],
    [2n ** 53n, "JsBigInt 9007199254740992"],
    [2n ** 63n, "JsBigInt 9223372036854775808"],
    [-(2n ** 63n), "JsBigInt -9223372036854775808"],
    [2n ** 64n, "JsBigInt 18446744073709551616"],
    [-(2n ** 100n), "JsBigInt -1267650600228229401496703205376"],
  ]);
  await claim(py, { x: 7n ** 5000n }, "assert x == 7**5000");
});

test("TC-js.string: by code points, lone surrogates stay", async () => {
  await arrives([
    ["", "str ''"],
    ["é€🐍", "str 'é€🐍'"],
    ["\ud83d", "str '\\ud83d'"],
    ["\udc0d\ud83d", "str '\\udc0d\\ud83d'"],
    ["a\0b", "str 'a\\x00b'"],
    ["\ufeffx", "str '\\ufeffx'"],
  ]);
  await claim(py, { x: "🐍", y: "\ud83dx" }, "assert len(x) == 1 and len(y) == 2");
});

test("TC-js.string, TC-py.str: long texts of every kind cross unchanged, both ways", async () => {
  const tell = await py.runPython("lambda text: (text, len(text), text.isascii())");
  for (const unit of ["a", "é", "€", "🐍", "\ud83d", "a€", "\ufeffx"]) {
    for (const length of [30, 5000, 140_000]) {
      const text = unit.repeat(length / unit.length);
      const told = await tell(text);

      const [back, count, isAscii] = await told.toJs();
      assert.ok(back === text, `${JSON.stringify(unit)}, ${length} units`);
      assert.deepEqual([count, isAscii], [[...text].length, unit === "a"]);
      await told.destroy();
    }
  }
  await tell.destroy();
});

test("TC-js.string: as a property, behind names of every length", async () => {
  for (const text of ["é", "€", "🐍", "\ud83d", "é€".repeat(40), "\ud83d".repeat(40)]) {
    const object = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => ["n".repeat(i + 1), text]),
    );
    await claim(
      py,
      { object, text },
      "for i in range(1, 21): assert getattr(object, 'n' * i) == text, i",
    );
  }
});

test("TC-js.pyproxy: the object itself, also by copies and aliases", async () => {
  const list = await py.runPython("held = [1]; held");
  const isHeld = await py.runPython("lambda x: x is held");
  const copy = await list.copy();

  assert.equal(await isHeld(list), true);
  assert.equal(await isHeld(copy), true);
  await list.destroy();
  assert.equal(await isHeld(copy), true);
  await copy.destroy();

  const f = await py.runPython("held = lambda: 1; held");
  assert.equal(await isHeld(await f.bind(null, 1)), true);
  assert.equal(await isHeld(await f.captureThis()), true);
  await f.destroy();
  await isHeld.destroy();
});

test("TC-js.pyproxy: a destroyed proxy raises in Python", async () => {
  const list = await py.runPython("[]");
  await list.destroy();
  const take = await py.runPython("lambda x: 1");

  await failsInPython(() => take(list), "JsException", /Object has already been destroyed/);
  await take.destroy();
});

test("TC-js.pyproxy: one made with roundtrip=True stays a double proxy", async () => {
  await claim(
    py,
    { same: (value: unknown) => value },
    `
    from pyodide.ffi import JsDoubleProxy
    o = [1]
    p, q = create_proxy(o), create_proxy(o, roundtrip=False)
    assert isinstance(same(p), JsDoubleProxy) and same(p) == p and same(p).unwrap() is o
    assert same(q) is o
    p.destroy()
    `,
  );
});

test("TC-js.symbol: a JsProxy", async () => {
  const symbol = Symbol("s");
  const same = await py.runPython("lambda x: x");

  assert.equal(await same(symbol), symbol);
  await claim(
    py,
    { symbol, other: Symbol("s") },
    "assert symbol.typeof == 'symbol' and isinstance(symbol, JsProxy) and symbol != other",
  );
  await same.destroy();
});

test("TC-js.object: a JsProxy, equal and not identical to another of the same object", async () => {
  class Own {}
  const objects = [{}, [], () => 1, new Own(), new Date(0), /x/, new Map(), Object.create(null)];
  for (const x of objects) {
    await claim(
      py,
      { x, holder: { x } },
      "assert isinstance(x, JsProxy) and x == holder.x and not x != holder.x",
    );
  }
});

test("TC-round.py: immutable values come back equal, of the same type", async () => {
  await claim(
    py,
    { same: (value: unknown) => value },
    `
    from pyodide.ffi import JsBigInt
    for x in (None, True, False, 0, -5, 2**53 - 1, 1.5, -1e300, "", "aé€\\U0001f40d", "\\ud800", jsnull, JsBigInt(4)):
        assert same(x) == x and type(same(x)) is type(x), repr(x)
    for x in (2**53, -2**70):
        assert same(x) == x and type(same(x)) is JsBigInt
    `,
  );
});

test("TC-round.py: other objects come back identical", async () => {
  await claim(
    py,
    { same: (value: unknown) => value },
    `
    for x in ([1], {}, {1}, (1,), b"x", object(), len, int, ValueError("x"), 1j, range(3), ..., same.__class__):
        assert same(x) is x, repr(x)
    `,
  );
});

test("TC-round.js: every value comes back as it was", async () => {
  const same = await py.runPython("lambda x: x");
  const object = { own: [1] };
  const values: unknown[] = [undefined, null, true, false, 0, 1.25, -3, 2 ** 53, 1e300, 0n, 7n];
  values.push(2n ** 70n, "", "text", "🐍", "\udc0d", Symbol.iterator, object, () => 1, new Date(0));

  for (const value of values) assert.equal(await same(value), value);
  assert.ok(Number.isNaN(await same(NaN)));
  assert.ok(Object.is(await same(-0), 0));
  await same.destroy();
});

test("TC-round.js: objects keep identity through Python containers", async () => {
  const object = {};
  await claim(
    py,
    { object, isObject: (value: unknown) => value === object },
    `
    nested = {"k": [(object, {"in": {1: [object]}})]}
    assert isObject(nested["k"][0][0]) and isObject(nested["k"][0][1]["in"][1][0])
    assert to_js(nested).get("k")[0][1].get("in").get(1)[0] == object
    `,
  );
  const nest = await py.runPython("lambda x: {'k': [(x,)]}");
  const nested = await nest(object);
  const copy = await nested.toJs();
  assert.equal(copy.get("k")[0][0], object);
  await nested.destroy();
  await nest.destroy();
});

test("TC-round.subclass: subclasses come back as the base type", async () => {
  await claim(
    py,
    { same: (value: unknown) => value },
    `
    from http import HTTPStatus
    class S(str): pass
    class F(float): pass
    class I(int): pass
    for x, base in ((S("s"), str), (F(1.5), float), (I(7), int), (HTTPStatus.OK, int)):
        assert type(same(x)) is base and same(x) == x
    `,
  );
});

test("TC-jsnull: the only instance, falsy, null in JSON", async () => {
  await claim(
    py,
    {},
    `
    import json
    from pyodide.ffi import JsNull
    assert JsNull() is jsnull and type(jsnull) is JsNull
    assert not jsnull and repr(jsnull) == "jsnull" and jsnull.typeof == "object"
    assert jsnull != None and not jsnull == None and jsnull == jsnull
    assert json.dumps([jsnull, {"k": jsnull}]) == '[null, {"k": null}]'
    raises(TypeError, "JsNull(1)")
    `,
  );
});

test("TC-JsBigInt: a subclass of int whose arithmetic keeps or drops the class", async () => {
  await claim(
    py,
    {},
    `
    from operator import add, and_, floordiv, lshift, mod, or_, pow, rshift, sub, xor
    from pyodide.ffi import JsBigInt
    assert issubclass(JsBigInt, int) and JsBigInt(6) == 6 and hash(JsBigInt(6)) == hash(6)
    b = JsBigInt(6)
    for value, plain in ((-b, -6), (+b, 6), (~b, ~6), (abs(JsBigInt(-6)), 6)):
        assert type(value) is JsBigInt and value == plain
    for operation in (add, sub, and_, or_, xor, floordiv, mod, lshift, rshift, pow):
        for right in (2, JsBigInt(2)):
            assert type(operation(b, right)) is JsBigInt and operation(b, right) == operation(6, 2), operation
        assert type(operation(6, b)) is int and operation(6, b) == operation(6, 6), operation
    assert type(b * 2) is int is type(2 * b) is type(b * b) and b * b == 36
    raises(ZeroDivisionError, "b // 0")
    `,
  );
});

test("TC-py.int, TC-js.bigint: integers at the borders, both ways, in containers too", async () => {
  const list = await py.runPython(
    "[s * (2**e + d) for e in (31, 32, 52, 53, 63, 64, 127, 128) for d in (-1, 0, 1) for s in (1, -1)]",
  );
  const numbers = await list.toJs();
  let at = 0;
  for (const exponent of [31n, 32n, 52n, 53n, 63n, 64n, 127n, 128n]) {
    for (const difference of [-1n, 0n, 1n]) {
      for (const sign of [1n, -1n]) {
        const exact = sign * (2n ** exponent + difference);
        const isSafe = Number.isSafeInteger(Number(exact)) && BigInt(Number(exact)) === exact;
        assert.equal(numbers[at], isSafe ? Number(exact) : exact);
        assert.equal(await list.get(at), numbers[at]);
        at++;
      }
    }
  }
  const back = await py.toPy(numbers);
  const equal = await py.runPython("lambda a, b: a == b");
  assert.equal(await equal(list, back), true);
  for (const proxy of [list, back, equal]) await proxy.destroy();
});

testOfValues("TC-js.pyproxy: a proxy of another interpreter is a JavaScript object", async () => {
  const other = await load();
  const foreign = await other.runPython("[1, 2]");

  await claim(py, { foreign }, "assert isinstance(foreign, JsProxy) and foreign.length == 2");
  await foreign.destroy();
});
