import assert from "node:assert/strict";
import { throwsPython } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** The deep conversion of a Python expression. */
function convert(code: string, options?: object): Any {
  const proxy = py.runPython(code);
  try {
    return proxy.toJs(options);
  } finally {
    proxy.destroy();
  }
}

test("TC-toJs: lists, tuples, sets and named tuples", () => {
  assert.deepEqual(convert("[1, 'a', None, (2.5, True)]"), [1, "a", undefined, [2.5, true]]);
  assert.deepEqual(convert("{1, 2}"), new Set([1, 2]));
  assert.deepEqual(convert("__import__('collections').namedtuple('P', 'x y')(1, 2)"), [1, 2]);
});

test("TC-toJs.dict: dict_converter", () => {
  const code = "{'a': {'b': [1, {'c': None}]}}";

  assert.deepEqual(convert(code, { dict_converter: Object.fromEntries }), {
    a: { b: [1, { c: undefined }] },
  });
  assert.deepEqual(convert("{'a': 1, 2: 3}", { dict_converter: Array.from }), [
    ["a", 1],
    [2, 3],
  ]);
  assert.deepEqual(
    convert("{1: 2}", { dict_converter: (it: Any) => new Map(it) }),
    new Map([[1, 2]]),
  );
});

test("TC-toJs.dict: key order is kept, and nested maps are maps", () => {
  const map = convert("{'z': 1, 'a': {'q': 2}, 'm': 3}");

  assert.deepEqual([...map.keys()], ["z", "a", "m"]);
  assert.equal(map.get("a").get("q"), 2);
  assert.equal(map.a.q, 2);
});

test("TC-literalMap: Map methods win, writing a property sets an entry", () => {
  const map = convert("{'get': 1, 'b': 2, 3: 4}");

  assert.equal(typeof map.get, "function");
  assert.equal(map.get("get"), 1);
  map.c = 5;
  assert.equal(map.get("c"), 5);
  assert.equal(map.b + map.c, 7);
  assert.equal(map.constructor.name, "LiteralMap");
});

test("TC-toJs.depth: containers below the depth stay proxies", () => {
  const one = convert("[[1], 2]", { depth: 1 });
  assert.ok(one[0] instanceof py.ffi.PyProxy);
  assert.equal(one[1], 2);
  one[0].destroy();
  const none = convert("[1]", { depth: 0 });
  assert.ok(none instanceof py.ffi.PyProxy);
  none.destroy();
});

test("TC-toJs.shared: sharing and cycles are reproduced", () => {
  const list = convert("a = [1]; a.append(a); b = [a, a]; b");
  assert.equal(list[0], list[1]);
  assert.equal(list[0][1], list[0]);
  const map = convert("d = {}; d['me'] = d; d");
  assert.equal(map.get("me"), map);
  const object = convert("d", { dict_converter: Object.fromEntries });
  assert.equal(object.me, object);
  py.runPython("a.clear(); d.clear(); b.clear()");
});

test("TC-toJs.keys: keys that are no immediates raise ConversionError", () => {
  throwsPython(
    () => convert("{(1, 2): 3}"),
    "ConversionError",
    /Cannot use \(1, 2\) as a key for a Javascript Map/,
  );
  throwsPython(
    () => convert("{(1, 2)}"),
    "ConversionError",
    /Cannot use \(1, 2\) as a key for a Javascript Set/,
  );
});

test("TC-toJs.pyproxies: what was made is listed; false forbids it", () => {
  const pyproxies: Any[] = [];
  convert("[object(), [len]]", { pyproxies });
  assert.equal(pyproxies.length, 2);
  for (const proxy of pyproxies) proxy.destroy();
  throwsPython(
    () => convert("[object()]", { create_pyproxies: false }),
    "ConversionError",
    /No conversion known for/,
  );
  throwsPython(() => convert("[[1]]", { create_pyproxies: false, depth: 1 }), "ConversionError");
  assert.deepEqual(convert("[1]", { create_pyproxies: false }), [1]);
});

test("TC-toJs.default_converter: objects without a conversion", () => {
  const options = {
    default_converter: (object: Any, convertPart: (x: Any) => Any) =>
      object.type === "Fraction" ? { n: convertPart(object.numerator) } : object.copy(),
  };

  assert.deepEqual(convert("import fractions; [fractions.Fraction(3, 4)]", options), [{ n: 3 }]);
});

test("TC-toJs.default_converter: an error in it surfaces as ConversionError with its cause", () => {
  const options = {
    default_converter() {
      throw new RangeError("no idea");
    },
  };

  throwsPython(() => convert("[object()]", options), "ConversionError", /no idea/);
});

const BUFFERS: [string, unknown][] = [
  ["b'ab'", new Uint8Array([97, 98])],
  ["bytearray(b'\\xff')", new Uint8Array([255])],
  ["b''", new Uint8Array(0)],
  ["array('b', [-1])", new Int8Array([-1])],
  ["array('h', [-2, 3])", new Int16Array([-2, 3])],
  ["array('H', [65535])", new Uint16Array([65535])],
  ["array('i', [-5])", new Int32Array([-5])],
  ["array('I', [2**32 - 1])", new Uint32Array([2 ** 32 - 1])],
  ["array('q', [-2**63])", new BigInt64Array([-(2n ** 63n)])],
  ["array('Q', [2**64 - 1])", new BigUint64Array([2n ** 64n - 1n])],
  ["array('f', [0.5])", new Float32Array([0.5])],
  ["array('d', [0.1, -0.0])", new Float64Array([0.1, -0])],
  ["memoryview(b'abcdef')[::2]", new Uint8Array([97, 99, 101])],
  ["memoryview(b'abc')[::-1]", new Uint8Array([99, 98, 97])],
  [
    "memoryview(bytes(range(6))).cast('B', (2, 3))",
    [new Uint8Array([0, 1, 2]), new Uint8Array([3, 4, 5])],
  ],
];

for (const [code, expected] of BUFFERS) {
  test(`TC-toJs.buffer: ${code}`, () => {
    assert.deepEqual(convert(`from array import array; ${code}`), expected);
  });
}

test("TC-toJs.buffer: the copy is the caller's own", () => {
  py.runPython("data = bytearray(b'abc')");
  const copy = convert("data") as Uint8Array;

  copy[0] = 0;
  assert.equal(py.runPython("data[0]"), 97);
});

test("TC-to_js: from Python", () => {
  assert.deepEqual(py.runPython("from pyodide.ffi import to_js; to_js([1, [2]])"), [1, [2]]);
  assert.deepEqual(
    py.runPython("import js; to_js({'a': 1}, dict_converter=js.Object.fromEntries)"),
    { a: 1 },
  );
  assert.equal(py.runPython("s = 'same'; to_js(s) is s"), true);
  const claims = py.runPython(`
    o = object()
    p = to_js(o)
    r = p.unwrap() is o
    p.destroy()
    r
  `);
  assert.equal(claims, true);
});

test("TC-toJs: a deep nest converts, and one of 200,000 levels leaves Python usable", () => {
  const depth = 500;
  let inner = convert(`x = []\nfor _ in range(${depth}): x = [x]\nx`);
  for (let i = 0; i < depth; i++) inner = inner[0];
  assert.deepEqual(inner, []);
  py.runPython("y = []\nfor _ in range(200_000): y = [y]");
  try {
    convert("y");
  } catch (error) {
    assert.equal((error as Error).name, "PythonError", String(error));
  }
  py.runPython("del x, y");
  assert.deepEqual(convert("[[1]]"), [[1]]);
});
