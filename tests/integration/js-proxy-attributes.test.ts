import assert from "node:assert/strict";
import { throwsPython } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** Runs Python code in which `x` is the value. */
function withX(x: unknown, code: string): Any {
  const globals = py.runPython("{}");
  try {
    globals.set("x", x);
    return py.runPython(code, { globals });
  } finally {
    globals.destroy();
  }
}

test("JP-getattr: own, inherited, missing and undefined properties", () => {
  class Base {
    inherited = 1;
    get computed() {
      return "got";
    }
  }
  const object = Object.assign(new Base(), { own: "o", nothing: undefined });

  assert.equal(withX(object, "x.own + x.computed + str(x.inherited)"), "ogot1");
  assert.equal(withX(object, "x.nothing is None"), true);
  throwsPython(() => withX(object, "x.missing"), "AttributeError", /missing/);
  assert.equal(
    withX(object, "hasattr(x, 'own'), hasattr(x, 'missing')").toString(),
    "(True, False)",
  );
});

test("JP-getattr: a throwing getter raises JsException", () => {
  const object = {
    get bad() {
      throw new RangeError("no");
    },
  };

  throwsPython(() => withX(object, "x.bad"), "JsException", /RangeError: no/);
});

test("JP-getattr.method: a method remembers its owner", () => {
  const object = {
    value: 3,
    get(this: { value: number }) {
      return this.value;
    },
    twice(this: { value: number }) {
      return this.value * 2;
    },
  };

  assert.equal(withX(object, "f = x.twice; f()"), 6);
  assert.equal(withX(object, "x.twice.call({})") !== 6, true);
});

test("JP-setattr, JP-delattr: writing and deleting", () => {
  const object: Record<string, unknown> = { gone: 1 };

  withX(object, "x.fresh = [1]; x.text = 'é'; del x.gone; del x.never");
  assert.equal(object.text, "é");
  assert.equal("gone" in object, false);
  const stored = object.fresh as { length: number; destroy(): void };
  assert.equal(stored.length, 1);
  stored.destroy();
  throwsPython(() => withX(Object.freeze({ a: 1 }), "x.a = 2"), "JsException", /TypeError/);
});

test("JP-reserved: keywords with underscores", () => {
  const object = { from: 1, from_: 2, class: 3, not_keyword_: 4 };

  assert.equal(withX(object, "x.from_ * 100 + x.from__ * 10 + x.class_"), 123);
  assert.equal(withX(object, "getattr(x, 'from') + x.not_keyword_"), 5);
  withX(object, "x.class_ = 9; del x.from_");
  assert.deepEqual(object, { from_: 2, class: 9, not_keyword_: 4 });
});

test("JP-repr: str is toString", () => {
  assert.equal(withX({}, "str(x)"), "[object Object]");
  assert.equal(withX([1, [2]], "repr(x)"), "1,2");
  assert.equal(withX(Object.create(null), "str(x)"), "[object Object]");
  assert.match(String(withX((a: number) => a, "str(x)")), /=>/);
  const throwing = {
    toString() {
      throw new TypeError("no text");
    },
  };
  throwsPython(() => withX(throwing, "str(x)"), "JsException", /no text/);
});

test("JP-type: one public class, which cannot be instantiated", () => {
  assert.equal(
    withX({}, "from pyodide.ffi import JsProxy\nisinstance(x, JsProxy) and type(x).__name__"),
    "JsProxy",
  );
  throwsPython(() => withX({}, "from pyodide.ffi import JsProxy\nJsProxy()"), "TypeError");
});

test("JP-eq, JP-hash: identity of JavaScript", () => {
  const object = { self: null as unknown };
  object.self = object;

  assert.equal(
    withX(object, "x == x.self and not (x != x.self) and x.js_id == x.self.js_id"),
    true,
  );
  assert.equal(withX(object, "x == 1 or x == 'a' or x == None"), false);
  assert.equal(withX([{}, {}], "x[0] == x[1]"), false);
  throwsPython(() => withX({}, "hash(x)"), "TypeError", /unhashable/);
  throwsPython(() => withX({}, "x < 1"), "TypeError");
  assert.equal(withX([new Date(1), new Date(2)], "x[0] < x[1]"), true);
});

const TRUTH: [string, unknown, boolean][] = [
  ["an empty object", {}, true],
  ["an empty array", [], false],
  ["an array", [0], true],
  ["an empty Map", new Map(), false],
  ["a Set", new Set([1]), true],
  ["a function", () => 1, true],
  ["an empty typed array", new Uint8Array(0), false],
  ["an empty ArrayBuffer", new ArrayBuffer(0), false],
  ["{length: 0}", { length: 0 }, true],
  ["an invalid Date", new Date(Number.NaN), true],
];

test("JP-bool", () => {
  for (const [what, value, expected] of TRUTH)
    assert.equal(withX(value, "bool(x)"), expected, what);
});

test("JP-typeof, JP-object_keys, JP-dir", () => {
  assert.equal(
    withX(() => 1, "x.typeof"),
    "function",
  );
  assert.equal(withX(Symbol("s"), "x.typeof"), "symbol");
  const object = { b: 1, a: 2, class: 3, "1st": 4 };
  assert.deepEqual(withX(object, "x.object_keys()"), ["b", "a", "class", "1st"]);
  assert.deepEqual(withX(object, "x.object_values()"), [1, 2, 3, 4]);
  assert.deepEqual(withX({ k: 1 }, "x.object_entries()"), [["k", 1]]);
  assert.equal(
    withX(
      object,
      "d = dir(x); all(n in d for n in ('a', 'b', 'class_', 'to_py', 'hasOwnProperty')) and '1st' not in d and d == sorted(d)",
    ),
    true,
  );
});

test("JP-to_weakref: a WeakRef that gives the object", () => {
  const object = {};

  assert.equal(withX(object, "x.to_weakref().deref()"), object);
});

test("JP-revoked: hostile objects can be held", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error("never");
      },
      has() {
        throw new Error("never");
      },
      getPrototypeOf() {
        throw new Error("never");
      },
    },
  );

  for (const value of [proxy, hostile]) {
    assert.equal(withX(value, "x is not None"), true);
    throwsPython(() => withX(value, "x.anything"), "JsException");
    throwsPython(() => withX(value, "str(x)"), "JsException");
  }
});

test("PY-ffi: instances by capability", () => {
  const classes = "from pyodide.ffi import *\n";
  const cases: [unknown, string][] = [
    [() => 1, "JsCallable"],
    [Promise.resolve(), "JsPromise"],
    [new ArrayBuffer(1), "JsBuffer"],
    [new Uint8Array(1), "JsTypedArray"],
    [[1], "JsArray"],
    [new Map(), "JsMutableMap"],
    [[1].values(), "JsIterator"],
    [[1], "JsIterable"],
    [new Error("x"), "JsException"],
    [(function* () {})(), "JsGenerator"],
    [(async function* () {})(), "JsAsyncGenerator"],
  ];

  for (const [value, name] of cases) {
    assert.equal(
      withX(value, `${classes}isinstance(x, ${name}) and isinstance(x, JsProxy)`),
      true,
      name,
    );
    assert.equal(withX({}, `${classes}isinstance(x, ${name})`), false, name);
  }
});
