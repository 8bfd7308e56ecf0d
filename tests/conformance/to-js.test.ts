import assert from "node:assert/strict";
import { fails, failsInPython } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();

/** The deep conversion of a Python expression. */
async function convert(code: string, options?: object): Promise<Any> {
  const proxy = await py.runPython(code);
  try {
    return await proxy.toJs(options);
  } finally {
    await proxy.destroy();
  }
}

/** A proxy among the results: its text, after which it is destroyed. */
async function textOf(value: Any): Promise<string> {
  assert.ok(value instanceof py.ffi.PyProxy);
  const text = await value.toString();
  await value.destroy();
  return text;
}

test("PX-toJs: lists, tuples, sets, their subclasses, and values that cross by themselves", async () => {
  assert.deepEqual(await convert("[1, 'a', None, (2.5, True)]"), [1, "a", undefined, [2.5, true]]);
  assert.deepEqual(await convert("{1, 'x', None}"), new Set([1, "x", undefined]));
  assert.deepEqual(
    await convert("import collections; collections.namedtuple('P', 'x y')(1, [2])"),
    [1, [2]],
  );
  assert.deepEqual(await convert("class L(list): pass\nL([1])"), [1]);
  assert.deepEqual(await convert("class T(tuple): pass\nT([1])"), [1]);
  assert.deepEqual(await convert("class S(set): pass\nS([1])"), new Set([1]));
  assert.deepEqual(await convert("[2**60, -0.0, '\\ud800', 'é']"), [2n ** 60n, -0, "\ud800", "é"]);
  assert.deepEqual(await convert("from pyodide.ffi import jsnull; [jsnull]"), [null]);
  assert.deepEqual(await convert("[]", { unknown: 1 }), []);
});

test("PX-toJs: a JavaScript object inside is itself", async () => {
  const object = {};
  await py.globals.set("object_of_js", object);

  const list = await convert("[object_of_js, {'k': object_of_js}]");
  assert.equal(list[0], object);
  assert.equal(list[1].get("k"), object);
});

test("PX-toJs: what has no conversion is a proxy", async () => {
  const codes = ["frozenset({1})", "range(2)", "iter(())", "object()", "len", "1j"];
  const more = ["__import__('collections').deque([1])", "__import__('types').MappingProxyType({})"];
  for (const code of [...codes, ...more]) {
    const list = await convert(`[${code}]`);
    assert.ok(list[0] instanceof py.ffi.PyProxy, code);
    await list[0].destroy();
  }
  assert.equal(await textOf(await convert("frozenset({1})")), "frozenset({1})");
});

test("TC-toJs.depth: containers below the depth stay proxies", async () => {
  const one = await convert("[[1], 2, {'a': 3}]", { depth: 1 });
  assert.equal(one[1], 2);
  assert.equal(await textOf(one[0]), "[1]");
  assert.equal(await textOf(one[2]), "{'a': 3}");

  const two = await convert("[[[1]], {'k': (2,)}]", { depth: 2 });
  assert.equal(await textOf(two[0][0]), "[1]");
  assert.equal(await textOf(two[1].get("k")), "(2,)");

  assert.deepEqual(await convert("[[[1]]]", { depth: -7 }), [[[1]]]);
  assert.equal(await textOf(await convert("[1]", { depth: 0 })), "[1]");
});

testOfValues("TC-toJs.depth: at the limit a default_converter is asked", async () => {
  const options = { depth: 1, default_converter: (object: Any) => object.copy() };

  const list = await convert("[1, [2]]", options);
  assert.equal(list[0], 1);
  assert.equal(await textOf(list[1]), "[2]");
});

test("TC-toJs.dict, CF-toJsDict: a Map whose keys are in order and properties, too", async () => {
  const map = await convert("{'z': 1, 'a': {'q': 2}, 'm': 3, 7: 8}");

  assert.equal(map instanceof Map, true);
  assert.deepEqual([...map.keys()], ["z", "a", "m", 7]);
  assert.equal(map.get("a").get("q"), 2);
  assert.equal(map.a.q, 2);
  assert.equal(map.get(7), 8);
  assert.deepEqual(await convert("{'a': 1}", { dict_converter: Object.fromEntries }), { a: 1 });
});

test("TC-toJs.dict: a subclass is read through its own items()", async () => {
  const code = "class D(dict):\n  def items(self): return [('q', 9)]\nD(a=1)";

  assert.deepEqual([...(await convert(code))], [["q", 9]]);
  assert.deepEqual(await convert(code, { dict_converter: Object.fromEntries }), { q: 9 });
  assert.deepEqual(
    [...(await convert("import collections; collections.OrderedDict(b=1, a=2)"))],
    [
      ["b", 1],
      ["a", 2],
    ],
  );
  await failsInPython(
    () => convert("class B(dict):\n  def items(self): raise LookupError('mine')\nB()"),
    "LookupError",
    /mine/,
  );
});

test("TC-toJs.keys: keys and members must be immutable values that cross", async () => {
  const refused = (code: string, text: RegExp) =>
    failsInPython(() => convert(code), "ConversionError", text);

  await refused("{(1, 2): 3}", /Cannot use \(1, 2\) as a key for a Javascript Map/);
  await refused(
    "[{'in': {frozenset(): 3}}]",
    /Cannot use frozenset\(\) as a key for a Javascript Map/,
  );
  await refused("{(1, 2)}", /Cannot use \(1, 2\) as a key for a Javascript Set/);
  await refused("{b'x'}", /Cannot use b'x' as a key for a Javascript Set/);
  assert.deepEqual(
    [...(await convert("{None: 1, True: 2, 1.5: 3, 2**60: 4, 'k': 5}")).keys()],
    [undefined, true, 1.5, 2n ** 60n, "k"],
  );
  assert.deepEqual(
    Object.keys(
      await convert("{None: 1, True: 2, 1.5: 3}", { dict_converter: Object.fromEntries }),
    ),
    ["undefined", "true", "1.5"],
  );
});

test("TC-toJs.shared: sharing and self-references are reproduced", async () => {
  const list = await convert("a = [1]; a.append(a); b = [a, a, {'a': a}]; b");
  assert.equal(list[0], list[1]);
  assert.equal(list[0][1], list[0]);
  assert.equal(list[2].get("a"), list[0]);

  const map = await convert("d = {}; d['me'] = d; d['list'] = [d]; d");
  assert.equal(map.get("me"), map);
  assert.equal(map.list[0], map);

  const object = await convert("d", { dict_converter: Object.fromEntries });
  assert.equal(object.me, object);
  assert.equal(object.list[0], object);
  await py.runPython("a.clear(); d.clear(); b.clear()");
});

test("TC-toJs.sharedConv: a self-reference is an entry when the converter makes a Map", async () => {
  const map = await convert("d = {'x': 1}; d['me'] = d; d['in'] = [d]; d", {
    dict_converter: (pairs: [unknown, unknown][]) => new Map(pairs),
  });

  assert.equal(map.get("me"), map);
  assert.equal(map.get("in")[0], map);
  assert.equal("me" in map, false);
  await py.runPython("d.clear()");
});

test("TC-toJs.dict_converter: for each dict, innermost first, with pairs of converted values", async () => {
  const code = "{'a': {'b': [1, {'c': None}]}}";
  const seen: string[][] = [];
  const options = {
    dict_converter: (pairs: [string, unknown][]) => {
      assert.ok(Array.isArray(pairs) && pairs.every((pair) => Array.isArray(pair)));
      seen.push(pairs.map(([key]) => key));
      return Object.fromEntries(pairs);
    },
  };

  assert.deepEqual(await convert(code, options), { a: { b: [1, { c: undefined }] } });
  assert.deepEqual(seen, [["c"], ["b"], ["a"]]);
  assert.deepEqual(await convert("{'a': 1, 2: 3}", { dict_converter: Array.from }), [
    ["a", 1],
    [2, 3],
  ]);
  const toMap = { dict_converter: (pairs: [unknown, unknown][]) => new Map(pairs) };
  const map = await convert("{1: {2: 3}}", toMap);
  assert.equal(Object.getPrototypeOf(map), Map.prototype);
  assert.deepEqual(map, new Map([[1, new Map([[2, 3]])]]));
});

testOfValues(
  "TC-toJs.shared, TC-toJs.sharedConv: self-references with converters of both kinds",
  async () => {
    const ways = [
      { dict_converter: Object.fromEntries, default_converter: () => 0 },
      {
        dict_converter: Object.fromEntries,
        eager_converter: (object: Any, convertPart: (x: unknown) => unknown) => convertPart(object),
      },
    ];
    for (const options of ways) {
      const object = await convert(
        "d = {'x': 1}; d['me'] = d; d['in'] = [d, {'d': d}]; d",
        options,
      );
      assert.equal(object.x, 1);
      assert.equal(object.me, object);
      assert.equal(object.in[0], object);
      assert.equal(object.in[1].d, object);
      const toMap = (pairs: [unknown, unknown][]) => new Map(pairs);
      const map = await convert("d", { ...options, dict_converter: toMap });
      assert.equal(map.get("me"), map);
      assert.equal(map.get("in")[1].get("d"), map);
    }
    await py.runPython("d.clear()");
  },
);

test("TC-toJs.dict_converter: keys may collide", async () => {
  const options = { dict_converter: Object.fromEntries };

  assert.deepEqual(await convert("{1: 2, '1': 3, 'toString': 4}", options), { 1: 3, toString: 4 });
});

test("TC-toJs.default_converter: for objects without a conversion, which end with it", async () => {
  let kept: Any;
  const options = {
    default_converter: (object: Any, convertPart: (x: unknown) => unknown) => {
      kept = object;
      assert.ok(object instanceof py.ffi.PyProxy);
      assert.equal(convertPart(5), 5);
      assert.equal(convertPart("text"), "text");
      return { own: true };
    },
  };

  assert.deepEqual(await convert("[1, [object()], {2}]", options), [
    1,
    [{ own: true }],
    new Set([2]),
  ]);
  await fails(async () => await kept.toString(), "Error", /^This borrowed proxy was automatically/);
});

testOfValues(
  "TC-toJs.default_converter: convert goes on with the remaining depth and the same settings",
  async () => {
    await py.runPython("class Box:\n  def __init__(self, inner): self.inner = inner");
    const options = (depth: number) => ({
      depth,
      dict_converter: Object.fromEntries,
      default_converter: (object: Any, convertPart: (x: unknown) => unknown) =>
        object.type === "Box" ? { box: convertPart(object.inner) } : object.type,
    });

    assert.deepEqual(await convert("[Box([1, {'a': 2}])]", options(-1)), [{ box: [1, { a: 2 }] }]);
    assert.deepEqual(await convert("[Box([1, {'a': 2}])]", options(2)), [{ box: [1, "dict"] }]);
    assert.deepEqual(await convert("[Box([1, {'a': 2}])]", options(1)), [{ box: "list" }]);
    assert.deepEqual(await convert("Box(Box(Box(5)))", options(-1)), { box: { box: { box: 5 } } });
  },
);

testOfValues(
  "TC-toJs.default_converter: cacheConversion records a result before its parts",
  async () => {
    await py.runPython("class Node: pass\nnode = Node(); node.next = node");
    type Cache = (object: unknown, result: unknown) => void;
    const options = {
      default_converter: (object: Any, convertPart: (x: unknown) => unknown, cache: Cache) => {
        const result: Any = {};
        cache(object, result);
        result.next = convertPart(object.next);
        return result;
      },
    };

    const node = await convert("node", options);
    assert.equal(node.next, node);
    const twice = await convert("[node, node]", options);
    assert.equal(twice[0], twice[1]);

    const wrong = { default_converter: (_: Any, __: unknown, cache: Cache) => cache(1, 2) };
    const error = await failsInPython(() => convert("[object()]", wrong), "ConversionError");
    assert.equal((error as unknown as { cause: Error }).cause.name, "TypeError");
    await py.runPython("del node.next");
  },
);

testOfValues(
  "TC-toJs.default_converter.err: an exception in a converter is the cause of a ConversionError",
  async () => {
    const own = new RangeError("no idea");
    for (const converter of ["default_converter", "eager_converter", "dict_converter"]) {
      const options = {
        [converter]() {
          throw own;
        },
      };
      const error = await failsInPython(
        () => convert("[object(), {}]", options),
        "ConversionError",
        /Conversion from python to javascript failed/,
      );
      assert.equal((error as unknown as { cause: unknown }).cause, own);
    }
  },
);

testOfValues(
  "TC-toJs.default_converter.same: the object itself is destroyed, its copy stays",
  async () => {
    const same = await convert("[object()]", { default_converter: (object: Any) => object });
    assert.ok(same[0] instanceof py.ffi.PyProxy);
    await fails(async () => await same[0].toString(), "Error", /destroyed/);

    const copy = await convert("[len]", { default_converter: (object: Any) => object.copy() });
    assert.equal(await copy[0]("four"), 4);
    await copy[0].destroy();
  },
);

testOfValues("TC-toJs.eager_converter: asked before the conversions of containers", async () => {
  const asked: string[] = [];
  const options = {
    eager_converter: (object: Any, convertPart: (x: unknown) => unknown) => {
      asked.push(object.type);
      return object.type === "tuple" ? "a tuple" : convertPart(object);
    },
  };

  assert.deepEqual(await convert("[1, 'x', None, (1,), [2, {3}]]", options), [
    1,
    "x",
    undefined,
    "a tuple",
    [2, new Set([3])],
  ]);
  assert.deepEqual(asked, ["list", "tuple", "list", "set"]);
  assert.deepEqual(await convert("[1]", { eager_converter: () => "all" }), "all");
});

test("TC-toJs.pyproxies: every proxy that is made is appended", async () => {
  const pyproxies: Any[] = [];
  const list = await convert("[object(), [len], {'k': frozenset()}]", { pyproxies });

  assert.deepEqual(pyproxies, [list[0], list[1][0], list[2].get("k")]);
  for (const proxy of pyproxies) await proxy.destroy();
  const whole: Any[] = [];
  const proxy = await convert("[1]", { pyproxies: whole, depth: 0 });
  assert.deepEqual(whole, [proxy]);
  await proxy.destroy();
});

test("TC-toJs.create_pyproxies, CF-conversionErrorFatal: false refuses what would need one", async () => {
  const refused = (code: string, options: object = {}) =>
    failsInPython(
      () => convert(code, { create_pyproxies: false, ...options }),
      "ConversionError",
      /No conversion known for x\./,
    );

  await refused("[object()]");
  await refused("object()");
  await refused("[[1]]", { depth: 1 });
  await refused("[1]", { depth: 0 });
  assert.deepEqual(await convert("[1, [2]]", { create_pyproxies: false }), [1, [2]]);
  assert.deepEqual(
    await convert("[object()]", { create_pyproxies: false, default_converter: () => 7 }),
    [7],
  );
});

/** Buffers of one dimension: Python expression, and its copy. */
const BUFFERS: [string, unknown][] = [
  ["b'ab'", new Uint8Array([97, 98])],
  ["bytearray(b'\\xff')", new Uint8Array([255])],
  ["b''", new Uint8Array(0)],
  ["array('b', [-1])", new Int8Array([-1])],
  ["array('h', [-2, 3])", new Int16Array([-2, 3])],
  ["array('H', [65535])", new Uint16Array([65535])],
  ["array('i', [-5])", new Int32Array([-5])],
  ["array('I', [2**32 - 1])", new Uint32Array([2 ** 32 - 1])],
  ["array('f', [0.5])", new Float32Array([0.5])],
  ["array('d', [0.1, -0.0])", new Float64Array([0.1, -0])],
  ["memoryview(b'ab').cast('c')", new Uint8Array([97, 98])],
  ["memoryview(b'\\x01\\x00\\x02').cast('?')", [true, false, true]],
  ["memoryview(b'\\x05').cast('B', ())", new Uint8Array([5])],
  ["memoryview(b'abcdef')[::2]", new Uint8Array([97, 99, 101])],
  ["memoryview(b'abc')[::-1]", new Uint8Array([99, 98, 97])],
  ["(ctypes.c_uint32.__ctype_be__ * 2)(1, 2)", new Uint32Array([1, 2])],
  ["(ctypes.c_int16.__ctype_be__ * 1)(-2)", new Int16Array([-2])],
];

test("TC-toJs.buffer: no or one dimension is a typed array by the format", async () => {
  for (const [code, expected] of BUFFERS) {
    const copy = await convert(`import ctypes; from array import array; ${code}`);
    assert.deepEqual(copy, expected, code);
    assert.equal(Object.getPrototypeOf(copy), Object.getPrototypeOf(expected), code);
  }
});

test("TC-toJs.buffer: items of the platform's own sizes go by size", async () => {
  const expected = await py.runPython("import struct; struct.calcsize('l')");
  const copy = await convert("from array import array; array('l', [-1, 5])");

  assert.deepEqual(copy, expected === 4 ? new Int32Array([-1, 5]) : new BigInt64Array([-1n, 5n]));
});

test("TC-toJs.int64: BigInt arrays", async () => {
  assert.deepEqual(
    await convert("from array import array; array('q', [-2**63, 2**63 - 1])"),
    new BigInt64Array([-(2n ** 63n), 2n ** 63n - 1n]),
  );
  assert.deepEqual(
    await convert("from array import array; array('Q', [2**64 - 1])"),
    new BigUint64Array([2n ** 64n - 1n]),
  );
});

test("TC-toJs.buffer: more dimensions are nested arrays, one level deep", async () => {
  const rows = [new Uint8Array([0, 1, 2]), new Uint8Array([3, 4, 5])];

  assert.deepEqual(await convert("memoryview(bytes(range(6))).cast('B', (2, 3))"), rows);
  assert.deepEqual(
    await convert("memoryview(bytes(range(6))).cast('B', (2, 3))", { depth: 1 }),
    rows,
  );
  assert.deepEqual(await convert("memoryview(bytes(range(8))).cast('B', (2, 2, 2))"), [
    [new Uint8Array([0, 1]), new Uint8Array([2, 3])],
    [new Uint8Array([4, 5]), new Uint8Array([6, 7])],
  ]);
  assert.deepEqual(await convert("memoryview(b'\\1\\0').cast('?', (2, 1))"), [[true], [false]]);
});

test("TC-toJs.buffer: half floats and unknown formats are refused", async () => {
  const codes = [
    "memoryview(bytes(4)).cast('e')",
    "import array; array.array('w', 'ab')",
    "import ctypes\nclass P(ctypes.Structure): _fields_ = [('x', ctypes.c_int)]\n(P * 2)()",
  ];
  for (const code of codes) await failsInPython(() => convert(code), "ConversionError");
});

test("TC-toJs.buffer: the copy is the caller's own", async () => {
  await py.runPython("data = bytearray(b'abc')");
  const copy = (await convert("data")) as Uint8Array;

  copy[0] = 0;
  assert.equal(await py.runPython("data[0]"), 97);
  await py.runPython("data.append(1)"); // not locked by an open view
});

test("TC-literalMap: string keys are own enumerable properties", async () => {
  const map = await convert("{'a': 1, 'b': 2, 3: 4, 'get': 5}");

  assert.equal(map.constructor.name, "LiteralMap");
  assert.equal(map instanceof Map, true);
  assert.deepEqual(Object.keys(map), ["a", "b"]);
  assert.deepEqual({ ...map }, { a: 1, b: 2 });
  assert.equal(map.a + map.b, 3);
  assert.equal(map[3], undefined);
  assert.equal(map.get(3), 4);
  assert.equal(map.size, 4);
  assert.equal(JSON.stringify(map), '{"a":1,"b":2}');
  assert.deepEqual([...structuredClone(map)].length, 4);
});

test("TC-literalMap: Map methods win, and writing a property sets an entry", async () => {
  const map = await convert("{'get': 1, 'b': 2}");

  assert.equal(typeof map.get, "function");
  assert.equal(map.get("get"), 1);
  map.c = 5;
  map.b = 7;
  assert.equal(map.get("c"), 5);
  assert.equal(map.get("b"), 7);
  assert.deepEqual(Object.keys(map), ["b", "c"]);
  map.set("d", 8).delete("b");
  assert.equal(map.d, 8);
  assert.equal(map.b, undefined);
  map.clear();
  assert.deepEqual(Object.keys(map), []);
});
