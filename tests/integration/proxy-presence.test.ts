import assert from "node:assert/strict";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

const PARTS: [string, string | symbol, string][] = [
  ["length", "length", "PyProxyWithLength"],
  ["get", "get", "PyProxyWithGet"],
  ["set", "set", "PyProxyWithSet"],
  ["has", "has", "PyProxyWithHas"],
  ["iterable", Symbol.iterator, "PyIterable"],
  ["async", Symbol.asyncIterator, "PyAsyncIterable"],
  ["then", "then", "PyAwaitable"],
  ["buffer", "getBuffer", "PyBuffer"],
  ["read", "includes", "PySequence"],
  ["write", "push", "PyMutableSequence"],
];

/** Code, then the parts of it that are present. `call` and `next` are asked apart. */
const OBJECTS: [string, string][] = [
  ["[]", "length get set has iterable read write"],
  ["import collections; collections.deque()", "length get set has iterable read write"],
  ["()", "length get has iterable read"],
  ["range(2)", "length get has iterable read"],
  ["b''", "length get has iterable buffer read"],
  ["import array; array.array('i')", "length get set has iterable buffer read write"],
  ["memoryview(b'x')", "length get set iterable buffer"],
  ["{}", "length get set has iterable"],
  ["set()", "length has iterable"],
  ["frozenset()", "length has iterable"],
  ["{}.keys()", "length has iterable"],
  ["iter([])", "iterable"],
  ["(i for i in [])", "iterable"],
  ["async def g():\n  yield 1\ng()", "async"],
  ["import asyncio; asyncio.get_event_loop().create_future()", "iterable then"],
  ["len", ""],
  ["class Plain: pass\nPlain()", ""],
  ["list[int]", "get iterable"],
  ["1j", ""],
];

for (const [code, expected] of OBJECTS) {
  test(`PX-present: ${code.split(/[;\n]/).at(-1)?.trim()}`, () => {
    const proxy = py.runPython(code);

    const present = PARTS.filter(([, member]) => member in proxy).map(([part]) => part);
    assert.equal(present.join(" "), expected);
    const instances = PARTS.filter(([, , type]) => proxy instanceof py.ffi[type]).map(
      ([part]) => part,
    );
    assert.equal(instances.join(" "), expected);
    proxy.destroy();
  });
}

test("PX-present.call: callability", () => {
  for (const [code, expected] of [
    ["len", true],
    ["int", true],
    ["class C:\n  def __call__(self): return 1\nC()", true],
    ["[]", false],
  ] as const) {
    const proxy = py.runPython(code);
    assert.equal(typeof proxy === "function", expected);
    for (const name of ["apply", "bind", "call", "callKwargs", "captureThis"]) {
      assert.equal(name in proxy, expected, name);
    }
    assert.equal(proxy instanceof py.ffi.PyCallable, expected);
    proxy.destroy();
  }
});

test("PX-present.next, PX-present.gen: iterators and generators", () => {
  for (const [code, next, generator] of [
    ["iter([])", true, false],
    ["(i for i in [])", true, true],
    ["async def g():\n  yield 1\ng()", true, true],
    ["[]", false, false],
  ] as const) {
    const proxy = py.runPython(code);
    assert.equal("next" in proxy, next);
    assert.equal("throw" in proxy, generator);
    assert.equal("return" in proxy, generator);
    proxy.destroy();
  }
});

test("FC: classes are false for everything else and cannot be constructed", () => {
  for (const [name, type] of Object.entries(py.ffi) as [string, new () => object][]) {
    for (const value of [null, undefined, 1, "x", {}, () => 1, Object.create(null)]) {
      assert.equal((value as object) instanceof type, false, name);
    }
    if (name !== "PythonError") assert.throws(() => new type(), TypeError, name);
  }
});

test("CF-seedClasses: PyBuffer and PythonError on pyodide", () => {
  assert.equal(py.PyBuffer, py.ffi.PyBufferView);
  assert.equal(py.PythonError, py.ffi.PythonError);
  const bytes = py.runPython("b'abc'");
  const view = bytes.getBuffer();
  assert.ok(view instanceof py.PyBuffer);
  assert.ok(bytes instanceof py.ffi.PyBuffer);
  view.release();
  bytes.destroy();
});
