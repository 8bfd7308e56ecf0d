import assert from "node:assert/strict";
import { claim, claimLater } from "../support/claims.ts";
import { failsInPython, failureOf } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();

test("PE-class: an Error of its own class, on pyodide and in ffi", async () => {
  const error = await failureOf(() => py.runPython("1 / 0"));

  assert.ok(error instanceof Error);
  assert.ok(error instanceof py.ffi.PythonError);
  assert.equal(py.PythonError, py.ffi.PythonError);
  assert.equal(error.name, "PythonError");
});

const TYPES: [string, string, RegExp][] = [
  ["{}['k']", "KeyError", /\nKeyError: 'k'\n$/],
  ["class A:\n  class B(Exception): pass\nraise A.B('deep')", "A.B", /\nA\.B: deep\n$/],
  ["import decimal; decimal.Decimal('x')", "InvalidOperation", /\ndecimal\.InvalidOperation: /],
  ["def f(:", "SyntaxError", /^Traceback[^]*SyntaxError: /],
  [
    "raise ExceptionGroup('g', [ValueError('one')])",
    "ExceptionGroup",
    /ExceptionGroup: g[^]*ValueError: one/,
  ],
  ["raise ValueError", "ValueError", /\nValueError\n$/],
];

test("PE-type, PE-message: the type's qualified name, the traceback as Python prints it", async () => {
  for (const [code, type, message] of TYPES) {
    const error = await failsInPython(() => py.runPython(code), type, message);
    assert.match(error.message, /^(  \+ Exception Group )?Traceback \(most recent call last\):\n/);
  }
});

test("PE-message: notes, causes and contexts are included", async () => {
  await failsInPython(
    () =>
      py.runPython(`
        try:
            try:
                1 / 0
            except ZeroDivisionError as e:
                raise KeyError("outer") from e
        except KeyError as e:
            e.add_note("a note")
            raise
      `),
    "KeyError",
    /ZeroDivisionError: division by zero[^]*direct cause[^]*KeyError: 'outer'\na note/,
  );
});

test("PE-message: exceptions whose text cannot be made", async () => {
  const bad = "class Bad(Exception):\n  def __str__(self): raise ValueError\nraise Bad";

  await failsInPython(() => py.runPython(bad), "Bad", /Bad/);
  await failsInPython(() => py.runPython("raise ValueError('\\ud800')"), "ValueError");
});

test("PE-noref, PY-lastexc: the exception is in sys.last_*", async () => {
  await failsInPython(
    () => py.runPython("import errno; raise OSError(errno.ENOENT, 'gone')"),
    "FileNotFoundError",
  );
  await claim(
    py,
    {},
    `
    import sys
    assert type(sys.last_exc).__name__ == "FileNotFoundError" and sys.last_value is sys.last_exc
    assert sys.last_type is FileNotFoundError and sys.last_traceback is sys.last_exc.__traceback__
    `,
  );
});

test("ER-py2js: an exception leaving Python becomes a PythonError, from every way out", async () => {
  const object = await py.runPython(`
    class Fails:
        def __len__(self): raise LookupError("len")
        def __getitem__(self, key): raise LookupError("getitem")
        def __setitem__(self, key, value): raise LookupError("setitem")
        def __contains__(self, key): raise LookupError("contains")
        def __str__(self): raise LookupError("str")
        def __iter__(self): raise LookupError("iter")
        def method(self): raise LookupError("method")
        @property
        def attribute(self): raise LookupError("attribute")
    Fails()
  `);
  const ways: [string, () => unknown][] = [
    ["len", async () => await object.length],
    ["getitem", () => object.get(1)],
    ["setitem", () => object.set(1, 2)],
    ["contains", () => object.has(1)],
    ["method", () => object.method()],
    ["str", () => object.toString()],
    ["attribute", async () => await object.attribute],
    [
      "iter",
      async () => {
        for await (const _ of object);
      },
    ],
  ];
  for (const [what, way] of ways) {
    const error = await failsInPython(way, "LookupError", new RegExp(`LookupError: '?${what}`));
    assert.ok(error instanceof py.ffi.PythonError, what);
  }
  await object.destroy();
});

test("ER-js2py: a JsException, a JsProxy and an Exception, with the error's attributes", async () => {
  const thrown: unknown[] = [];
  function thrower() {
    const error = Object.assign(new RangeError("too far"), { code: 5, details: { a: 1 } });
    thrown.push(error);
    throw error;
  }
  await claim(
    py,
    { thrower, thrown },
    `
    import traceback
    e = raises(JsException, "thrower()")
    assert isinstance(e, JsProxy) and isinstance(e, Exception) and e == thrown[0] and str(e) == "RangeError: too far"
    assert e.name == "RangeError" and e.message == "too far" and "thrower" in e.stack
    assert e.code == 5 and e.details.a == 1 and e.js_error is e
    assert isinstance(e.args, tuple) and len(e.args) == 1
    e.code = 6
    assert thrown[0].code == 6
    lines = "".join(traceback.format_exception(e))
    assert "in thrower" in lines and "errors.test" in lines and lines.endswith("RangeError: too far\\n"), lines
    `,
  );
});

test("ER-js2py: errors of every class, subclass and shape", async () => {
  class Own extends TypeError {
    override name = "Own";
  }
  const shape = { name: "Shape", message: "m", stack: "s" };
  const errors = [new Own("x"), new SyntaxError("x"), new AggregateError([], "x"), shape];
  for (const error of errors) {
    const fail = () => {
      throw error;
    };
    await claim(
      py,
      { fail, error },
      "e = raises(JsException, 'fail()')\nassert e == error and str(e) == f'{error.name}: {error.message}'",
    );
  }
});

test("JP-error: name, message and stack make a JsException, unless it is callable or a buffer", async () => {
  const parts = { name: "N", message: "m", stack: "s" };
  await claim(
    py,
    {
      error: new Error("e"),
      shape: { ...parts },
      f: Object.assign(() => 1, { message: "m", stack: "s" }),
      buffer: Object.assign(new Uint8Array(1), parts),
      missing: { name: "N", message: "m" },
    },
    `
    for x in (error, shape): assert isinstance(x, JsException) and isinstance(x, BaseException)
    for x in (f, buffer, missing): assert not isinstance(x, JsException) and isinstance(x, JsProxy)
    assert str(shape) == "N: m"
    `,
  );
});

test("ER-domException, JP-error: DOMExceptions are JsExceptions, also without a stack", async () => {
  const error = new DOMException("why", "AbortError");
  const bare = Object.defineProperty(new DOMException("why", "AbortError"), "stack", {
    value: undefined,
  });
  const fail = () => {
    throw error;
  };
  await claim(
    py,
    { error, bare, fail },
    `
    for x in (error, bare):
        assert isinstance(x, JsException) and isinstance(x, Exception) and str(x) == "AbortError: why" and x.code == 20
    e = raises(JsException, "fail()", "^AbortError: why$")
    assert e == error
    `,
  );
});

test("ER-js2py.raise: a JsProxy of an error can be raised", async () => {
  await failsInPython(
    () => py.runPython("from js import TypeError as T\nraise T.new('made here')"),
    "JsException",
    /TypeError: made here/,
  );
  await claim(
    py,
    { error: new RangeError("kept") },
    `
    assert raises(JsException, "raise error") is error
    try: raise KeyError("k") from error
    except KeyError as e: assert e.__cause__ is error
    error.add_note("a note")
    assert error.__notes__ == ["a note"]
    `,
  );
});

test("ER-js2py.nonError: strings and other values", async () => {
  const thrower = (value: unknown) => {
    throw value;
  };
  await claim(
    py,
    {
      thrower,
      f: (value: unknown) => thrower(value),
      symbol: Symbol("s"),
      object: { a: 1 },
      fn: () => 1,
      array: [],
    },
    `
    raises(JsException, "thrower('plain')", "^Error: plain$")
    def message(what): return f"^Error: A value of type {what}.* was thrown as an error!"
    for value, what in ((5, "number with tag \\\\[object Number\\\\]"), (None, "undefined with tag"),
                        (jsnull, "object with tag \\\\[object Null\\\\]"), (False, "boolean with tag"),
                        (2**60, "bigint with tag"), (symbol, "symbol with tag \\\\[object Symbol\\\\]"),
                        (object, "object with tag \\\\[object Object\\\\]"),
                        (fn, "function with tag \\\\[object Function\\\\]"),
                        (array, "object with tag \\\\[object Array\\\\]")):
        e = raises(JsException, "thrower(value)", message(what))
        assert e.name == "Error"
    `,
  );
});

testOfValues(
  "ER-round.py: a Python exception keeps its identity through JavaScript frames",
  async () => {
    const hop = async (callback: () => unknown) => await callback();
    await claimLater(
      py,
      { hop, through: (callback: () => unknown) => callback() },
      `
    from inspect import isawaitable
    class Own(Exception): pass
    for error in (LookupError("kept"), KeyError("k"), Own(), KeyboardInterrupt()):
        def fail(): raise error
        for call in (hop, through):
            try:
                value = call(fail)
                if isawaitable(value): await value
            except type(error) as e: assert e is error
            else: assert False
    `,
    );
  },
);

test("ER-round.py: an older error comes back as a JsException named PythonError", async () => {
  let first: unknown;
  const keep = async (callback: () => unknown) => {
    first = await failureOf(callback);
  };
  const swallow = async (callback: () => unknown) => void (await failureOf(callback));
  const rethrow = () => {
    throw first;
  };
  await claimLater(
    py,
    { keep, swallow, rethrow },
    `
    def one(): raise ValueError("first")
    def two(): raise ValueError("second")
    await keep(one)
    raises(ValueError, "rethrow()", "^first$")
    await keep(one)
    await swallow(two)
    e = raises(JsException, "rethrow()", "ValueError: first")
    assert e.name == "PythonError" and e.type == "ValueError"
    `,
  );
});

test("ER-round.js: a JavaScript error comes back as a PythonError that names it, with both stacks", async () => {
  function thrower() {
    throw new RangeError("out there");
  }
  const f = await py.runPython("def call(f): return f()\ncall");

  const error = await failsInPython(() => f(thrower), "JsException", /RangeError: out there\n$/);
  assert.ok(error instanceof py.ffi.PythonError);
  assert.match(error.message, /File "<exec>", line 1, in call\n/);
  assert.match(error.message, /in thrower\n/);
  await f.destroy();
});

test("ER-pickle: JsExceptions can be made, with the native constructor if there is one", async () => {
  await claim(
    py,
    {},
    `
    e = JsException("RangeError", "far", "a stack")
    assert e.constructor == js.RangeError and (e.name, e.message, e.stack) == ("RangeError", "far", "a stack")
    f = JsException("Unheard", "m")
    assert f.constructor == js.Error and f.name == "Unheard" and str(f) == "Unheard: m"
    assert JsException("X").message == "" and JsException(name="Error", message="m").message == "m"
    assert raises(JsException, "raise e") is e
    class Own(JsException): pass
    o = Own("TypeError", "own")
    assert raises(Own, "raise o") is o and o.constructor == js.TypeError
    for code in ("JsException()", "JsException(1)", "JsException('a', 2)"): raises(TypeError, code)
    `,
  );
});

test("ER-pickle: name, message, stack and Python attributes survive", async () => {
  await claim(
    py,
    { error: new RangeError("far") },
    `
    import copy, pickle
    error.__notes__ = ["n"]
    for e in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert isinstance(e, JsException) and e != error
        assert (e.name, e.message, e.stack) == ("RangeError", "far", error.stack)
        assert e.__notes__ == ["n"] and e.constructor == js.RangeError
    `,
  );
});

test("ER-promise: errors in many calls at once do not mix", async () => {
  const errors = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      failsInPython(
        () =>
          py.runPythonAsync(`import asyncio\nawait asyncio.sleep(0)\nraise ValueError("n${i}!")`),
        "ValueError",
      ),
    ),
  );

  errors.forEach((error, i) => assert.match(error.message, new RegExp(`n${i}!`)));
});
