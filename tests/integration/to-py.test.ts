import assert from "node:assert/strict";
import { thrownBy } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
const repr = py.runPython("repr");

/** Python's repr of what `toPy` makes of the value. */
function show(value: unknown, options?: object): string {
  const converted = py.toPy(value, options);
  try {
    return repr(converted);
  } finally {
    if (py.isPyProxy(converted)) converted.destroy();
  }
}

test("TC-toPy: arrays, maps, sets, plain objects", () => {
  assert.equal(show([1, "a", undefined, [2.5, true]]), "[1, 'a', None, [2.5, True]]");
  assert.equal(show({ a: { b: [1] } }), "{'a': {'b': [1]}}");
  assert.equal(
    show(
      new Map<unknown, unknown>([
        ["k", 1],
        [2, new Map()],
      ]),
    ),
    "{'k': 1, 2: {}}",
  );
  assert.equal(show(new Set([1])), "{1}");
  assert.equal(show(Object.assign(Object.create(null), { x: 1 })), "{'x': 1}");
  assert.equal(show([null]), "[jsnull]");
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
  assert.equal(show([1, , 3]), "[1, None, 3]");
});

test("JS-toPy.2: primitives, proxies and what has no conversion come back unchanged", () => {
  const list = py.runPython("[]");
  const date = new Date(0);

  for (const value of [1, "x", true, undefined, null, 3n, list, date]) {
    assert.equal(py.toPy(value), value);
  }
  const array = [1];
  assert.equal(py.toPy(array, { depth: 0 }), array);
  list.destroy();
});

test("TC-toPy.depth: levels below stay JavaScript objects", () => {
  const inner = [1];
  const list = py.toPy([inner], { depth: 1 });

  assert.equal(list.get(0), inner);
  list.destroy();
});

test("TC-toPy.shared: sharing and cycles are reproduced", () => {
  const array: unknown[] = [];
  array.push(array, array);
  const object: Any = {};
  object.me = object;

  const list = py.toPy(array);
  assert.equal(py.runPython("lambda x: x[0] is x and x[1] is x")(list), true);
  const dict = py.toPy(object);
  assert.equal(py.runPython("lambda x: x['me'] is x")(dict), true);
  py.runPython("lambda *xs: [x.clear() for x in xs] and None")(list, dict);
  list.destroy();
  dict.destroy();
});

test("TC-toPy.keys: mutable keys are refused", () => {
  const error = thrownBy(() => py.toPy(new Map([[[1], 2]])));
  assert.match(error.message, /Cannot use key of type Array as a key to a Python dict/);
  assert.match(
    thrownBy(() => py.toPy(new Set([{}]))).message,
    /Cannot use key of type Object as a key to a Python set/,
  );
});

test("TC-toPy.boolInt: 1 with true, 0 with false", () => {
  assert.match(
    thrownBy(() =>
      py.toPy(
        new Map([
          [1, 0],
          [true, 0],
        ] as [unknown, number][]),
      ),
    ).message,
    /Cannot faithfully convert Map into Python since it contains both 1 and true as keys\./,
  );
  assert.match(
    thrownBy(() => py.toPy(new Set([0, false]))).message,
    /Cannot faithfully convert Set into Python since it contains both 0 and false as keys\./,
  );
});

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
  [new Uint8Array(new SharedArrayBuffer(4)), "B", 1],
];

test("TC-toPy.buffer: a writable copy in a memoryview of the right format", () => {
  const describe = py.runPython(
    "lambda m: f'{type(m).__name__} {m.format} {m.itemsize} {m.nbytes} {m.readonly}'",
  );

  for (const [value, format, itemSize] of BUFFERS) {
    const view = py.toPy(value);
    const bytes = (value as ArrayBufferView).byteLength;
    assert.equal(describe(view), `memoryview ${format} ${itemSize} ${bytes} False`);
    view.destroy();
  }
  describe.destroy();
});

test("TC-toPy.buffer: only the view's own slice is copied", () => {
  const view = py.toPy(new Uint8Array([1, 2, 3, 4]).subarray(1, 3));

  assert.equal(py.runPython("lambda m: bytes(m).hex()")(view), "0203");
  view.destroy();
});

test("TC-toPy.default: defaultConverter for what has no conversion", () => {
  class Point {
    constructor(readonly x: number) {}
  }
  const options = {
    defaultConverter: (value: unknown, converter: (x: unknown) => unknown) =>
      value instanceof Point ? converter([value.x]) : value,
  };

  assert.equal(show([new Point(4), 1], options), "[[4], 1]");
});

test("TC-toPy.default: its exception propagates unchanged; a wrong cache argument is refused", () => {
  const own = new RangeError("mine");

  assert.equal(
    thrownBy(() =>
      py.toPy([new Date()], {
        defaultConverter() {
          throw own;
        },
      }),
    ),
    own,
  );
  const error = thrownBy(() =>
    py.toPy(new Date(), {
      defaultConverter: (v: unknown, _: unknown, cache: (a: unknown, b: unknown) => void) =>
        cache(v, 1),
    }),
  );
  assert.match(error.message, /Second argument should be a PyProxy!/);
});

test("TC-toPy.getter: getters are invoked, symbol keys ignored", () => {
  assert.equal(
    show({
      get x() {
        return 5;
      },
      [Symbol("s")]: 1,
    }),
    "{'x': 5}",
  );
});

test("TC-to_py: from Python, keyword-only", () => {
  py.registerJsModule("data", { nested: { a: [1, { b: 2 }] } });

  assert.equal(py.runPython("import data; repr(data.nested.to_py())"), "{'a': [1, {'b': 2}]}");
  assert.equal(py.runPython("data.nested.to_py(depth=0) == data.nested"), true);
  assert.throws(() => py.runPython("data.nested.to_py(1)"));
  py.unregisterJsModule("data");
  py.runPython("import sys; del sys.modules['data'], data");
});

test("TC-toPy: a large array", () => {
  const long = py.toPy(Array.from({ length: 100_000 }, (_, i) => i));

  assert.equal(py.runPython("sum")(long), 4_999_950_000);
  long.destroy();
});

test("TC-toPy: a nest of 200,000 levels leaves Python usable", () => {
  let nest: unknown[] = [];
  for (let i = 0; i < 200_000; i++) nest = [nest];

  try {
    py.toPy(nest).destroy();
  } catch (error) {
    assert.ok(error instanceof Error);
  }
  assert.equal(show([[1]]), "[[1]]");
});

test("hygiene: this file's helper", () => {
  repr.destroy();
});
