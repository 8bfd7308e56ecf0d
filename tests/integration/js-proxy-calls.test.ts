import assert from "node:assert/strict";
import { thrownBy, throwsPython } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** Runs Python code in which `f` is the value. */
function withF(f: unknown, code: string): Any {
  const globals = py.runPython("{}");
  try {
    globals.set("f", f);
    return py.runPython(code, { globals });
  } finally {
    globals.destroy();
  }
}

test("CL-kwargs: keywords become one object at the end", () => {
  const args = (...values: unknown[]) => values;

  assert.deepEqual(withF(args, "f(1, a=2, b='x')"), [1, { a: 2, b: "x" }]);
  assert.deepEqual(withF(args, "f(1, **{})"), [1]);
});

test("CL-args: proxies made for a call are borrowed", () => {
  let kept: Any;
  withF((list: Any) => {
    kept = list;
    assert.equal(list.length, 1);
  }, "f([1])");

  assert.match(
    thrownBy(() => kept.length).message,
    /^This borrowed proxy was automatically destroyed at the end of a function call\. Try using create_proxy or create_once_callable\./,
  );
});

test("CL-keep: copies and create_proxy stay", () => {
  let kept: Any;
  withF((list: Any) => {
    kept = list.copy();
  }, "f([1])");
  assert.equal(kept.length, 1);
  kept.destroy();
  let made: Any;
  withF((list: Any) => {
    made = list;
  }, "from pyodide.ffi import create_proxy\nf(create_proxy([1, 2]))");
  assert.equal(made.length, 2);
  made.destroy();
});

test("CL-result: a proxy as result gives Python its object, and is destroyed", () => {
  let result: Any;
  const same = withF((list: Any) => {
    result = list.copy();
    return result;
  }, "l = [1]; f(l) is l");

  assert.equal(same, true);
  assert.throws(() => result.length);
});

test("JP-callable, CL-new: construction", () => {
  class Pair {
    constructor(
      readonly a: unknown,
      readonly b: unknown,
    ) {}
  }

  const pair = withF(Pair, "f.new(1, b=2)");
  assert.ok(pair instanceof Pair);
  assert.deepEqual({ ...pair }, { a: 1, b: { b: 2 } });
  throwsPython(() => withF(Pair, "f(1)"), "JsException", /TypeError/);
  throwsPython(() => withF(() => 1, "f.new()"), "JsException", /TypeError/);
  throwsPython(() => withF({}, "f()"), "TypeError", /object is not callable/);
  throwsPython(() => withF({}, "f.new()"), "AttributeError");
});

test("CL-args: this of a plain call, and of a bound method", () => {
  const strict = function (this: unknown) {
    return this === undefined;
  };

  assert.equal(withF(strict, "f()"), true);
  assert.equal(withF({ strict }, "f.strict()"), false);
});

test("JP-callable.descr: a JavaScript function in a Python class is a method", () => {
  const method = function (this: Any, y: number) {
    return this.x + y;
  };

  assert.equal(withF(method, "class C:\n  m = f\n  x = 4\nC().m(3)"), 7);
});

test("ER-js2py: errors have name, message and stack, and can be caught", () => {
  const fail = () => {
    throw new RangeError("too far");
  };
  const report = withF(
    fail,
    `
    from pyodide.ffi import JsException, JsProxy
    try:
        f()
    except JsException as e:
        r = [str(e), e.name, e.message, "fail" in e.stack, isinstance(e, JsProxy), e.js_error is e, len(e.args)]
    r
  `,
  );
  assert.deepEqual(report.toJs(), [
    "RangeError: too far",
    "RangeError",
    "too far",
    true,
    true,
    true,
    1,
  ]);
  report.destroy();
});

test("ER-js2py.nonError: thrown values that are no errors", () => {
  const thrower = (value: unknown) => () => {
    throw value;
  };
  const text = "try:\n  f()\nexcept Exception as e:\n  r = str(e)\nr";
  const message = (value: unknown) =>
    withF(
      thrower(value),
      `def go():\n  try:\n    f()\n  except Exception as e:\n    return str(e)\ngo()`,
    );

  assert.equal(text.length > 0 && message("plain"), "Error: plain");
  assert.match(
    message(5),
    /A value of type number with tag \[object Number\] was thrown as an error!/,
  );
  assert.match(message(undefined), /A value of type undefined/);
  assert.match(message(null), /was thrown as an error!/);
  assert.match(message({ a: 1 }), /A value of type object with tag \[object Object\]/);
  assert.match(message(Symbol("s")), /A value of type symbol/);
});

test("ER-js2py.raise: a JavaScript error can be raised from Python", () => {
  throwsPython(
    () => py.runPython("from js import TypeError as T\nraise T.new('made here')"),
    "JsException",
    /TypeError: made here/,
  );
});

test("ER-pickle: JsException can be made, and pickled", () => {
  const text = py.runPython(`
    import pickle
    from pyodide.ffi import JsException
    e = pickle.loads(pickle.dumps(JsException("RangeError", "far")))
    f"{type(e).__name__} {e}"
  `);

  assert.equal(text, "JsException RangeError: far");
});

test("CL-create_once_callable: once", () => {
  const once = py.runPython(
    "from pyodide.ffi import create_once_callable\ncreate_once_callable(lambda x: x + 1)",
  );

  assert.equal(once(4), 5);
  assert.equal(thrownBy(() => once(4)).message, "OnceProxy can only be called once");
  assert.equal(thrownBy(() => once.destroy()).message, "OnceProxy has already been destroyed");
  const unused = py.runPython("create_once_callable(print)");
  unused.destroy();
});

test("CL-create_proxy: roundtrip or not", () => {
  const report = py.runPython(`
    from pyodide.ffi import create_proxy, JsDoubleProxy
    from pyodide.code import run_js
    same = run_js("(x) => x")
    o = object()
    p = create_proxy(o)
    q = create_proxy(o, roundtrip=False)
    r = [isinstance(p, JsDoubleProxy), p.unwrap() is o, isinstance(same(p), JsDoubleProxy), same(q) is o]
    p.destroy(), q.destroy()
    r
  `);

  assert.deepEqual(report.toJs(), [true, true, true, true]);
  report.destroy();
});

test("TC-destroy_proxies: every proxy of a JavaScript array", () => {
  const pyproxies: Any[] = [];
  const list = py.runPython("[object(), object()]");
  list.toJs({ pyproxies });
  list.destroy();

  withF(pyproxies, "from pyodide.ffi import destroy_proxies\ndestroy_proxies(f)");
  for (const proxy of pyproxies) assert.throws(() => proxy.toString());
});

test("CL-generator: arguments of a generator function live until it ends", () => {
  const generate = function* (list: Any) {
    yield list.get(0);
    yield list.get(1);
  };

  assert.equal(withF(generate, "list(f([4, 5])) == [4, 5]"), true);
});

test("WR: timers and event listeners", async () => {
  const value = await py.runPythonAsync(`
    import asyncio
    from pyodide.ffi.wrappers import set_timeout, clear_timeout, set_interval, clear_interval
    log = []
    set_timeout(lambda: log.append("t"), 1)
    clear_timeout(set_timeout(lambda: log.append("never"), 1))
    interval = set_interval(lambda: log.append("i"), 2)
    await asyncio.sleep(0.05)
    clear_interval(interval)
    "never" not in log and "t" in log and log.count("i") > 1
  `);
  assert.equal(value, true);
  py.globals.set("target", new EventTarget());
  py.globals.set("Event", Event);
  const heard = py.runPython(`
    from pyodide.ffi.wrappers import add_event_listener, remove_event_listener
    heard = []
    def listener(event): heard.append(event.type)
    add_event_listener(target, "ring", listener)
    target.dispatchEvent(Event.new("ring"))
    remove_event_listener(target, "ring", listener)
    target.dispatchEvent(Event.new("ring"))
    ",".join(heard)
  `);
  assert.equal(heard, "ring");
  throwsPython(() => py.runPython('remove_event_listener(target, "ring", listener)'), "KeyError");
});
