import assert from "node:assert/strict";
import { thrownBy, throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
py.runPython("from array import array");

test("PB-data: writes are seen by Python at once, and the other way round", () => {
  const bytes = py.runPython("data = bytearray(b'abc'); data");
  const view = bytes.getBuffer();

  view.data[0] = 122;
  assert.equal(py.runPython("data[0]"), 122);
  py.runPython("data[1] = 121");
  assert.deepEqual([...view.data], [122, 121, 99]);
  view.release();
  bytes.destroy();
});

test("PB: the fields of a two-dimensional view", () => {
  const matrix = py.runPython("memoryview(bytes(range(12))).cast('B', (3, 4))");
  const view = matrix.getBuffer();

  assert.equal(view.ndim, 2);
  assert.deepEqual(view.shape, [3, 4]);
  assert.deepEqual(view.strides, [4, 1]);
  assert.equal(view.offset, 0);
  assert.equal(view.itemsize, 1);
  assert.equal(view.nbytes, 12);
  assert.equal(view.format, "B");
  assert.equal(view.readonly, true);
  assert.equal(view.c_contiguous, true);
  assert.equal(view.f_contiguous, false);
  view.release();
  matrix.destroy();
});

test("PB-offset: negative strides", () => {
  const reversed = py.runPython("memoryview(array('i', [1, 2, 3]))[::-1]");
  const view = reversed.getBuffer();

  assert.equal(view.offset, 2);
  assert.deepEqual(view.strides, [-1]);
  assert.deepEqual([...view.data], [1, 2, 3]);
  view.release();
  reversed.destroy();
});

const FORMATS: [string, string][] = [
  ["array('b', [1])", "Int8Array"],
  ["array('B', [1])", "Uint8Array"],
  ["array('h', [1])", "Int16Array"],
  ["array('H', [1])", "Uint16Array"],
  ["array('i', [1])", "Int32Array"],
  ["array('I', [1])", "Uint32Array"],
  ["array('q', [1])", "BigInt64Array"],
  ["array('Q', [1])", "BigUint64Array"],
  ["array('f', [1])", "Float32Array"],
  ["array('d', [1])", "Float64Array"],
];

test("PB-format.map: the typed array follows from the format", () => {
  for (const [code, name] of FORMATS) {
    const proxy = py.runPython(code);
    const view = proxy.getBuffer();
    assert.equal(view.data.constructor.name, name);
    assert.equal(view.data.length, 1);
    assert.equal(Number(view.data[0]), 1);
    view.release();
    proxy.destroy();
  }
});

test("PX-getBuffer: a forced type, and an unknown one", () => {
  const proxy = py.runPython("array('i', [1, 2])");

  const view = proxy.getBuffer("dataview");
  assert.ok(view.data instanceof DataView);
  assert.equal(view.data.getInt32(4, true), 2);
  view.release();
  const clamped = proxy.getBuffer("u8clamped");
  assert.ok(clamped.data instanceof Uint8ClampedArray);
  clamped.release();
  assert.equal(thrownBy(() => proxy.getBuffer("f128")).message, "Unknown type f128");
  proxy.destroy();
});

test("PX-getBuffer.2: big-endian items and half floats need a type", () => {
  for (const format of [">i", "e"]) {
    const proxy = py.runPython(`
      import ctypes
      memoryview(bytes(4)).cast("e") if "${format}" == "e" else memoryview((ctypes.c_int32.__ctype_be__ * 1)())
    `);
    assert.throws(() => proxy.getBuffer(), Error);
    const view = proxy.getBuffer("dataview");
    assert.equal(view.data.byteLength, 4);
    view.release();
    proxy.destroy();
  }
});

test("PX-getBuffer.4: an open view locks the object", () => {
  const bytes = py.runPython("locked = bytearray(3); locked");
  const view = bytes.getBuffer();

  throwsPython(() => py.runPython("locked.append(1)"), "BufferError");
  view.release();
  view.release();
  assert.equal(py.runPython("locked.append(1); len(locked)"), 4);
  bytes.destroy();
});

test("PB-class, PB-dispose, PB-data: empty buffers, release by dispose, no constructor", () => {
  const empty = py.runPython("b''");
  const view = empty.getBuffer();

  assert.equal(view.data.length, 0);
  assert.throws(() => new py.PyBuffer(), TypeError);
  const dispose = (Symbol as { dispose?: symbol }).dispose;
  if (dispose !== undefined) view[dispose]();
  else view.release();
  empty.destroy();
});

test("PX-getBuffer: a released memoryview cannot be viewed", () => {
  const released = py.runPython("m = memoryview(b'x'); m.release(); m");

  throwsPython(() => released.getBuffer(), "ValueError");
  released.destroy();
});

test("PB-data: a hundred megabytes without a copy", () => {
  const bytes = py.runPython("bytearray(100_000_000)");
  const view = bytes.getBuffer();

  view.data[99_999_999] = 7;
  assert.equal(bytes.get(99_999_999), 7);
  view.release();
  bytes.destroy();
});
