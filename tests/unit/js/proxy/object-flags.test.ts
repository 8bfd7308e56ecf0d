import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { TypeFlag } from "#vocabulary";
import { objectFlags } from "../../../../js/proxy/object-flags.ts";

type FlagName = keyof typeof TypeFlag;

function names(object: unknown): FlagName[] {
  const flags = objectFlags(object);
  return (Object.keys(TypeFlag) as FlagName[]).filter((name) => flags & (1 << TypeFlag[name]));
}

function* generate() {
  yield 1;
}
async function* generateAsync() {
  yield 1;
}

const CASES: [what: string, object: unknown, flags: FlagName[]][] = [
  ["a plain object", {}, []],
  ["a function", () => 1, ["callable"]],
  ["a class", class A {}, ["callable"]],
  ["a symbol", Symbol("s"), []],
  ["an array", [1], ["hasLength", "hasContains", "iterable", "jsArray"]],
  [
    "a typed array",
    new Float64Array(1),
    ["hasLength", "hasSet", "hasContains", "iterable", "buffer", "jsTypedArray"],
  ],
  ["an ArrayBuffer", new ArrayBuffer(1), ["buffer"]],
  ["a DataView", new DataView(new ArrayBuffer(1)), ["buffer"]],
  [
    "a Map",
    new Map(),
    ["hasLength", "hasGet", "hasSet", "hasContains", "iterable", "dict", "mutableMap"],
  ],
  ["a Set", new Set(), ["hasLength", "hasContains", "iterable"]],
  ["a Promise", Promise.resolve(), ["awaitable"]],
  ["a thenable", { then() {} }, ["awaitable"]],
  ["an error", new TypeError("x"), ["exception"]],
  ["a DOMException", new DOMException("x"), ["exception"]],
  ["a generator", generate(), ["iterable", "iterator", "generator"]],
  ["an async generator", generateAsync(), ["asyncIterable", "asyncIterator", "asyncGenerator"]],
  ["an iterator without symbols", { next() {} }, ["iterator", "asyncIterator"]],
  ["what has a length only", { length: 3 }, ["hasLength"]],
  [
    "what is like an array",
    { length: 0, [Symbol.iterator]: () => [][Symbol.iterator]() },
    ["hasLength", "iterable", "jsArrayLike"],
  ],
  [
    "an array of another realm",
    runInNewContext("[1]"),
    ["hasLength", "hasContains", "iterable", "jsArray"],
  ],
];

for (const [what, object, flags] of CASES) {
  test(`proxy/object-flags: ${what}`, () => {
    assert.deepEqual(names(object), flags);
  });
}

test("proxy/object-flags: hostile objects have the flags that can be told (JP-revoked)", () => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  const throwing = new Proxy(
    {},
    {
      get() {
        throw new Error("no");
      },
    },
  );
  const oneBadGetter = {
    get then() {
      throw new Error("no");
    },
    get: () => 1,
  };

  assert.deepEqual(names(proxy), []);
  assert.deepEqual(names(throwing), []);
  assert.deepEqual(names(oneBadGetter), ["hasGet"]);
});
