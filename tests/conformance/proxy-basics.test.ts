import assert from "node:assert/strict";
import { thrownBy, throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

test("PX-instance: tag, typeof, instanceof, no constructor", () => {
  const list = py.runPython("[]");
  const callable = py.runPython("len");

  assert.equal(Object.prototype.toString.call(list), "[object PyProxy]");
  assert.equal(typeof list, "object");
  assert.equal(typeof callable, "function");
  assert.ok(callable instanceof Function);
  assert.ok(list instanceof py.ffi.PyProxy);
  assert.equal(thrownBy(() => new py.ffi.PyProxy()).message, "PyProxy is not a constructor");
  list.destroy();
  callable.destroy();
});

test("PX-instance.2: two conversions are two proxies, which cannot be cloned", () => {
  const first = py.runPython("shared = []; shared");
  const second = py.runPython("shared");

  assert.notEqual(first, second);
  assert.equal(thrownBy(() => structuredClone(first)).name, "DataCloneError");
  first.destroy();
  second.destroy();
});

const TYPE_NAMES: [string, string][] = [
  ["[]", "list"],
  ["class Own: pass\nOwn()", "Own"],
  ["import collections; collections.deque()", "collections.deque"],
  ["import decimal; decimal.Decimal(1)", "decimal.Decimal"],
  ["import types; types.SimpleNamespace()", "types.SimpleNamespace"],
  ["collections.Counter()", "Counter"],
  ["int", "type"],
  ["import sys; sys", "module"],
];

for (const [code, name] of TYPE_NAMES) {
  test(`PX-type: ${name}`, () => {
    const proxy = py.runPython(code);

    assert.equal(proxy.type, name);
    assert.throws(() => {
      proxy.type = "other";
    }, TypeError);
    proxy.destroy();
  });
}

test("PX-toString: str of the object, its exception throws", () => {
  const list = py.runPython("[1, 'a']");
  const bad = py.runPython("class Bad:\n  def __str__(self): raise LookupError('no text')\nBad()");

  assert.equal(list.toString(), "[1, 'a']");
  assert.equal(`${list}`, "[1, 'a']");
  throwsPython(() => String(bad), "LookupError");
  list.destroy();
  bad.destroy();
});

test("PX-copy: a lifetime of its own", () => {
  const list = py.runPython("[1]");
  const copy = list.copy();

  list.destroy();
  assert.equal(copy.get(0), 1);
  copy.destroy();
});

test("PX-destroy: any later use throws, destroying again does nothing", () => {
  const list = py.runPython("[1]");
  list.destroy();
  list.destroy();
  const first = /^Object has already been destroyed\n/;

  for (const use of [
    () => list.get(0),
    () => list.length,
    () => list.toString(),
    () => list.toJs(),
    () => list.copy(),
    () => list.append,
    () => [...list],
    () => list[0],
  ]) {
    assert.match(thrownBy(use).message, first);
  }
  assert.ok(list instanceof py.ffi.PyProxy);
  assert.ok(py.isPyProxy(list));
});

test("PX-destroy.message: an own first line; debug mode names type and repr", () => {
  const list = py.runPython("[7]");
  assert.equal(py.setDebug(true), false);
  try {
    list.destroy({ message: "gone home" });
    assert.match(thrownBy(() => list.length).message, /^gone home\n[^]*list[^]*\[7\]/);
  } finally {
    assert.equal(py.setDebug(false), true);
  }
});

test("PX-destroy.borrowed: cached attributes go with the proxy, unless copied", () => {
  const proxy = py.runPython("import types; types.SimpleNamespace(inner=[1])");
  const inner = proxy.inner;
  const kept = inner.copy();

  proxy.destroy();

  assert.match(
    thrownBy(() => inner.length).message,
    /^This borrowed attribute proxy was automatically destroyed/,
  );
  assert.equal(kept.length, 1);
  kept.destroy();
});

test("PX-dispose: Symbol.dispose destroys", () => {
  const dispose = (Symbol as { dispose?: symbol }).dispose;
  const list = py.runPython("[]");

  if (dispose !== undefined) list[dispose]();
  else list.destroy();
  assert.throws(() => list.length);
});

test("CF-capabilityMethods: the nine questions of the seed, on destroyed proxies too", () => {
  const cases: [string, string[]][] = [
    ["[]", ["isIterable", "supportsGet", "supportsHas", "supportsLength", "supportsSet"]],
    ["iter([])", ["isIterable", "isIterator"]],
    ["len", ["isCallable"]],
    ["b''", ["isBuffer", "isIterable", "supportsGet", "supportsHas", "supportsLength"]],
    ["import asyncio; asyncio.Future()", ["isAwaitable", "isIterable"]],
    ["object()", []],
  ];
  const all = [
    "isAwaitable",
    "isBuffer",
    "isCallable",
    "isIterable",
    "isIterator",
    "supportsGet",
    "supportsHas",
  ];
  all.push("supportsLength", "supportsSet");

  for (const [code, expected] of cases) {
    const proxy = py.runPython(code);
    const yes = () => all.filter((name) => proxy[name]());
    assert.deepEqual(yes(), expected, code);
    proxy.destroy();
    assert.deepEqual(yes(), expected, code);
  }
});

test("CF-isPyProxy: never throws", () => {
  const list = py.runPython("[]");
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();

  assert.equal(py.isPyProxy(list), true);
  for (const other of [1, "x", null, undefined, {}, () => 1, Symbol(), proxy, new Proxy({}, {})]) {
    assert.equal(py.isPyProxy(other), false);
  }
  list.destroy();
});

test("forged proxies: objects that borrow a proxy's parts reach nothing", () => {
  const list = py.runPython("[1]");
  const get = list.get;
  const forged = Object.create(Object.getPrototypeOf(list) ?? {});

  assert.throws(() => get.call({}, 0));
  assert.throws(() => get.call(forged, 0));
  assert.throws(() => get.call(undefined, 0));
  assert.equal(py.isPyProxy(forged), false);
  assert.equal(list.get(0), 1);
  list.destroy();
});
