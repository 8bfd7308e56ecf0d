import assert from "node:assert/strict";
import { type Any, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();
await py.runPython(`
import array, asyncio, collections
from collections.abc import MutableSequence, Sequence

async def agen(): yield 1
async def coroutine(): pass

class Sized:
    def __len__(self): return 0
class Getting:
    def __getitem__(self, key): return key
class Setting:
    def __setitem__(self, key, value): pass
class Deleting:
    def __delitem__(self, key): pass
class Containing:
    def __contains__(self, key): return True
class Iterating:
    def __iter__(self): return iter(())
class Stepping:
    def __next__(self): return 1
class Iterator(Iterating):
    def __next__(self): return 1
class AsyncIterating:
    def __aiter__(self): return agen()
class AsyncStepping(AsyncIterating):
    async def __anext__(self): return 1
class Awaitable:
    def __await__(self): return iter(())
class Calling:
    def __call__(self): return 1
class Generic:
    def __class_getitem__(cls, key): return key
class Registered(Sized, Getting, Containing, Iterating): pass
Sequence.register(Registered)
class Incomplete(Sized, Getting): pass
Sequence.register(Incomplete)
class Own(MutableSequence):
    def __len__(self): return 0
    def __getitem__(self, index): raise IndexError
    def __setitem__(self, index, value): pass
    def __delitem__(self, index): pass
    def insert(self, index, value): pass
class Plain: pass
`);

/** A part's name, a member that it brings, and the class of `ffi` that is true for it. */
const PARTS: [string, string | symbol, string | undefined][] = [
  ["length", "length", "PyProxyWithLength"],
  ["get", "get", "PyProxyWithGet"],
  ["set", "set", "PyProxyWithSet"],
  ["has", "has", "PyProxyWithHas"],
  ["iter", Symbol.iterator, "PyIterable"],
  ["next", "next", undefined],
  ["gen", "return", undefined],
  ["aiter", Symbol.asyncIterator, "PyAsyncIterable"],
  ["await", "then", "PyAwaitable"],
  ["buffer", "getBuffer", "PyBuffer"],
  ["call", "callKwargs", "PyCallable"],
  ["read", "includes", "PySequence"],
  ["write", "push", "PyMutableSequence"],
];

function partsOf(proxy: object): string {
  return PARTS.filter(([, member]) => member in proxy)
    .map(([part]) => part)
    .join(" ");
}

function classesOf(proxy: object): string {
  return PARTS.filter(([, , name]) => name !== undefined && proxy instanceof py.ffi[name])
    .map(([part]) => part)
    .join(" ");
}

/** What of the parts has a class of its own under the same name. */
function withClasses(parts: string): string {
  return parts
    .split(" ")
    .filter((part) => part !== "next" && part !== "gen")
    .join(" ");
}

async function checkParts(objects: [string, string][]): Promise<void> {
  for (const [code, expected] of objects) {
    // In a container, since a value that can be awaited is awaited with the step that gives it.
    const holder = await py.runPython(`[${code}]`);
    const proxy = holder.get(0);

    assert.equal(partsOf(proxy), expected, code);
    assert.equal(classesOf(proxy), withClasses(expected), code);
    if (code === "coroutine()") await py.runPython("lambda x: x[0].close()")(holder);
    await proxy.destroy();
    await holder.destroy();
  }
}

testOfValues(
  "PX-present.length, PX-present.get, PX-present.set, PX-present.has: what each method brings",
  () =>
    checkParts([
      ["Sized()", "length"],
      ["Getting()", "get iter"],
      ["Setting()", "set"],
      ["Deleting()", "set"],
      ["Containing()", "has"],
      ["Plain()", ""],
      ["1j", ""],
    ]),
);

testOfValues("PX-present.iter, PX-present.next, PX-present.gen, PX-present.aiter: iteration", () =>
  checkParts([
    ["Iterating()", "iter"],
    ["Stepping()", "iter next"],
    ["Iterator()", "iter next"],
    ["iter([])", "iter next"],
    ["(i for i in [])", "iter next gen"],
    ["AsyncIterating()", "aiter"],
    ["AsyncStepping()", "next aiter"],
    ["agen()", "next gen aiter"],
  ]),
);

testOfValues("PX-present.await: coroutines, futures and objects with __await__", () =>
  checkParts([
    ["Awaitable()", "await"],
    ["coroutine()", "await"],
    ["asyncio.get_event_loop().create_future()", "iter await"],
  ]),
);

testOfValues(
  "PX-present.buffer, PX-present.call, PX-present.seq: buffers, callables, sequences",
  () =>
    checkParts([
      ["b''", "length get has iter buffer read"],
      ["memoryview(b'x')", "length get set iter buffer"],
      ["array.array('i')", "length get set has iter buffer read write"],
      ["len", "call"],
      ["Plain", "call"],
      ["Calling()", "call"],
      ["Generic", "get call"],
      ["list[int]", "get iter call"],
      ["Registered()", "length get has iter read"],
      ["Incomplete()", "length get iter"],
      ["Own()", "length get set has iter read write"],
    ]),
);

testOfValues(
  "PX-present.length, PX-present.get, PX-present.set, PX-present.has, PX-present.seq: containers of Python",
  () =>
    checkParts([
      ["[]", "length get set has iter read write"],
      ["collections.deque()", "length get set has iter read write"],
      ["()", "length get has iter read"],
      ["range(2)", "length get has iter read"],
      ["{}", "length get set has iter"],
      ["collections.Counter()", "length get set has iter"],
      ["set()", "length has iter"],
      ["frozenset()", "length has iter"],
      ["{}.keys()", "length has iter"],
      ["{}.items()", "length has iter"],
    ]),
);

const COMPANIONS: [string, string[]][] = [
  ["[]", ["get", "asJsJson"]],
  ["Setting()", ["set", "delete"]],
  ["Deleting()", ["set", "delete"]],
  ["(i for i in [])", ["next", "return", "throw"]],
  ["agen()", ["next", "return", "throw"]],
  [
    "len",
    [
      "apply",
      "bind",
      "call",
      "callKwargs",
      "callRelaxed",
      "callKwargsRelaxed",
      "callWithOptions",
      "callPromising",
      "callPromisingKwargs",
      "captureThis",
    ],
  ],
  ["()", ["join", "slice", "indexOf", "lastIndexOf", "forEach", "map", "filter", "some", "every"]],
  ["()", ["reduce", "reduceRight", "at", "concat", "includes", "entries", "keys", "values"]],
  ["()", ["find", "findIndex", "toJSON"]],
  ["[]", ["push", "pop", "shift", "unshift", "splice", "reverse", "sort", "fill", "copyWithin"]],
];

testOfValues(
  "PX-present.get, PX-present.set, PX-present.gen, PX-present.call, PX-present.seq: what comes together",
  async () => {
    const plain = await py.runPython("Plain()");
    for (const [code, members] of COMPANIONS) {
      const proxy = await py.runPython(code);
      for (const member of members) {
        assert.equal(member in proxy, true, `${member} in ${code}`);
        assert.equal(typeof proxy[member], "function", `${member} of ${code}`);
        assert.equal(member in plain, false, `${member} in an object without it`);
      }
      await proxy.destroy();
    }
    await plain.destroy();
  },
);

test("PX-present.await: then, catch and finally come together", async () => {
  const holder = await py.runPython("[Awaitable()]");
  const proxy = holder.get(0);

  for (const member of ["then", "catch", "finally"]) assert.equal(typeof proxy[member], "function");
  await proxy.destroy();
  await holder.destroy();
});

testOfValues("PX-present.length: it is decided when the proxy is made", async () => {
  const object = await py.runPython("later = Plain(); later");
  await py.runPython("Plain.__len__ = lambda self: 3");
  const fresh = await py.runPython("later");

  assert.equal("length" in object, false);
  assert.equal(await fresh.length, 3);
  await py.runPython("del Plain.__len__");
  await object.destroy();
  await fresh.destroy();
});

/** A class of `ffi`, code that is an instance, and code that is none. */
const CLASSES: Record<string, [string, string]> = {
  PyProxyWithLength: ["[]", "lambda: 1"],
  PyProxyWithGet: ["{}", "set()"],
  PyProxyWithSet: ["[]", "()"],
  PyProxyWithHas: ["set()", "memoryview(b'x')"],
  PyDict: ["{}", "collections.OrderedDict()"],
  PyIterable: ["[]", "1j"],
  PyIterator: ["iter([])", "[]"],
  PyGenerator: ["(i for i in [])", "iter([])"],
  PyAsyncIterable: ["AsyncIterating()", "[]"],
  PyAsyncIterator: ["AsyncStepping()", "AsyncIterating()"],
  PyAsyncGenerator: ["agen()", "AsyncStepping()"],
  PyAwaitable: ["Awaitable()", "[]"],
  PyCallable: ["len", "[]"],
  PyBuffer: ["b''", "[]"],
  PySequence: ["()", "{}"],
  PyMutableSequence: ["[]", "()"],
};

testOfValues(
  "FC-PyProxyWithLength, FC-PyProxyWithGet, FC-PyProxyWithSet, FC-PyProxyWithHas, FC-PyDict, FC-PyIterable, FC-PyIterator, FC-PyGenerator, FC-PyAsyncIterable, FC-PyAsyncIterator, FC-PyAsyncGenerator, FC-PyAwaitable, FC-PyCallable, FC-PyBuffer, FC-PySequence, FC-PyMutableSequence: one that is, one that is not",
  async () => {
    for (const [name, codes] of Object.entries(CLASSES)) {
      for (const [index, code] of codes.entries()) {
        const holder = await py.runPython(`[${code}]`);
        const proxy = holder.get(0);
        assert.equal(proxy instanceof py.ffi[name], index === 0, `${code} is a ${name}`);
        await proxy.destroy();
        assert.equal(proxy instanceof py.ffi[name], index === 0, `destroyed, ${code} is a ${name}`);
        await holder.destroy();
      }
    }
  },
);

testOfValues("FC-PyIterable, FC-PyAsyncIterable: iterators count", async () => {
  const holder = await py.runPython("[iter([]), agen()]");
  const [sync, async] = [holder.get(0), holder.get(1)];

  assert.ok(sync instanceof py.ffi.PyIterable);
  assert.ok(async instanceof py.ffi.PyAsyncIterable);
  assert.equal(async instanceof py.ffi.PyIterable, false);
  for (const proxy of [sync, async, holder]) await proxy.destroy();
});

test("FC-PyProxy, JS-ffi, FC-PyBufferView, FC-PythonError: false for what is no proxy, and not to be constructed", async () => {
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const values = [null, undefined, 1, "x", {}, () => 1, Object.create(null), [], revoked];

  assert.deepEqual(
    Object.keys(CLASSES).filter((name) => typeof py.ffi[name] !== "function"),
    [],
  );
  for (const [name, type] of Object.entries(py.ffi) as [string, new () => object][]) {
    for (const value of values) {
      assert.equal((value as object) instanceof type, false, name);
    }
    assert.throws(() => new type(), TypeError, name);
  }
});

test("CF-seedClasses, FC-PyBufferView, FC-PyBuffer, FC-PythonError: the five names", async () => {
  assert.equal(py.PyBuffer, py.ffi.PyBufferView);
  assert.equal(py.PythonError, py.ffi.PythonError);
  const bytes = await py.runPython("b'abc'");
  const view: Any = await bytes.getBuffer();

  assert.ok(view instanceof py.ffi.PyBufferView);
  assert.equal(bytes instanceof py.ffi.PyBufferView, false);
  assert.ok(bytes instanceof py.ffi.PyBuffer);
  assert.equal(view instanceof py.ffi.PyBuffer, false);
  await view.release();
  await bytes.destroy();
});
