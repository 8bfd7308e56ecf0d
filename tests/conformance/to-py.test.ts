import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { claim } from "../support/claims.ts";
import { fails, failsInPython, failureOf } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();
const repr = await py.runPython("repr");

/** Python's repr of what `toPy` makes of the value. */
async function show(value: unknown, options?: object): Promise<string> {
  const converted = await py.toPy(value, options);
  try {
    return await repr(converted);
  } finally {
    if (await py.isPyProxy(converted)) await converted.destroy();
  }
}

/** Checks that a deep conversion fails with this message, and that nothing of it stays. */
async function refused(value: unknown, message: RegExp): Promise<void> {
  const error = await failureOf(() => py.toPy([new Date(0), value, {}]));
  assert.ok(error instanceof Error);
  assert.match(error.message, message);
}

test("JS-toPy: arrays, maps, sets, plain objects", async () => {
  assert.equal(await show([1, "a", undefined, [2.5, true]]), "[1, 'a', None, [2.5, True]]");
  assert.equal(await show({ a: { b: [1] } }), "{'a': {'b': [1]}}");
  assert.equal(
    await show(
      new Map<unknown, unknown>([
        ["k", 1],
        [2, new Map()],
      ]),
    ),
    "{'k': 1, 2: {}}",
  );
  assert.equal(await show(new Set([1])), "{1}");
  assert.equal(await show([null, 2n ** 70n]), "[jsnull, 1180591620717411303424]");
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
  assert.equal(await show([1, , 3]), "[1, None, 3]");
});

test("JS-toPy: subclasses, and objects with the tag of a Map or Set", async () => {
  class List extends Array {}
  class Dict extends Map<unknown, unknown> {}
  class Members extends Set<unknown> {}
  const tagged = (tag: string, items: unknown[]) => ({
    [Symbol.toStringTag]: tag,
    [Symbol.iterator]: () => items[Symbol.iterator](),
  });

  assert.equal(await show(List.from([1, [2]])), "[1, [2]]");
  assert.equal(await show(new Dict([["a", 1]])), "{'a': 1}");
  assert.equal(await show(new Members([1])), "{1}");
  assert.equal(await show(tagged("Map", [["a", [1]]])), "{'a': [1]}");
  assert.equal(await show(tagged("Set", [1, 2])), "{1, 2}");
});

test("JS-toPy: plain objects have the constructor Object or none", async () => {
  class Own {
    a = 1;
  }
  const named = Object.assign(Object.create({ constructor: { name: "Object" } }), { a: 1 });
  const inherits = Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } });
  const hidden = Object.defineProperty({ shown: 1 }, "hidden", { value: 2 });

  assert.equal(await show(named), "{'a': 1}");
  assert.equal(await show(inherits), "{'own': 2}");
  assert.equal(await show(hidden), "{'shown': 1}");
  const objects = [new Own(), new Date(0), /x/, new Error("e"), () => 1, Symbol("s")];
  function argumentsOf() {
    // biome-ignore lint/complexity/noArguments: the object itself is what is converted
    return arguments;
  }
  const more = [argumentsOf(), { [Symbol.toStringTag]: "Own" }, new Number(1)];
  for (const object of [...objects, ...more]) {
    const list = await py.toPy([object]);
    assert.equal(await list.get(0), object);
    await list.destroy();
  }
});

test("JS-toPy.2: primitives, proxies and what has no conversion come back unchanged", async () => {
  const list = await py.runPython("[]");
  const date = new Date(0);

  for (const value of [1, "x", true, undefined, null, 3n, list, date]) {
    assert.equal(await py.toPy(value), value);
  }
  await list.destroy();
});

test("TC-toPy.depth: levels below stay JavaScript objects", async () => {
  const [inner, object] = [[1], { a: 1 }];
  const list = await py.toPy([inner, object, 2], { depth: 1 });
  assert.equal(await list.get(0), inner);
  assert.equal(await list.get(1), object);
  assert.equal(await list.get(2), 2);
  await list.destroy();

  const two = await py.toPy({ a: [inner] }, { depth: 2 });
  assert.equal(await (await two.get("a")).get(0), inner);
  await two.destroy();
  const array = [1];
  assert.equal(await py.toPy(array, { depth: 0 }), array);
  assert.equal(await show([[[1]]], { depth: -5 }), "[[[1]]]");
});

test("TC-toPy.keys: keys and members must be immutable", async () => {
  await refused(new Map([[[1], 2]]), /^Cannot use key of type Array as a key to a Python dict/);
  await refused(new Set([{}]), /^Cannot use key of type Object as a key to a Python set/);
  await refused(new Set([() => 1]), /^Cannot use key of type Function as a key to a Python set/);
  await refused(new Set([new Date()]), /^Cannot use key of type Date as a key to a Python set/);
  await refused(new Set([Symbol("s")]), /^Cannot use key of type Symbol as a key to a Python set/);
  await refused(new Set([Object.create(null)]), /^Cannot use key of type Object as a key/);

  const keys = new Map<unknown, unknown>([
    [null, 1],
    [undefined, 2],
    ["s", 3],
    [1.5, 4],
    [7n, 5],
  ]);
  assert.equal(await show(keys), "{jsnull: 1, None: 2, 's': 3, 1.5: 4, 7: 5}");
});

test("TC-toPy.keys: a proxy's object must be hashable", async () => {
  const [tuple, list] = [await py.runPython("(1, 2)"), await py.runPython("[1]")];

  assert.equal(await show(new Map([[tuple, 1]])), "{(1, 2): 1}");
  assert.equal(await show(new Set([tuple])), "{(1, 2)}");
  await refused(new Map([[list, 1]]), /^Cannot use key of type PyProxy as a key to a Python dict/);
  await refused(new Set([list]), /^Cannot use key of type PyProxy as a key to a Python set/);
  const odd = await py.runPython("class H:\n  def __hash__(self): raise LookupError('mine')\nH()");
  await failsInPython(() => py.toPy(new Set([odd])), "LookupError", /mine/);
  for (const proxy of [tuple, list, odd]) await proxy.destroy();
});

test("TC-toPy.boolInt: 1 with true, 0 with false", async () => {
  const message = (container: string, pair: string) =>
    new RegExp(
      `^Cannot faithfully convert ${container} into Python since it contains both ${pair} as keys\\.`,
    );
  const map = (...keys: unknown[]) => new Map(keys.map((key) => [key, 0]));

  await refused(map(1, true), message("Map", "1 and true"));
  await refused(map(false, 0), message("Map", "0 and false"));
  await refused(new Set([true, 1]), message("Set", "1 and true"));
  await refused(new Set([0, false]), message("Set", "0 and false"));
  assert.equal(await show(map(1, false)), "{1: 0, False: 0}");
  assert.equal(await show(new Set([true])), "{True}");
});

test("TC-toPy.collapse: 0 and 0n become one key, with the later value", async () => {
  const entries: [unknown, string][] = [
    [0, "number"],
    [0n, "bigint"],
  ];

  assert.equal(await show(new Map(entries)), "{0: 'bigint'}");
  assert.equal(await show(new Map(entries.reverse())), "{0: 'number'}");
  assert.equal(await show(new Set([0, 0n, 1n, 1])), "{0, 1}");
});

test("TC-toPy.shared: sharing and self-references are reproduced", async () => {
  const array: unknown[] = [];
  const object: Any = {};
  const map = new Map<string, unknown>();
  const twice = [1];
  array.push(array, object, map, twice, twice);
  object.me = object;
  object.array = array;
  map.set("me", map).set("object", object);

  const list = await py.toPy(array);
  const same = await py.runPython(`
    def same(x):
        o, m = x[1], x[2]
        assert x[0] is x and o["me"] is o and o["array"] is x and m["me"] is m and m["object"] is o
        assert x[3] is x[4]
        x.clear(), o.clear(), m.clear()
    same
  `);
  await same(list);
  await same.destroy();
  await list.destroy();
});

/** Views of every kind over bytes 1 … 8, with the format and the item size of their copies. */
const BUFFERS: [object, string, number][] = [
  [new Int8Array([-1]), "b", 1],
  [new Uint8Array([1, 2]), "B", 1],
  [new Uint8ClampedArray([1]), "B", 1],
  [new Int16Array([1]), "h", 2],
  [new Uint16Array([1]), "H", 2],
  [new Int32Array([1]), "i", 4],
  [new Uint32Array([1]), "I", 4],
  [new BigInt64Array([1n]), "q", 8],
  [new BigUint64Array([1n]), "Q", 8],
  [new Float32Array([1]), "f", 4],
  [new Float64Array([1]), "d", 8],
  [new DataView(new ArrayBuffer(3)), "B", 1],
  [new ArrayBuffer(5), "B", 1],
  [new Uint8Array(0), "B", 1],
  [new Float64Array(0), "d", 8],
  [new Uint8Array(new SharedArrayBuffer(4)), "B", 1],
  [new Int16Array(new SharedArrayBuffer(4), 2), "h", 2],
  [new SharedArrayBuffer(4), "B", 1],
];

test("TC-toPy.buffer: a writable copy in a memoryview of one dimension and the right format", async () => {
  const describe = await py.runPython(
    "lambda m: f'{type(m).__name__} {m.format} {m.itemsize} {m.nbytes} {m.readonly} {m.ndim}'",
  );
  for (const [value, format, itemSize] of BUFFERS) {
    const view = await py.toPy(value);
    const bytes = (value as ArrayBufferView).byteLength;
    assert.equal(await describe(view), `memoryview ${format} ${itemSize} ${bytes} False 1`);
    await view.destroy();
  }
  await describe.destroy();
});

test("TC-toPy.buffer: the values of the view's own slice", async () => {
  const bytes = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const [shorts, view] = [new Int16Array(bytes.buffer, 2, 2), new DataView(bytes.buffer, 1, 3)];
  const floats = new Float64Array([0.1, -0, Infinity]);
  await claim(
    py,
    {
      bytes: bytes.subarray(1, 3),
      shorts,
      view,
      floats,
      words: new BigUint64Array([2n ** 64n - 1n]),
    },
    `
    assert bytes.to_py().tolist() == [1, 2] and shorts.to_py().tolist() == [0x0302, 0x0504]
    assert view.to_py().tolist() == [1, 2, 3] and words.to_py().tolist() == [2**64 - 1]
    assert str(floats.to_py().tolist()) == "[0.1, -0.0, inf]"
    copy = bytes.to_py()
    copy[0] = 9
    assert bytes[0] == 1
    `,
  );
});

test("TC-toPy.buffer: long ones arrive whole, keep their bytes, and grow as any bytearray", async () => {
  const digest = await py.runPython(`
import zlib
kept = []
def digest(view):
    kept.append(view)
    return [view.nbytes, zlib.crc32(view)]
lambda *views: [number for view in views for number in digest(view)]
`);
  const sums: number[] = [];
  for (const byteLength of [32_768, 65_536, 99_999, 1_000_003, 3_000_000]) {
    const bytes = Uint8Array.from({ length: byteLength }, (_, i) => (i * 31 + byteLength) & 0xff);
    const expected = [byteLength, crc32(bytes)];
    const alone = await py.toPy(bytes);
    bytes.fill(0); // it is a copy
    const found = await digest(alone);
    assert.deepEqual(await found.toJs(), expected);
    sums.push(expected[1] as number);
    for (const proxy of [alone, found]) await proxy.destroy();
  }
  const pair = [new Float64Array(50_000).fill(0.5), new Uint8Array(70_001).fill(7)];
  const list = await py.toPy([...pair, "end"]);
  assert.equal(await (await list.get(0)).length, 50_000);
  assert.equal(await list.get(2), "end");
  await py.globals.set("sums", await py.toPy(sums));
  await py.globals.set("pair", list);
  await py.runPython(`
assert [zlib.crc32(view) for view in kept] == sums
assert sum(pair[0]) == 25_000 and bytes(pair[1]) == bytes([7]) * 70_001
array = kept.pop().obj
assert type(array) is bytearray and array.endswith(bytes(array[-9:]))
view = None
array.extend(b"more")
assert len(array) == 3_000_004 and array[-4:] == b"more"
del array[:2_999_999]
assert array[-4:] == b"more" and len(array) == 5
del kept, sums, pair, array
`);
  for (const proxy of [digest, list]) await proxy.destroy();
});

test("TC-toPy.getter: getters are invoked, symbol keys ignored, null prototypes convert", async () => {
  const object = {
    get x() {
      return 5;
    },
    [Symbol("s")]: 1,
  };

  assert.equal(await show(object), "{'x': 5}");
  assert.equal(await show(Object.assign(Object.create(null), { x: 1 })), "{'x': 1}");
  const failing = {
    get x() {
      throw new RangeError("in the getter");
    },
  };
  await fails(() => py.toPy([{}, new Date(0), failing]), "RangeError", /in the getter/);
});

class Point {
  me?: Point;
  constructor(readonly x: unknown) {}
}

type Convert = (value: unknown) => unknown;
type Cache = (input: unknown, output: unknown) => void;

testOfValues(
  "TC-toPy.default: asked for what has no conversion, not at the depth limit",
  async () => {
    const options = {
      defaultConverter: (value: unknown, convert: Convert) =>
        value instanceof Point ? convert([value.x]) : "other",
    };

    assert.equal(await show([new Point(4), 1, new Date(0)], options), "[[4], 1, 'other']");
    assert.equal(await show(new Point(new Point(2)), options), "[[2]]");
    const point = new Point(1);
    const limited = await py.toPy([[point], point], { ...options, depth: 1 });
    assert.equal(await (await limited.get(0))[0], point);
    assert.equal(await limited.get(1), point);
    await limited.destroy();
  },
);

test("TC-toPy.default: the result is converted implicitly", async () => {
  const array = [1];
  const list = await py.toPy([new Point(1)], { defaultConverter: () => array });

  assert.equal(await list.get(0), array);
  await list.destroy();
  assert.equal(await show([new Point(1)], { defaultConverter: () => 2n ** 60n }), `[${2n ** 60n}]`);
});

testOfValues("TC-toPy.default: cache records a result before its parts", async () => {
  const point = new Point(1);
  point.me = point;
  const options = {
    defaultConverter: (value: Point, convert: Convert, cache: Cache) => {
      const result = py.toPy([]);
      cache(value, result);
      result.append(convert(value.me));
      return result;
    },
  };

  const list = await py.toPy([point, point], options);
  const check = await py.runPython("lambda x: x[0] is x[1] is x[0][0] and not x[0].clear()");
  assert.equal(await check(list), true);
  await check.destroy();
  await list.destroy();
});

test("TC-toPy.default: its exception propagates unchanged; a wrong cache argument is refused", async () => {
  const own = new RangeError("mine");
  const throwing = {
    defaultConverter() {
      throw own;
    },
  };
  assert.equal(await failureOf(() => py.toPy([{}, [new Date()]], throwing)), own);

  const wrong = { defaultConverter: (value: unknown, _: Convert, cache: Cache) => cache(value, 1) };
  const error = await failureOf(() => py.toPy(new Date(), wrong));
  assert.ok(error instanceof Error);
  assert.match(error.message, /Second argument should be a PyProxy!/);
});

test("TC-to_py: from Python, arguments by keyword only", async () => {
  const nested = { a: [1, { b: 2 }] };
  await claim(
    py,
    { nested, date: new Date(0), f: () => 1 },
    `
    assert nested.to_py() == {"a": [1, {"b": 2}]}
    assert nested.to_py(depth=0) == nested and isinstance(nested.to_py(depth=0), JsProxy)
    assert nested.to_py(depth=1)["a"] == nested.a
    assert nested.to_py(depth=2)["a"][1] == nested.a[1]
    assert date.to_py() == date and f.to_py() == f
    raises(TypeError, "nested.to_py(1)")
    raises(TypeError, "nested.to_py(1, None)")
    raises(TypeError, "nested.to_py(other=1)")
    `,
  );
});

testOfValues("TC-to_py, TC-toPy.default: default_converter", async () => {
  const me: Any = new Point(3);
  me.me = me;
  await claim(
    py,
    { dates: [new Date(7)], me },
    `
    assert dates.to_py(default_converter=lambda value, convert, cache: value.getTime()) == [7]
    def link(value, convert, cache):
        result = [value.x]
        cache(value, result)
        result.append(convert(value.me))
        return result
    x = me.to_py(default_converter=link)
    assert x[0] == 3 and x[1] is x
    x.clear()
    own = LookupError("own")
    def fail(value, convert, cache): raise own
    assert raises(LookupError, "dates.to_py(default_converter=fail)") is own
    `,
  );
});

test("TC-to_py: a double proxy gives the object, or itself when it round-trips", async () => {
  await claim(
    py,
    {},
    `
    o = [1]
    p, q = create_proxy(o), create_proxy(o, roundtrip=False)
    assert q.to_py() is o
    assert isinstance(p.to_py(), JsProxy) and p.to_py() == p and p.to_py().unwrap() is o
    p.destroy(), q.destroy()
    `,
  );
});

test("JS-toPy: large arrays of every kind", async () => {
  const integers = Array.from({ length: 100_000 }, (_, i) => i);
  await claim(
    py,
    {
      integers,
      floats: integers.map((i) => i / 2 + 0.25),
      mixed: integers.map((i) => (i % 2 ? i : `${i}`)),
    },
    `
    assert integers.to_py() == list(range(100_000)) and type(integers.to_py()[1]) is int
    assert floats.to_py() == [i / 2 + 0.25 for i in range(100_000)]
    assert mixed.to_py() == [i if i % 2 else str(i) for i in range(100_000)]
    `,
  );
});

test("JS-toPy: numbers keep their type beside others", async () => {
  assert.equal(await show([1, 2.5, 3]), "[1, 2.5, 3]");
  assert.equal(await show([2.5, 1]), "[2.5, 1]");
  assert.equal(await show([1, 2 ** 53]), "[1, 9007199254740992.0]");
  assert.equal(await show([NaN, -0, Infinity]), "[nan, 0, inf]");
  assert.equal(await show([2.5, -0]), "[2.5, 0]");
});
