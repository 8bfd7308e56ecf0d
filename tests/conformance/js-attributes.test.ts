import assert from "node:assert/strict";
import { claim } from "../support/claims.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

test("JP-getattr: own, inherited, missing and undefined properties", async () => {
  class Base {
    inherited = 1;
    get computed() {
      return "got";
    }
  }
  const x = Object.assign(new Base(), { own: "o", nothing: undefined, deep: { er: [5] } });
  await claim(
    py,
    { x },
    `
    assert x.own + x.computed + str(x.inherited) == "ogot1"
    assert x.nothing is None and hasattr(x, "nothing")
    assert x.deep.er[0] == 5 and x.constructor.name == "Base"
    raises(AttributeError, "x.missing", "missing")
    assert not hasattr(x, "missing") and getattr(x, "missing", 3) == 3
    `,
  );
});

test("JP-getattr: a throwing getter raises JsException", async () => {
  const x = {
    get bad() {
      throw new RangeError("no");
    },
  };
  await claim(py, { x }, "raises(JsException, 'x.bad', 'RangeError: no')");
});

test("JP-getattr.order: methods of the JsProxy and special names win", async () => {
  const x = {
    to_py: 1,
    object_keys: 2,
    typeof: 3,
    js_id: "x",
    bind_sig: 4,
    __class__: 5,
    __str__: 6,
  };
  const f = Object.assign(() => "called", { new: 1 });
  const promise = Object.assign(Promise.resolve(), { finally_: 1 });
  await claim(
    py,
    { x, f, promise, plain: { new: 7, then: 8, append: 9, keys: 10 } },
    `
    assert callable(x.to_py) and list(x.object_keys())[0] == "to_py" and x.typeof == "object"
    assert isinstance(x.js_id, int)
    assert issubclass(x.__class__, type(x)) and callable(x.__str__)
    assert callable(f.new) and callable(promise.then) and callable(promise.finally_)
    # What an object of its shape has no method for is an ordinary property.
    assert (plain.new, plain.then, plain.append, plain.keys) == (7, 8, 9, 10)
    `,
  );
});

test("JP-getattr.method: a method remembers its owner", async () => {
  const x = {
    value: 3,
    twice(this: Any) {
      return this.value * 2;
    },
    me(this: unknown) {
      return this === x;
    },
  };
  const strict = function (this: unknown) {
    return this === undefined;
  };
  await claim(
    py,
    { x, strict, array: [x.me] },
    `
    f = x.twice
    assert f() == 6 == x.twice() == getattr(x, "twice")() and x.me()
    assert x.twice.call(to_js({"value": 5})) == 10
    assert strict() and not array[0]()
    del x, f
    `,
  );
  await claim(py, { x }, "f = x.me\ndel x\nassert f()");
});

test("JP-getattr.keys: `keys` of arrays and typed arrays is hidden", async () => {
  await claim(
    py,
    { array: [1], typed: new Uint8Array(1), map: new Map([["a", 1]]), object: { keys: 5 } },
    `
    for x in (array, typed):
        raises(AttributeError, "array.keys")
        assert not hasattr(x, "keys") and "keys" not in dir(x)
        raises(TypeError, "dict(array)")
    assert list(map.keys()) == ["a"] and object.keys == 5 and "keys" in dir(object)
    `,
  );
});

test("JP-setattr: implicit conversion, and frozen objects refuse", async () => {
  const x: Record<string, Any> = {};
  await claim(
    py,
    { x, frozen: Object.freeze({ a: 1 }), object: { me: 1 } },
    `
    x.text = "é"
    x.number = 2**60
    x.nothing = None
    x.object = object
    x.list = [1]
    assert x.list == [1] and x.object == object
    raises(JsException, "frozen.a = 2", "^TypeError")
    raises(JsException, "frozen.b = 2", "^TypeError")
    raises(JsException, "del frozen.a", "^TypeError")
    `,
  );
  assert.deepEqual(Object.keys(x), ["text", "number", "nothing", "object", "list"]);
  assert.equal(x.text, "é");
  assert.equal(x.number, 2n ** 60n);
  assert.equal(x.nothing, undefined);
  assert.equal(await x.list.length, 1);
  await x.list.destroy();
});

test("JP-setattr: a throwing setter raises JsException", async () => {
  const x = {
    set bad(_: unknown) {
      throw new RangeError("set");
    },
  };
  await claim(py, { x }, "raises(JsException, 'x.bad = 1', 'RangeError: set')");
});

test("JP-setattr.module: names of Python's import machinery stay on the Python side", async () => {
  const x = {};
  await claim(
    py,
    { x, frozen: Object.freeze({}) },
    `
    for y in (x, frozen):
        for name in ("__loader__", "__name__", "__package__", "__path__", "__spec__"):
            assert not hasattr(y, name), name
            setattr(y, name, [name])
            assert getattr(y, name) == [name]
            delattr(y, name)
            assert not hasattr(y, name), name
        assert list(y.object_keys()) == []
    `,
  );
  assert.deepEqual(Reflect.ownKeys(x), []);
});

test("JP-delattr: deleting, also what is missing", async () => {
  const x: Record<string, unknown> = { gone: 1, kept: 2 };
  await claim(
    py,
    { x },
    `
    assert hasattr(x, "gone")
    del x.gone
    assert not hasattr(x, "gone")
    del x.gone, x.never
    raises(AttributeError, "x.gone")
    `,
  );
  assert.deepEqual(x, { kept: 2 });
});

test("JP-reserved: keywords with underscores appended lose one", async () => {
  const x: Record<string, unknown> = { from: 1, from_: 2, class: 3, from__: 4, not_keyword_: 5 };
  await claim(
    py,
    { x },
    `
    assert (x.from_, x.from__, x.from___, x.class_, x.not_keyword_) == (1, 2, 4, 3, 5)
    assert getattr(x, "from") == 1 and getattr(x, "class") == 3
    assert hasattr(x, "class_") and not hasattr(x, "class__") and not hasattr(x, "is_")
    x.class_ = 9
    x.is__ = 10
    del x.from_
    raises(AttributeError, "x.from_")
    assert x.from__ == 2
    `,
  );
  assert.deepEqual(x, { from_: 2, class: 9, from__: 4, not_keyword_: 5, is_: 10 });
});

test("JP-reserved: every keyword of Python", async () => {
  const x: Record<string, unknown> = {};
  await claim(
    py,
    { x },
    `
    import keyword
    for word in keyword.kwlist:
        setattr(x, word + "_", word)
        assert getattr(x, word) == getattr(x, word + "_") == word
    assert sorted(x.object_keys()) == sorted(keyword.kwlist)
    `,
  );
});

test("JP-dir: Python members and the property names of the prototype chain", async () => {
  class Base {
    method() {}
  }
  class Own extends Base {
    b = 1;
    a = 2;
    class = 3;
    "1st" = 4;
    "with space" = 5;
  }
  await claim(
    py,
    { x: new Own(), null_object: Object.create(null, { q: { value: 1 } }), f: () => 1 },
    `
    names = dir(x)
    for name in ("a", "b", "class_", "method", "hasOwnProperty", "to_py", "typeof", "__class__"):
        assert name in names, name
    assert "1st" not in names and "class" not in names and names == sorted(names)
    assert len(names) == len(set(names))
    assert "q" in dir(null_object) and "hasOwnProperty" not in dir(null_object)
    assert "new" in dir(f) and "name" in dir(f)
    `,
  );
});

test("JP-repr: str and repr are toString", async () => {
  const own = { toString: () => "mine" };
  const throwing = {
    toString() {
      throw new TypeError("no text");
    },
  };
  await claim(
    py,
    {
      own,
      throwing,
      object: {},
      array: [1, [2]],
      bare: Object.create(null),
      f: function named() {},
    },
    `
    assert str(own) == repr(own) == "mine"
    assert str(object) == str(bare) == "[object Object]"
    assert repr(array) == "1,2" and "named" in str(f)
    raises(JsException, "str(throwing)", "no text")
    raises(JsException, "repr(throwing)", "no text")
    `,
  );
  const none = { toString: undefined, [Symbol.toStringTag]: "Tagged" };
  await claim(
    py,
    { none, s: Symbol("s") },
    "assert str(none) == '[object Tagged]' and str(s) == 'Symbol(s)'",
  );
});

test("JP-type: the types' names, which cannot be instantiated", async () => {
  await claim(
    py,
    { object: {}, error: new Error("e"), array: [], f: () => 1 },
    `
    for x in (object, array, f):
        assert str(type(x)) == "<class 'pyodide.ffi.JsProxy'>" and isinstance(x, JsProxy)
        raises(TypeError, "type(x)()")
    assert str(type(error)) == "<class 'pyodide.ffi.JsException'>"
    assert isinstance(error, JsException) and isinstance(error, JsProxy)
    assert type(object) is not type(array)
    raises(TypeError, "JsProxy()")
    `,
  );
});

test("JP-eq: identity between JsProxies, unequal to all else", async () => {
  const x: Any = { others: [{}, 1] };
  x.self = x;
  await claim(
    py,
    { x, other: {} },
    `
    assert x == x.self and not x != x.self and x != other and not x == other
    for value in (1, "a", None, jsnull, object(), [], {}):
        assert x != value and not x == value and value != x and not value == x
    `,
  );
});

test("JP-eq: order is JavaScript's between JsProxies, a TypeError otherwise", async () => {
  await claim(
    py,
    { early: new Date(1), late: new Date(2), odd: Symbol("s") },
    `
    assert early < late and early <= late and not early > late and not early >= late
    assert late > early and late >= early and early <= early and early >= early
    for code in ("early < 1", "1 < early", "early <= 'a'", "early > None", "early >= object()"):
        raises(TypeError, code)
    raises(JsException, "odd < late", "TypeError")
    `,
  );
});

test("JP-hash: unhashable; js_id is a key", async () => {
  const x: Any = {};
  x.self = x;
  await claim(
    py,
    { x, other: {}, f: () => 1, array: [] },
    `
    for code in ("hash(x)", "{x}", "{x: 1}", "hash(f)", "hash(array)"):
        raises(TypeError, code, "unhashable")
    y = x.self
    assert type(x.js_id) is int and x.js_id == y.js_id and x.js_id != other.js_id
    assert {x.js_id: 1}[y.js_id] == 1
    `,
  );
});

class Element {}
/** JP-bool */
const FALSY = [
  [],
  new Uint8Array(0),
  new Map(),
  new Set(),
  new ArrayBuffer(0),
  new DataView(new ArrayBuffer(0)),
  { size: 0 },
  { byteLength: 0 },
];
const TRUTHY = [
  {},
  [0],
  [[]],
  new Set([1]),
  () => 1,
  new Uint8Array(1),
  new ArrayBuffer(1),
  { length: 0 },
  new Date(NaN),
  { size: 1 },
  { size: "0" },
  Symbol("s"),
  new Number(0),
];

test("JP-bool: false when falsy or empty, else true", async () => {
  await claim(
    py,
    { falsy: FALSY, truthy: TRUTHY, zero: { is: 0n } },
    `
    for i in range(falsy.length): assert not bool(falsy[i]), i
    for i in range(truthy.length): assert bool(truthy[i]), i
    assert not zero.is_
    `,
  );
});

test("JP-bool: HTML elements are true", async () => {
  const globals = globalThis as Any;
  const former = globals.HTMLElement;
  globals.HTMLElement = Element;
  try {
    const element = Object.assign(new Element(), { size: 0 });
    await claim(py, { element }, "assert bool(element)");
  } finally {
    if (former === undefined) delete globals.HTMLElement;
    else globals.HTMLElement = former;
  }
});

test("JP-typeof: JavaScript's typeof", async () => {
  await claim(
    py,
    { f: () => 1, s: Symbol("s"), o: {}, C: class {} },
    "assert (f.typeof, s.typeof, o.typeof, C.typeof) == ('function', 'symbol', 'object', 'function')",
  );
});

test("JP-object_keys: keys, values and entries as arrays", async () => {
  const x = Object.create({ inherited: 0 }, { hidden: { value: 0 } });
  Object.assign(x, { b: 1, a: [2], [Symbol("s")]: 3 });
  await claim(
    py,
    { x },
    `
    from pyodide.ffi import JsArray
    for made in (x.object_keys(), x.object_values(), x.object_entries()):
        assert isinstance(made, JsArray)
    assert list(x.object_keys()) == ["b", "a"]
    assert x.object_values()[0] == 1 and x.object_values()[1] == x.a
    assert [list(entry)[0] for entry in x.object_entries()] == ["b", "a"]
    `,
  );
});

test("JP-to_weakref: a WeakRef that gives the object", async () => {
  await claim(
    py,
    { x: { a: 1 } },
    `
    ref = x.to_weakref()
    assert isinstance(ref, JsProxy) and ref.deref() == x and ref.constructor.name == "WeakRef"
    `,
  );
});

test("JP-revoked: hostile objects can be held", async () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  const revokedFunction = Proxy.revocable(() => 1, {});
  revoke();
  revokedFunction.revoke();
  const fail = () => {
    throw new Error("never");
  };
  const traps = { get: fail, has: fail, getPrototypeOf: fail, ownKeys: fail };
  const getters = Object.create(null, { then: { get: fail }, length: { get: fail } });
  const hostile = [
    proxy,
    revokedFunction.proxy,
    new Proxy({}, traps),
    new Proxy([], traps),
    getters,
  ];
  for (const x of hostile) {
    await claim(
      py,
      { x, same: (value: unknown) => value === x },
      "assert x is not None and same(x) and x == x",
    );
  }
  for (const x of hostile.slice(0, 4)) {
    await claim(
      py,
      { x },
      "raises(JsException, 'x.anything')\nraises(JsException, 'str(x)')\nraises(JsException, 'dir(x)')",
    );
  }
});
