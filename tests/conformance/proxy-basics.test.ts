import assert from "node:assert/strict";
import { failsInPython, thrownBy } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();

test("PX-instance, FC-PyProxy: tag, typeof, instanceof, no constructor", async () => {
  const list = await py.runPython("[]");
  const callable = await py.runPython("len");

  assert.equal(Object.prototype.toString.call(list), "[object PyProxy]");
  assert.equal(Object.prototype.toString.call(callable), "[object PyProxy]");
  assert.equal(typeof list, "object");
  assert.equal(typeof callable, "function");
  assert.ok(callable instanceof Function);
  assert.ok(list instanceof py.ffi.PyProxy);
  assert.ok(callable instanceof py.ffi.PyProxy);
  for (const other of [{}, [], () => 1, null, "x", Object.create(list)]) {
    assert.equal(other instanceof py.ffi.PyProxy, false);
  }
  const error = thrownBy(() => new py.ffi.PyProxy());
  assert.ok(error instanceof TypeError);
  assert.equal(error.message, "PyProxy is not a constructor");
  await list.destroy();
  await callable.destroy();
});

test("PX-instance.2: two conversions are two proxies, which cannot be cloned", async () => {
  const first = await py.runPython("shared = []; shared");
  const second = await py.runPython("shared");

  assert.notEqual(first, second);
  assert.equal(await py.runPython("lambda a, b: a is b")(first, second), true);
  assert.equal(thrownBy(() => structuredClone(first)).name, "DataCloneError");
  await first.destroy();
  await second.destroy();
});

const TYPE_NAMES: [string, string][] = [
  ["[]", "list"],
  ["class Own: pass\nOwn()", "Own"],
  ["import collections; collections.deque()", "collections.deque"],
  ["import decimal; decimal.Decimal(1)", "decimal.Decimal"],
  ["import types; types.SimpleNamespace()", "types.SimpleNamespace"],
  ["import collections; collections.Counter()", "Counter"],
  ["import pathlib; pathlib.Path('/')", "PosixPath"],
  ["int", "type"],
  ["import sys; sys", "module"],
];

for (const [code, name] of TYPE_NAMES) {
  test(`PX-type: ${name}`, async () => {
    const proxy = await py.runPython(code);

    assert.equal(await proxy.type, name);
    await proxy.destroy();
  });
}

test("PX-type: it is read-only", async () => {
  const proxy = await py.runPython("[]");

  assert.throws(() => {
    proxy.type = "other";
  }, TypeError);
  assert.equal(await proxy.type, "list");
  await proxy.destroy();
});

test("PX-toString, CF-toString: str of the object, whose exception throws", async () => {
  const list = await py.runPython("[1, 'a']");
  const shown = await py.runPython(
    "class Shown:\n  def __str__(self): return 'as str'\n  def __repr__(self): return 'as repr'\nShown()",
  );
  const bad = await py.runPython(
    "class Bad:\n  def __str__(self): raise LookupError('no text')\nBad()",
  );

  assert.equal(await list.toString(), "[1, 'a']");
  assert.equal(await shown.toString(), "as str");
  await failsInPython(() => bad.toString(), "LookupError", /no text/);
  for (const proxy of [list, shown, bad]) await proxy.destroy();
});

testOfValues("PX-toString: templates and String use it", async () => {
  const list = await py.runPython("[1, 'a']");
  const bad = await py.runPython(
    "class Bad:\n  def __str__(self): raise LookupError('no text')\nBad()",
  );

  assert.equal(`${list}`, "[1, 'a']");
  assert.equal(String(list), "[1, 'a']");
  await failsInPython(() => String(bad), "LookupError", /no text/);
  await list.destroy();
  await bad.destroy();
});

test("PX-toJs, CF-conversionErrorFatal: on every proxy; unknown options are ignored", async () => {
  const list = await py.runPython("[1, [2, {'k': 3}]]");
  const object = await py.runPython("object()");

  const converted = await list.toJs({ nonsense: true });
  assert.deepEqual(converted.slice(0, 1), [1]);
  assert.equal(converted[1][1].get("k"), 3);
  assert.ok(Array.isArray(converted[1]));
  const plain = await list.toJs({ dict_converter: Object.fromEntries });
  assert.deepEqual(plain, [1, [2, { k: 3 }]]);
  const shallow = await list.toJs({ depth: 1 });
  assert.ok(shallow[1] instanceof py.ffi.PyProxy);
  const same = await object.toJs();
  assert.ok(same instanceof py.ffi.PyProxy);
  await failsInPython(() => list.toJs({ depth: 1, create_pyproxies: false }), "ConversionError");
  for (const proxy of [shallow[1], same, list, object]) await proxy.destroy();
});

const QUESTIONS = [
  "isAwaitable",
  "isBuffer",
  "isCallable",
  "isIterable",
  "isIterator",
  "supportsGet",
  "supportsHas",
  "supportsLength",
  "supportsSet",
];

/** Code, and the questions that are answered with yes. */
const ANSWERS: [string, string][] = [
  ["[]", "isIterable supportsGet supportsHas supportsLength supportsSet"],
  ["iter([])", "isIterable isIterator"],
  ["len", "isCallable"],
  ["b''", "isBuffer isIterable supportsGet supportsHas supportsLength"],
  ["object()", ""],
  ["class Size:\n  def __len__(self): return 0\nSize()", "supportsLength"],
  ["class In:\n  def __contains__(self, x): return True\nIn()", "supportsHas"],
  ["class Set:\n  def __setitem__(self, k, v): pass\nSet()", "supportsSet"],
  ["class Del:\n  def __delitem__(self, k): pass\nDel()", "supportsSet"],
  ["class Get:\n  def __class_getitem__(cls, k): pass\nGet", "isCallable supportsGet"],
  ["async def agen():\n  yield 1\nagen()", ""],
];

async function yes(proxy: Record<string, () => boolean>): Promise<string> {
  const answers: string[] = [];
  for (const name of QUESTIONS) if (await proxy[name]?.()) answers.push(name);
  return answers.join(" ");
}

test("PX-isBuffer, PX-isCallable, PX-isIterable, PX-isIterator, PX-supportsGet, PX-supportsHas, PX-supportsLength, PX-supportsSet, PX-tests.destroyed, CF-capabilityMethods: before and after destroy", async () => {
  for (const [code, expected] of ANSWERS) {
    const proxy = await py.runPython(code);
    assert.equal(await yes(proxy), expected, code);
    await proxy.destroy();
    assert.equal(await yes(proxy), expected, `destroyed: ${code}`);
  }
});

test("PX-isAwaitable, PX-tests.destroyed: coroutines and futures", async () => {
  // In a container, since a value that can be awaited is awaited with the step that gives it.
  const tasks = await py.runPython(
    "import asyncio\nasync def nothing(): pass\n[asyncio.Future(), nothing()]",
  );

  for (const proxy of [tasks.get(0), tasks.get(1)]) {
    assert.equal(await proxy.isAwaitable(), true);
    await proxy.destroy();
    assert.equal(await proxy.isAwaitable(), true);
  }
  assert.equal(await tasks.isAwaitable(), false);
  await py.runPython("lambda tasks: tasks[1].close()")(tasks);
  await tasks.destroy();
});

test("CF-capabilityMethods: an attribute of the same name is reached with $", async () => {
  const object = await py.runPython("import types; types.SimpleNamespace(isCallable='own')");

  assert.equal(await object.isCallable(), false);
  assert.equal(await object.$isCallable, "own");
  await object.destroy();
});

test("JS-isPyProxy, CF-isPyProxy: true for proxies, destroyed ones too; never throws", async () => {
  const list = await py.runPython("[]");
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();

  assert.equal(await py.isPyProxy(list), true);
  assert.equal(await py.isPyProxy(py.globals), true);
  const others = [1, "x", null, undefined, {}, () => 1, Symbol(), 1n, revoked, new Proxy({}, {})];
  for (const other of [...others, Object.create(list)])
    assert.equal(await py.isPyProxy(other), false);
  await list.destroy();
  assert.equal(await py.isPyProxy(list), true);
});

testOfValues("PX-instance: objects that borrow a proxy's parts reach nothing", async () => {
  const list = await py.runPython("[1]");
  const get = list.get;
  const forged = Object.create(Object.getPrototypeOf(list) ?? {});

  for (const receiver of [{}, forged, undefined, null, 5, Object.create(list)]) {
    assert.throws(() => get.call(receiver, 0));
  }
  assert.equal(await py.isPyProxy(forged), false);
  assert.equal(await list.get(0), 1);
  await list.destroy();
});
