import assert from "node:assert/strict";
import { throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** TC-py: Python expression, and what JavaScript sees. */
const TO_JAVASCRIPT: [string, unknown][] = [
  ["None", undefined],
  ["True", true],
  ["False", false],
  ["0", 0],
  ["-7", -7],
  ["2**53 - 1", 2 ** 53 - 1],
  ["-(2**53 - 1)", -(2 ** 53 - 1)],
  ["2**53", 2n ** 53n],
  ["-2**53", -(2n ** 53n)],
  ["2**64 + 1", 2n ** 64n + 1n],
  ["-2**200 - 3", -(2n ** 200n) - 3n],
  ["10**1000", 10n ** 1000n],
  ["1.5", 1.5],
  ["1e308 * 10", Infinity],
  ["-float('inf')", -Infinity],
  ["float('nan')", NaN],
  ["-0.0", -0],
  ["5e-324", 5e-324],
  ["''", ""],
  ["'plain'", "plain"],
  ["'é'", "é"],
  ["'\\u20ac'", "€"],
  ["'\\U0001f40d'", "🐍"],
  ["'a\\0b'", "a\0b"],
  ["'\\ud83d'", "\ud83d"],
  ["'x' * 100000", "x".repeat(100000)],
  ["__import__('pyodide.ffi').ffi.jsnull", null],
  ["__import__('pyodide.ffi').ffi.JsBigInt(3)", 3n],
  ["__import__('http').HTTPStatus.OK", 200],
];

for (const [code, expected] of TO_JAVASCRIPT) {
  test(`TC-py: ${code}`, () => {
    assert.ok(Object.is(py.runPython(code), expected), String(py.runPython(code)));
  });
}

/** TC-js: JavaScript value, and Python's `type(x).__name__ + repr(x)`. */
const TO_PYTHON: [unknown, string][] = [
  [undefined, "NoneType None"],
  [null, "JsNull jsnull"],
  [true, "bool True"],
  [1, "int 1"],
  [-0, "int 0"],
  [1.0, "int 1"],
  [2 ** 53 - 1, "int 9007199254740991"],
  [2 ** 53, "float 9007199254740992.0"],
  [1.5, "float 1.5"],
  [NaN, "float nan"],
  [Infinity, "float inf"],
  [5n, "JsBigInt 5"],
  [-(2n ** 100n), "JsBigInt -1267650600228229401496703205376"],
  ["", "str ''"],
  ["é€🐍", "str 'é€🐍'"],
  ["\ud83d", "str '\\ud83d'"],
  ["a\0b", "str 'a\\x00b'"],
];

test("TC-js: JavaScript values as Python sees them", () => {
  const look = py.runPython("lambda x: f'{type(x).__name__} {x!r}'");

  for (const [value, expected] of TO_PYTHON) assert.equal(look(value), expected);
  look.destroy();
});

test("TC-py.str: length of astral and surrogate text on both sides", () => {
  const length = py.runPython("len");

  assert.equal(length("🐍"), 1);
  assert.equal(py.runPython("'\\U0001f40d'").length, 2);
  assert.equal(length(py.runPython("'\\ud83d\\udc0d'")), 1);
  length.destroy();
});

test("TC-round.js: every value comes back as it was", () => {
  const same = py.runPython("lambda x: x");
  const object = { own: [1] };
  const values = [
    undefined,
    null,
    true,
    0,
    1.25,
    -3,
    2 ** 53,
    1e300,
    7n,
    2n ** 70n,
    "",
    "text",
    "🐍",
  ];
  values.push("\udc0d" as never, Symbol.iterator as never, object as never, (() => 1) as never);

  for (const value of values) assert.equal(same(value), value);
  assert.ok(Number.isNaN(same(NaN)));
  assert.ok(Object.is(same(-0), 0));
  same.destroy();
});

test("TC-round.py: objects come back identical, immutable values equal", () => {
  const proxies = py.runPython(
    "things = [[1], {}, {1}, (1,), b'x', object(), len, int, ValueError('x'), 1j]; things",
  );
  const isSame = py.runPython("lambda x, i: things[i] is x");

  for (let i = 0; i < proxies.length; i++) {
    const proxy = proxies.get(i);
    assert.equal(isSame(proxy, i), true);
    assert.equal(isSame(proxy.copy(), i), true);
    proxy.destroy();
  }
  py.globals.set("big", py.runPython("10**30"));
  assert.equal(py.runPython("big == 10**30 and type(big).__name__"), "JsBigInt");
  proxies.destroy();
  isSame.destroy();
});

test("TC-round.js: objects keep identity through Python containers", () => {
  const object = {};
  const nest = py.runPython("lambda x: {'k': [(x,)]}");

  const nested = nest(object);
  assert.equal(nested.get("k").get(0).get(0), object);
  nested.destroy();
  nest.destroy();
});

test("TC-jsnull: the singleton", () => {
  const claims = py.runPython(`
    import json
    from pyodide.ffi import jsnull, JsNull
    [JsNull() is jsnull, not jsnull, repr(jsnull) == "jsnull", jsnull.typeof == "object", jsnull != None,
     json.dumps([jsnull]) == "[null]"]
  `);

  assert.deepEqual(claims.toJs(), [true, true, true, true, true, true]);
  claims.destroy();
});

test("TC-JsBigInt: arithmetic keeps or drops the class", () => {
  const types = py.runPython(`
    from pyodide.ffi import JsBigInt
    b = JsBigInt(6)
    [type(v).__name__ for v in (-b, +b, ~b, abs(b), b + 1, b - b, b & 3, b | 1, b // 2, b % 4, b << 1, b >> 1, b ** 2, 1 + b, b * 2)]
  `);

  assert.deepEqual(types.toJs(), [...Array(13).fill("JsBigInt"), "int", "int"]);
  types.destroy();
});

test("TC-py.large: megabytes of text cross both ways", () => {
  const text = "añ€🐍".repeat(1_000_000);

  py.globals.set("text", text);
  assert.equal(py.runPython("len(text)"), 4_000_000);
  assert.equal(py.runPython("text"), text);
  py.runPython("del text");
});

test("TC-js.pyproxy: a destroyed proxy raises in Python", () => {
  const list = py.runPython("[]");
  list.destroy();
  const take = py.runPython("lambda x: 1");

  throwsPython(() => take(list), "JsException", /Object has already been destroyed/);
  take.destroy();
});
