import assert from "node:assert/strict";
import { answerOf } from "../support/answers.ts";
import { failsInPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();
await py.runPython(`
import js, pyodide.ffi
from pyodide.ffi import *
from pyodide.code import run_js

ANY = {"JsProxy", "JsWeakRef", "JsFetchResponse", "JsDomElement"}
NAMES = [n for n in pyodide.ffi.__all__ if n.startswith("Js") and n not in ("JsNull", "JsBigInt")]

def kinds(x):
    "What x is an instance of, and its class a subclass of, without what all are."
    found = {n for n in NAMES if isinstance(x, getattr(pyodide.ffi, n))}
    assert ANY <= found, ANY - found
    assert found == {n for n in NAMES if issubclass(type(x), getattr(pyodide.ffi, n))}
    return " ".join(sorted(found - ANY))
`);

const answer = (code: string) => answerOf(py, code);

test("PY-ffi: the module offers 34 names, and can_run_sync", async () => {
  const expected =
    "ConversionError JsArray JsAsyncGenerator JsAsyncIterable JsAsyncIterator JsBuffer JsCallableDoubleProxy " +
    "JsDoubleProxy JsException JsFetchResponse JsGenerator JsIterable JsIterator JsMap JsMutableMap JsOnceCallable " +
    "JsPromise JsProxy JsDomElement JsCallable JsTypedArray JsWeakRef ToJsConverter create_once_callable create_proxy " +
    "destroy_proxies to_js run_sync IN_PYODIDE register_js_module unregister_js_module JsNull jsnull JsBigInt";

  assert.deepEqual(await answer("sorted(pyodide.ffi.__all__)"), expected.split(" ").sort());
  const callable = "from pyodide.ffi import can_run_sync; callable(can_run_sync)";
  assert.equal(await py.runPython(callable), true);
});

/** JavaScript expressions, and the classes that their objects belong to. */
const KINDS: [string, string][] = [
  ["({})", ""],
  ["() => 1", "JsCallable JsOnceCallable"],
  ["class { then() {} }", "JsCallable JsOnceCallable"],
  ["new ArrayBuffer(2)", "JsBuffer"],
  ["new DataView(new ArrayBuffer(2))", "JsBuffer"],
  ["new Uint8Array(2)", "JsArray JsBuffer JsIterable JsTypedArray"],
  ["[1]", "JsArray JsIterable"],
  ["(function () { return arguments; })(1)", "JsArray JsIterable"],
  ["new Map()", "JsIterable JsMap JsMutableMap"],
  ["new Set()", "JsIterable"],
  ["[1].values()", "JsIterable JsIterator"],
  ["(function* () {})()", "JsGenerator JsIterable JsIterator"],
  ["(async function* () {})()", "JsAsyncGenerator JsAsyncIterable JsAsyncIterator"],
  ["({ [Symbol.asyncIterator]() {} })", "JsAsyncIterable"],
  ["({ [Symbol.iterator]() {} })", "JsIterable"],
  ["new Error('x')", "JsException"],
  ["({ get() {}, size: 1, [Symbol.iterator]() {} })", "JsIterable JsMap"],
  ["({ get() {}, set() {}, size: 1, [Symbol.iterator]() {} })", "JsIterable JsMap JsMutableMap"],
];

test("PY-ffi: classes tell what an object can do", async () => {
  const sources = JSON.stringify(KINDS.map(([source]) => `(${source})`));

  assert.deepEqual(
    await answer(`[kinds(run_js(source)) for source in ${sources}]`),
    KINDS.map(([, kind]) => kind),
  );
});

test("PY-ffi: promises, double proxies, and what is no JavaScript object", async () => {
  const result = await answer(`
    double, once = create_proxy(print), create_once_callable(print)
    plain = create_proxy([])
    box = run_js("({promise: Promise.resolve(1), thenable: {then: (f) => f(1)}})")
    found = [
        isinstance(double, JsDoubleProxy) and isinstance(double, JsCallable) and isinstance(double, JsCallableDoubleProxy),
        isinstance(plain, JsDoubleProxy) and not isinstance(plain, JsCallable), isinstance(once, JsCallable),
        isinstance(box.thenable, JsPromise), isinstance(box.promise, JsPromise),
        [isinstance(x, JsProxy) for x in (1, "s", None, jsnull, [], {}, print, js)],
        [issubclass(t, JsProxy) for t in (int, object, JsArray, JsException, type(js))],
    ]
    for one in (double, once, plain): one.destroy()
    found
  `);

  assert.deepEqual(result, [
    true,
    true,
    true,
    true,
    true,
    [false, false, false, false, false, false, false, true],
    [false, false, true, true, true],
  ]);
});

test("PY-ffi.generic: the classes are subscriptable for annotations", async () => {
  const result = await answer(`
    import typing
    def f(a: JsArray[int], m: JsMap[str, JsPromise[int]]) -> JsCallable[[int], str]: ...
    hints = typing.get_type_hints(f)
    [typing.get_args(JsArray[int])[0] is int, typing.get_origin(JsMap[str, int]) is JsMap, len(hints),
     all(getattr(pyodide.ffi, n)[int] for n in NAMES if n != "JsException")]
  `);

  assert.deepEqual(result, [true, true, 3, true]);
});

test("PY-ffi.instantiate: only JsException can be made", async () => {
  const refused = await answer(`
    def refuses(name):
        try:
            getattr(pyodide.ffi, name)()
        except TypeError as error:
            return str(error) == f"{name} cannot be instantiated."
    [n for n in NAMES if n != "JsException" and not refuses(n)]
  `);

  assert.deepEqual(refused, []);
  assert.equal(
    await py.runPython("str(JsException('RangeError', 'too far'))"),
    "RangeError: too far",
  );
});

test("PY-ffi.IN_PYODIDE: it is true here", async () => {
  assert.equal(await py.runPython("IN_PYODIDE"), true);
});

test("PY-to_js: a deep copy for JavaScript; what crosses by itself is returned unchanged", async () => {
  const result = await answer(`
    text, thing = "text", object()
    copy = to_js({"a": [1, (2, None)], "b": {3}})
    proxy = to_js(thing)
    describe = run_js("(x) => [x instanceof Map, Array.isArray(x.get('a')), x.get('a')[1][0], x.get('b') instanceof Set]")
    found = [to_js(text) is text, to_js(js) is js, to_js(1.5), describe(copy).to_py(), proxy.unwrap() is thing]
    proxy.destroy()
    found
  `);

  assert.deepEqual(result, [true, true, 1.5, [true, true, 2, true], true]);
  await failsInPython(
    () => py.runPython("to_js([], pyproxies=[])"),
    "TypeError",
    /Expected a JsArray/,
  );
});

testOfValues(
  "PY-create_proxy: a proxy that lives until it is destroyed, with its options",
  async () => {
    const result = await answer(`
    seen = []
    keep = run_js("(f) => { globalThis.kraitKept = f; }")
    proxy = create_proxy(lambda *args: seen.append(len(args)))
    keep(proxy)
    run_js("kraitKept(1, 2); kraitKept()")
    with_this = create_proxy(lambda this, x: [this.name, x], capture_this=True)
    called = run_js("(f) => { const r = ({name: 'owner', f}).f(5); return r.toJs ? r.toJs() : r; }")(with_this)
    target = [1]
    home = run_js("(x) => x")
    round, plain = create_proxy(target), create_proxy(target, roundtrip=False)
    ways = [isinstance(home(round), JsDoubleProxy), home(round) == round, home(plain) is target]
    for one in (proxy, with_this, round, plain): one.destroy()
    try:
        run_js("kraitKept()")
    except JsException as error:
        message = error.message
    run_js("delete globalThis.kraitKept")
    [seen, list(called), ways, "already been destroyed" in message]
  `);

    assert.deepEqual(result, [[2, 0], ["owner", 5], [true, true, true], true]);
  },
);

testOfValues("PY-create_once_callable: a function for one call", async () => {
  const result = await answer(`
    once = create_once_callable(lambda x: x + 1)
    unused = create_once_callable(print)
    unused.destroy()
    call = run_js("(f) => { try { return f(4) } catch (e) { return e.message } }")
    [call(once), call(once), call(unused)]
  `);

  assert.equal(result[0], 5);
  assert.match(result[1], /can only be called once/);
  assert.match(result[2], /once|destroyed/);
});

test("PY-destroy_proxies: every proxy of an array", async () => {
  const result = await answer(`
    made = to_js([])
    class Own: pass
    holder = to_js([Own(), Own(), 3], pyproxies=made)
    count = len(made)
    destroy_proxies(made)
    try:
        holder[0].anything
    except JsException as error:
        message = error.message
    [count, "destroyed" in message]
  `);

  assert.deepEqual(result, [2, true]);
  await failsInPython(() => py.runPython("destroy_proxies(3)"), "TypeError", /Expected a JsProxy/);
  await failsInPython(
    () => py.runPython("destroy_proxies(run_js('({})'))"),
    "TypeError",
    /Expected a JsArray/,
  );
});

test("PY-ConversionError: it is raised by name, and its cause is kept", async () => {
  const result = await answer(`
    class Own: pass
    caught = []
    for convert in (lambda: to_js([Own()], create_pyproxies=False), lambda: to_js({(1, 2): 3}),
                    lambda: to_js([Own()], default_converter=lambda *a: 1 / 0)):
        try:
            convert()
        except ConversionError as error:
            caught.append([type(error).__name__, type(error.__cause__).__name__])
    [issubclass(ConversionError, Exception), caught]
  `);

  assert.equal(result[0], true);
  assert.deepEqual(
    result[1].map(([type]: string[]) => type),
    ["ConversionError", "ConversionError", "ConversionError"],
  );
  assert.equal(result[1][2][1], "ZeroDivisionError");
});
