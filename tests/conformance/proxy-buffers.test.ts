import assert from "node:assert/strict";
import { failsInPython, failureOf } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
await py.runPython(`
import ctypes
from array import array
def matrix(order="C"):
    return memoryview(bytes(range(12))).cast("B", (3, 4))
`);

/** What of a view is compared. */
async function fieldsOf(code: string, type?: string): Promise<Any> {
  const proxy = await py.runPython(code);
  const view = await proxy.getBuffer(type);
  const { data, offset, ndim, shape, strides, itemsize, nbytes, format } = view;
  const { readonly, c_contiguous, f_contiguous } = view;
  const fields = {
    array: data.constructor.name,
    items: data instanceof DataView ? undefined : Array.from(data),
    offset,
    ndim,
    shape,
    strides,
    itemsize,
    nbytes,
    format,
    readonly,
    c_contiguous,
    f_contiguous,
  };
  await view.release();
  await proxy.destroy();
  return fields;
}

test("PB-data: writes are seen by Python at once, and the other way round", async () => {
  const bytes = await py.runPython("data = bytearray(b'abc'); data");
  const view = await bytes.getBuffer();

  view.data[0] = 122;
  assert.equal(await py.runPython("data[0]"), 122);
  await py.runPython("data[1] = 121");
  assert.deepEqual([...view.data], [122, 121, 99]);
  await view.release();
  await bytes.destroy();
});

test("PB-data: a hundred megabytes without a copy", async () => {
  const bytes = await py.runPython("bytearray(100_000_000)");
  const view = await bytes.getBuffer();

  view.data[99_999_999] = 7;
  assert.equal(await bytes.get(99_999_999), 7);
  await view.release();
  await bytes.destroy();
});

test("PB-shape, PB-strides, PB-ndim, PB-itemsize, PB-nbytes, PB-format, PB-readonly, CF-bufferBooleans, PB-c_contiguous, PB-f_contiguous: two dimensions", async () => {
  assert.deepEqual(await fieldsOf("matrix()"), {
    array: "Uint8Array",
    items: Array.from({ length: 12 }, (_, i) => i),
    offset: 0,
    ndim: 2,
    shape: [3, 4],
    strides: [4, 1],
    itemsize: 1,
    nbytes: 12,
    format: "B",
    readonly: true,
    c_contiguous: true,
    f_contiguous: false,
  });
});

test("PB-readonly, CF-bufferBooleans: false for what can be written", async () => {
  assert.equal((await fieldsOf("bytearray(1)")).readonly, false);
  assert.equal((await fieldsOf("b'x'")).readonly, true);
});

test("PB-ndim, PB-shape, PB-strides, PB-c_contiguous, PB-f_contiguous: a scalar", async () => {
  const fields = await fieldsOf("memoryview(ctypes.c_double(2.5))");

  assert.equal(fields.ndim, 0);
  assert.deepEqual(fields.shape, []);
  assert.deepEqual(fields.strides, []);
  assert.deepEqual(fields.items, [2.5]);
  assert.equal(fields.c_contiguous, true);
  assert.equal(fields.f_contiguous, true);
});

test("PB-f_contiguous, PB-c_contiguous: one dimension is both; gaps are neither", async () => {
  const plain = await fieldsOf("array('i', [1, 2])");
  assert.equal(plain.c_contiguous, true);
  assert.equal(plain.f_contiguous, true);

  const gaps = await fieldsOf("memoryview(array('i', [1, 2, 3, 4, 5]))[::2]");
  assert.equal(gaps.c_contiguous, false);
  assert.equal(gaps.f_contiguous, false);
  assert.deepEqual(gaps.strides, [2]);
  assert.deepEqual(gaps.shape, [3]);
  assert.deepEqual(gaps.items, [1, 2, 3, 4, 5]);
  assert.equal(gaps.nbytes, 20);
});

test("PB-offset, PB-strides: negative strides", async () => {
  const fields = await fieldsOf("memoryview(array('i', [1, 2, 3]))[::-1]");

  assert.equal(fields.offset, 2);
  assert.deepEqual(fields.strides, [-1]);
  assert.deepEqual(fields.items, [1, 2, 3]);
});

test("PB-strides, PB-itemsize, PB-offset: in units of the type that was forced", async () => {
  const wide = await fieldsOf("array('h', [1, 2, 3, 4])", "i32");
  assert.deepEqual(wide.strides, [0.5]);
  assert.equal(wide.itemsize, 2);
  assert.equal(wide.items.length, 2);

  const narrow = await fieldsOf("memoryview(array('i', [1, 2]))[::-1]", "u8");
  assert.deepEqual(narrow.strides, [-4]);
  assert.equal(narrow.offset, 4);
  assert.equal(narrow.itemsize, 4);
});

test("PB-data, PB-nbytes: an empty buffer", async () => {
  const fields = await fieldsOf("b''");

  assert.deepEqual(fields.items, []);
  assert.equal(fields.nbytes, 0);
  assert.deepEqual(fields.shape, [0]);
});

const FORMATS: [string, string][] = [
  ["array('b', [1])", "Int8Array"],
  ["array('B', [1])", "Uint8Array"],
  ["memoryview(b'\\x01').cast('c')", "Uint8Array"],
  ["memoryview(b'\\x01').cast('?')", "Uint8Array"],
  ["array('h', [1])", "Int16Array"],
  ["array('H', [1])", "Uint16Array"],
  ["array('i', [1])", "Int32Array"],
  ["array('I', [1])", "Uint32Array"],
  ["array('q', [1])", "BigInt64Array"],
  ["array('Q', [1])", "BigUint64Array"],
  ["array('f', [1])", "Float32Array"],
  ["array('d', [1])", "Float64Array"],
  ["memoryview((ctypes.c_int32 * 1)(1))", "Int32Array"],
];

test("PB-format.map, PB-format: the typed array follows from the format", async () => {
  for (const [code, name] of FORMATS) {
    const fields = await fieldsOf(code);
    assert.equal(fields.array, name, code);
    assert.deepEqual(fields.items.map(Number), [1], code);
  }
  assert.equal((await fieldsOf("array('h', [1])")).format, "h");
  assert.match((await fieldsOf("memoryview((ctypes.c_int32 * 1)())")).format, /^<[il]$/);
});

test("PB-format.map, NB-int32: l and L by the size of the items", async () => {
  for (const [letter, narrow, wide] of [
    ["l", "Int32Array", "BigInt64Array"],
    ["L", "Uint32Array", "BigUint64Array"],
  ]) {
    const { array, itemsize } = await fieldsOf(`array('${letter}', [1])`);
    assert.equal(array, itemsize === 4 ? narrow : wide);
  }
});

const TYPES: Record<string, string> = {
  i8: "Int8Array",
  u8: "Uint8Array",
  u8clamped: "Uint8ClampedArray",
  i16: "Int16Array",
  u16: "Uint16Array",
  i32: "Int32Array",
  u32: "Uint32Array",
  i64: "BigInt64Array",
  u64: "BigUint64Array",
  f32: "Float32Array",
  f64: "Float64Array",
  dataview: "DataView",
};

test("PX-getBuffer: every type that can be asked for, and an unknown one", async () => {
  for (const [type, name] of Object.entries(TYPES)) {
    assert.equal((await fieldsOf("array('d', [1, 2])", type)).array, name);
  }
  const proxy = await py.runPython("array('i', [1, 2])");
  const view = await proxy.getBuffer("dataview");
  assert.equal(view.data.getInt32(4, true), 2);
  await view.release();
  for (const type of ["f128", "", "constructor", "__proto__"]) {
    const error = await failureOf(() => proxy.getBuffer(type));
    assert.ok(error instanceof Error);
    assert.equal(error.message, `Unknown type ${type}`);
  }
  await proxy.destroy();
});

test("PX-getBuffer.2: big-endian items, half floats and odd formats need a type", async () => {
  const cases: [string, RegExp][] = [
    ["memoryview((ctypes.c_int32.__ctype_be__ * 1)())", /dataview[^]*toJs|toJs[^]*dataview/],
    ["memoryview(bytes(4)).cast('e')", /e/],
    ["memoryview((ctypes.c_wchar * 1)())", /./],
  ];
  for (const [code, message] of cases) {
    const proxy = await py.runPython(code);
    const error = await failureOf(() => proxy.getBuffer());
    assert.ok(error instanceof Error, code);
    assert.match(error.message, message, code);
    assert.notEqual(error.name, "PythonError", code);
    const view = await proxy.getBuffer("dataview");
    assert.equal(view.data.byteLength, 4);
    await view.release();
    await proxy.destroy();
  }
  const structure = await py.runPython(
    "class S(ctypes.Structure): _fields_ = [('a', ctypes.c_int), ('b', ctypes.c_char)]\nmemoryview(S())",
  );
  assert.ok((await failureOf(() => structure.getBuffer())) instanceof Error);
  await structure.destroy();
});

test("PX-getBuffer.3: memory that is misaligned for the type", async () => {
  const proxy = await py.runPython("memoryview(array('d', [1, 2])).cast('B')[1:9]");

  for (const type of ["i16", "i32", "f64", "i64"]) {
    assert.match((await failureOf(() => proxy.getBuffer(type))).message, new RegExp(type));
  }
  const view = await proxy.getBuffer("u8");
  assert.equal(view.nbytes, 8);
  await view.release();
  await proxy.destroy();
});

test("PX-getBuffer.4, PB-release: an open view locks the object, release is idempotent", async () => {
  const bytes = await py.runPython("locked = bytearray(3); locked");
  const view = await bytes.getBuffer();
  const second = await bytes.getBuffer();

  await failsInPython(() => py.runPython("locked.append(1)"), "BufferError");
  assert.equal(await view.release(), undefined);
  assert.equal(await view.release(), undefined);
  await failsInPython(() => py.runPython("locked.append(1)"), "BufferError");
  await second.release();
  assert.equal(await py.runPython("locked.append(1); len(locked)"), 4);
  assert.equal(view.data.length, 0);
  await bytes.destroy();
});

test("PB-release: a view keeps the object, whose proxy may end first", async () => {
  const bytes = await py.runPython("bytearray(b'abc')");
  const view = await bytes.getBuffer();

  await bytes.destroy();
  assert.deepEqual([...view.data], [97, 98, 99]);
  await view.release();
});

test("PB-class: instances of PyBuffer, not to be constructed", async () => {
  const bytes = await py.runPython("b'x'");
  const view = await bytes.getBuffer();

  assert.ok(view instanceof py.PyBuffer);
  assert.throws(() => new py.PyBuffer(), TypeError);
  assert.throws(() => new view.constructor(view.data), TypeError);
  await view.release();
  await bytes.destroy();
});

test("PB-dispose: dispose is release", async () => {
  const bytes = await py.runPython("disposed = bytearray(1); disposed");
  const view = await bytes.getBuffer();
  const dispose = (Symbol as { dispose?: symbol }).dispose;

  if (dispose === undefined) {
    assert.equal(Object.getOwnPropertySymbols(Object.getPrototypeOf(view)).length <= 1, true);
    await view.release();
  } else {
    await view[dispose]();
  }
  assert.equal(await py.runPython("disposed.append(1); len(disposed)"), 2);
  await bytes.destroy();
});

test("PX-getBuffer: what cannot be viewed", async () => {
  const released = await py.runPython("m = memoryview(b'x'); m.release(); m");
  await failsInPython(() => released.getBuffer(), "ValueError");
  await released.destroy();

  const bytes = await py.runPython("b'x'");
  await bytes.destroy();
  assert.match((await failureOf(() => bytes.getBuffer())).message, /already been destroyed/);
});

test("PB-data, PB-release: a memoryview released under a view", async () => {
  const view = await py.runPython("m = memoryview(bytearray(b'abc')); m");
  const buffer = await view.getBuffer();

  await failsInPython(() => py.runPython("m.release()"), "BufferError");
  assert.deepEqual([...buffer.data], [97, 98, 99]);
  await buffer.release();
  await py.runPython("m.release()");
  await view.destroy();
});
