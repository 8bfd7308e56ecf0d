import assert from "node:assert/strict";
import { claim, claimLater } from "../support/claims.ts";
import { fails, failureOf } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();

const ENDED =
  /^This borrowed proxy was automatically destroyed at the end of a function call\. Try using create_proxy or create_once_callable\./;
const ASYNC_ENDED =
  /^This borrowed proxy was automatically destroyed at the end of an asynchronous function call\. /;
const GENERATOR_ENDED =
  /^This borrowed proxy was automatically destroyed when a generator completed execution\. /;
const DESTROYED = /^This borrowed proxy was automatically destroyed\./;

/** A function that keeps its arguments, and the arguments of its last call. */
function keeper(): { keep: (...args: Any[]) => void; kept: () => Any[] } {
  let kept: Any[] = [];
  return {
    keep(...args) {
      kept = args;
    },
    kept: () => kept,
  };
}

test("CL-args: positional arguments convert implicitly", async () => {
  const { keep, kept } = keeper();
  const object = {};
  await claim(py, { keep, object }, "keep(1, 2**60, 'é', None, True, 1.5, object, jsnull)");
  assert.deepEqual(kept(), [1, 2n ** 60n, "é", undefined, true, 1.5, object, null]);
  assert.equal(kept()[6], object);
  await claim(py, { keep }, "keep(*range(100))");
  assert.deepEqual(kept(), [...Array(100).keys()]);
});

test("CL-args, PP-lifetime.borrowed: proxies made for a call are destroyed after it", async () => {
  const { keep, kept } = keeper();
  await claim(py, { keep }, "keep([1], {}, print)");

  assert.equal(kept().length, 3);
  for (const proxy of kept()) {
    await fails(async () => await proxy.toString(), "Error", ENDED);
    assert.ok(proxy instanceof py.ffi.PyProxy);
  }
});

test("CL-args: proxies are destroyed also when the function throws", async () => {
  let kept: Any;
  const failing = (list: Any) => {
    kept = list;
    throw new RangeError("no");
  };
  await claim(py, { failing }, "raises(JsException, 'failing([1])', '^RangeError: no$')");
  await fails(async () => await kept.length, "Error", ENDED);
});

test("CL-kwargs: keywords become one plain object at the end", async () => {
  const { keep, kept } = keeper();
  await claim(py, { keep }, "keep(1, b=2, a='x')");
  assert.deepEqual(kept(), [1, { b: 2, a: "x" }]);
  assert.deepEqual(Object.keys(kept()[1]), ["b", "a"]);
  assert.equal(Object.getPrototypeOf(kept()[1]), Object.prototype);

  await claim(py, { keep }, "keep(**{'__proto__': 1, 'constructor': 2, 'é': 3, '': 4})");
  assert.deepEqual(Object.keys(kept()[0]), ["__proto__", "constructor", "é", ""]);
  assert.equal(Object.getPrototypeOf(kept()[0]), Object.prototype);

  await claim(py, { keep }, "keep(**{})");
  assert.deepEqual(kept(), []);
  await claim(py, { keep }, "keep(1, **{})");
  assert.deepEqual(kept(), [1]);
});

test("CL-kwargs: proxies in it are borrowed, too", async () => {
  const { keep, kept } = keeper();
  await claim(py, { keep }, "keep(a=[1])");
  await fails(async () => await kept()[0].a.length, "Error", ENDED);
});

test("CL-args.methods: JavaScript's own storing methods hold what is destroyed, Python's do not", async () => {
  const [array, map] = [[] as Any[], new Map<string, Any>()];
  await claim(
    py,
    { array, map },
    `
    array.push([1])
    array.append([2])
    array[2] = [3]
    map.set("dead", [4])
    map["live"] = [5]
    array.attribute = [6]
    assert array[1] == [2] and array[2] == [3] and map["live"] == [5] and array.attribute == [6]
    raises(JsException, "array[0]", "automatically destroyed at the end of a function call")
    raises(JsException, "map['dead']", "automatically destroyed at the end of a function call")
    raises(JsException, "list(array)", "automatically destroyed")
    `,
  );
  for (const proxy of [array[0], map.get("dead")]) {
    await fails(async () => await proxy.length, "Error", ENDED);
  }
  for (const proxy of [array[1], array[2], map.get("live"), (array as Any).attribute]) {
    assert.equal(await proxy.length, 1);
    await proxy.destroy();
  }
});

testOfValues("CL-keep: copies stay", async () => {
  let kept: Any;
  const copy = (list: Any) => {
    kept = list.copy();
  };
  await claim(py, { copy }, "copy([1])");
  assert.equal(await kept.length, 1);
  await kept.destroy();
});

test("CL-keep: what create_proxy and create_once_callable gave stays", async () => {
  const { keep, kept } = keeper();
  await claim(
    py,
    { keep },
    `
    from pyodide.ffi import create_once_callable
    keep(create_proxy([1, 2]), create_once_callable(lambda x: x + 1))
    `,
  );
  const [list, once] = kept();
  assert.equal(await list.length, 2);
  await list.destroy();
  assert.equal(await once(4), 5);
});

test("CL-assign: attribute and item assignment never destroys", async () => {
  const object: Any = { inner: {} };
  const array: Any[] = [];
  await claim(
    py,
    { object, array },
    `
    shared = [1]
    object.a = object.b = shared
    object.inner.c = shared
    array[0] = shared
    setattr(object, "d", shared)
    `,
  );
  const proxies = [object.a, object.b, object.inner.c, array[0], object.d];
  for (const proxy of proxies) assert.equal(await proxy.length, 1);
  for (const proxy of proxies) await proxy.destroy();
});

testOfValues("CL-result: converted, a proxy gives Python its object and is destroyed", async () => {
  let result: Any;
  const copy = (list: Any) => {
    result = list.copy();
    return result;
  };
  await claim(
    py,
    { copy, values: () => [1, 2n ** 60n, null], object: () => ({ a: 1 }) },
    `
    held = [1]
    assert copy(held) is held
    assert list(values()) == [1, 2**60, jsnull] and object().a == 1
    `,
  );
  await fails(async () => await result.length, "Error", ENDED);

  const own = await py.runPython("held = (1, 2); held");
  await claim(py, { give: () => own }, "assert give() == (1, 2)");
  await fails(async () => await own.length, "Error", /destroyed/);
});

test("CL-promise: a promise becomes a PyodideFuture, arguments live until it settles", async () => {
  let kept: Any;
  const later = async (list: Any) => {
    kept = list;
    await new Promise((resolve) => setTimeout(resolve, 5));
    return await list.length;
  };
  await claimLater(
    py,
    { later },
    `
    from pyodide.webloop import PyodideFuture
    future = later([1, 2])
    assert isinstance(future, PyodideFuture) and not future.done()
    assert await future == 2
    `,
  );
  await fails(async () => await kept.length, "Error", ASYNC_ENDED);
});

testOfValues("CL-promise: the value is converted, a proxy as value is destroyed", async () => {
  let result: Any;
  const copy = async (list: Any) => {
    result = list.copy();
    return result;
  };
  await claimLater(
    py,
    { copy, value: async () => 2n ** 60n, nothing: async () => undefined },
    "held = [1]\nassert await copy(held) is held and await value() == 2**60 and await nothing() is None",
  );
  await fails(async () => await result.length, "Error", ASYNC_ENDED);
});

test("CL-promise: a rejection raises a JsException, or the original Python exception", async () => {
  const reject = (reason: unknown) => () => Promise.reject(reason);
  await claimLater(
    py,
    { error: reject(new RangeError("later")), call: async (f: Any) => await f() },
    `
    await raises_later(JsException, error(), "^RangeError: later$")
    original = KeyError("mine")
    def fail(): raise original
    assert await raises_later(KeyError, call(fail)) is original
    `,
  );
});

test("ER-js2py.nonError, CL-promise: rejections with what is no error", async () => {
  const reject = (reason: unknown) => Promise.reject(reason);
  await claimLater(
    py,
    { reject, symbol: Symbol("s"), object: { a: 1 }, f: () => 1 },
    `
    for reason, what in ((5, "number with tag \\\\[object Number\\\\]"), (None, "undefined with tag"),
                         (jsnull, "object with tag \\\\[object Null\\\\]"), (True, "boolean with tag"),
                         (symbol, "symbol with tag"), (object, "object with tag \\\\[object Object\\\\]"),
                         (f, "function with tag \\\\[object Function\\\\]")):
        await raises_later(JsException, reject(reason), f"^Error: A value of type {what}.* was thrown as an error!$")
    await raises_later(JsException, reject("plain"), "^Error: plain$")
    `,
  );
});

test("CL-generator: arguments and sent values live until the generator ends", async () => {
  const kept: Any[] = [];
  function* generate(list: Any): Generator<unknown, void, Any> {
    kept.push(list);
    const sent = yield list;
    kept.push(sent);
    yield sent;
  }
  await claim(
    py,
    { generate, kept, count: (i: number) => kept[i].length },
    `
    first, second = [4, 5], [6]
    g = generate(first)
    assert next(g) is first and kept[0] is first
    assert g.send(second) is second and kept[0] is first and kept[1] is second
    raises(StopIteration, "next(g)")
    raises(JsException, "kept[0]", "when a generator completed execution")
    raises(JsException, "kept[1]", "when a generator completed execution")
    `,
  );
  for (const proxy of kept) await fails(async () => await proxy.length, "Error", GENERATOR_ENDED);
});

test("CL-generator: closed, thrown into, or failing, it ends its arguments as well", async () => {
  const kept: Any[] = [];
  function* generate(list: Any) {
    kept.push(list);
    yield 1;
    throw new RangeError("on its own");
  }
  await claim(
    py,
    { generate },
    `
    a, b, c = generate([1]), generate([2]), generate([3])
    next(a), next(b), next(c)
    a.close()
    raises(KeyError, "b.throw(KeyError('in'))")
    raises(JsException, "next(c)", "on its own")
    `,
  );
  assert.equal(kept.length, 3);
  for (const proxy of kept) await fails(async () => await proxy.length, "Error", GENERATOR_ENDED);
});

test("CL-generator: asynchronous generators", async () => {
  const kept: Any[] = [];
  async function* generate(list: Any): AsyncGenerator<unknown, void, Any> {
    kept.push(list);
    const sent = yield list;
    if (sent) kept.push(sent);
    yield "last";
  }
  await claimLater(
    py,
    { generate },
    `
    held = [1]
    assert [x async for x in generate(held)] == [held, "last"]
    g = generate([2])
    await anext(g)
    assert await g.asend([3]) == "last"
    await g.aclose()
    `,
  );
  assert.equal(kept.length, 3);
  for (const proxy of kept) await fails(async () => await proxy.length, "Error", GENERATOR_ENDED);
});

test("JP-callable: functions are callable and construct", async () => {
  class Pair {
    readonly rest: unknown[];
    constructor(...rest: unknown[]) {
      this.rest = rest;
    }
  }
  await claim(
    py,
    { Pair, arrow: () => 1, method: { m() {} }.m, object: {} },
    `
    pair = Pair.new(1, b=2)
    assert pair.constructor == Pair and pair.rest[0] == 1 and pair.rest[1].b == 2
    assert callable(arrow) and arrow() == 1
    raises(JsException, "Pair(1)", "^TypeError")
    raises(JsException, "arrow.new()", "^TypeError")
    raises(JsException, "method.new()", "^TypeError")
    assert not callable(object)
    raises(TypeError, "object()", "object is not callable")
    raises(AttributeError, "object.new()")
    `,
  );
});

testOfValues(
  "JP-callable.descr: in a Python class a function is a method, `this` a proxy of the instance",
  async () => {
    const method = function (this: Any, y: number) {
      return this.x + y;
    };
    const isProxy = function (this: Any) {
      return py.isPyProxy(this);
    };
    await claim(
      py,
      { method, isProxy },
      `
    class C:
        m, is_proxy = method, isProxy
        x = 4
    c = C()
    assert c.m(3) == 7 and c.is_proxy() and C.m == method
    bound = c.m
    del c
    assert bound(1) == 5
    `,
    );
  },
);

test("CL-new: arguments are destroyed after the construction", async () => {
  class Keep {
    constructor(
      readonly list: Any,
      readonly options: Any,
    ) {}
  }
  const { keep, kept } = keeper();
  await claim(py, { Keep, keep }, "keep(Keep.new([1], q=[2]), Keep.new(create_proxy([3])))");
  const [first, second] = kept();
  assert.ok(first instanceof Keep);
  await fails(async () => await first.list.length, "Error", DESTROYED);
  await fails(async () => await first.options.q.length, "Error", DESTROYED);
  assert.equal(await second.list.length, 1);
  await second.list.destroy();
});

testOfValues("CL-create_proxy: a double proxy that lives until destroy()", async () => {
  const { keep, kept } = keeper();
  await claim(
    py,
    { keep, same: (value: unknown) => value },
    `
    from pyodide.ffi import JsDoubleProxy
    o = object()
    p, q = create_proxy(o), create_proxy(o, roundtrip=False)
    assert isinstance(p, JsDoubleProxy) and isinstance(q, JsDoubleProxy) and p.unwrap() is q.unwrap() is o
    assert same(p) == p and same(same(p)).unwrap() is o
    assert same(q) is o
    keep(p, q)
    p.destroy()
    raises(JsException, "p.unwrap()", "already been destroyed")
    raises(TypeError, "create_proxy(o, True)")
    raises(TypeError, "create_proxy(obj=o)")
    raises(TypeError, "create_proxy()")
    `,
  );
  // Given back, q was a result and so destroyed; p ended by destroy().
  for (const proxy of kept()) await fails(async () => await proxy.toString(), "Error", /destroyed/);
});

testOfValues("CL-create_proxy: capture_this passes `this` first", async () => {
  const call = (f: Any, x: number) => ({ q: 4, f }).f(x);
  await claim(
    py,
    { call },
    `
    p = create_proxy(lambda this, x: this.q + x, capture_this=True)
    assert call(p, 3) == 7
    p.destroy()
    p = create_proxy(lambda *args: len(args))
    assert call(p, 3) == 1
    p.destroy()
    `,
  );
});

test("CL-create_once_callable: one call, which releases", async () => {
  const { keep, kept } = keeper();
  await claim(
    py,
    { keep },
    `
    from pyodide.ffi import create_once_callable
    def fail(): raise KeyError("inside")
    keep(create_once_callable(lambda x, y=0: x + y), create_once_callable(fail), create_once_callable(print))
    `,
  );
  const [add, fail, unused] = kept();
  assert.equal(await add(4, 5), 9);
  assert.equal((await failureOf(() => add(4))).message, "OnceProxy can only be called once");
  assert.match((await failureOf(() => fail())).message, /KeyError: 'inside'/);
  assert.equal((await failureOf(() => fail())).message, "OnceProxy can only be called once");
  await unused.destroy();
  for (const used of [add, fail, unused]) {
    assert.equal(
      (await failureOf(() => used.destroy())).message,
      "OnceProxy has already been destroyed",
    );
  }
  assert.equal((await failureOf(() => unused())).message, "OnceProxy has already been destroyed");
});

test("CL-coroutine: a coroutine function is started when JavaScript calls it", async () => {
  const { keep, kept } = keeper();
  await claimLater(
    py,
    { keep, call: (f: Any) => void f(5), wait: (f: Any) => f(6) },
    `
    import asyncio
    log = []
    started = asyncio.Event()
    async def work(x):
        log.append(x)
        started.set()
        await asyncio.sleep(0)
        log.append("done")
        return x + 1
    call(work)
    await started.wait()
    assert log[0] == 5
    assert await wait(work) == 7
    while log.count("done") < 2: await asyncio.sleep(0.001)
    p = create_proxy(work)
    keep(p)
    `,
  );
  assert.equal(await kept()[0](1), 2);
  await kept()[0].destroy();
});

testOfValues("JP-double: unwrap, destroy, and calls as from JavaScript", async () => {
  await claim(
    py,
    {},
    `
    from pyodide.ffi import JsCallableDoubleProxy, JsDoubleProxy
    o = [1, 2]
    p = create_proxy(o)
    assert isinstance(p, JsDoubleProxy) and not callable(p) and p.unwrap() is o
    raises(TypeError, "p()")
    f = create_proxy(lambda *args: args)
    assert isinstance(f, JsCallableDoubleProxy) and callable(f)
    assert f(1, "x", None) == (1, "x", None)
    args = f([1], q=2)
    assert args[0] == [1] and isinstance(args[1], JsProxy) and args[1].q == 2
    def fail(): raise KeyError("k")
    g = create_proxy(fail)
    raises(KeyError, "g()", "k")
    for proxy in (p, f, g):
        proxy.destroy()
        raises(JsException, "proxy.unwrap()", "already been destroyed")
        proxy.destroy()
    raises(JsException, "f()", "already been destroyed")
    assert not hasattr(js.Object.new(), "unwrap") and not hasattr(js.Object.new(), "destroy")
    `,
  );
});

test("PP-lifetime.own: results, items and globals are the program's own", async () => {
  await py.runPython("held = [[1]]\ndef give(): return held");
  const give = await py.globals.get("give");
  const list = await give();
  const globals = await py.globals.get("held");
  const item = await list.get(0);
  const copy = await list.toJs({ depth: 1 });
  const later = await py.runPythonAsync("held[0]");

  for (const proxy of [give, list, globals]) await proxy.destroy();
  for (const proxy of [item, copy[0], later]) {
    assert.equal(await proxy.length, 1);
    await proxy.destroy();
    await fails(async () => await proxy.length, "Error", /^Object has already been destroyed/);
  }
});

test("PP-lifetime.borrowed: attributes and items of an iteration end with what they are of", async () => {
  const object = await py.runPython("import types; types.SimpleNamespace(list=[1])");
  const attribute = await object.list;
  await object.destroy();
  await fails(async () => await attribute.length, "Error", /^This borrowed attribute proxy was/);

  const nested = await py.runPython("[[1], [2]]");
  const items: Any[] = [];
  for await (const item of nested) {
    assert.equal(await item.length, 1);
    items.push(item);
  }
  await nested.destroy();
  for (const item of items)
    await fails(async () => await item.length, "Error", /^This borrowed proxy was/);
});

test("PP-attr: attributes, their $ form, and methods by the object's protocols", async () => {
  const object = await py.runPython(`
    class Own:
        destroy, get, x = "python", 2, [3]
    Own()
  `);
  assert.equal(await object.$destroy, "python");
  assert.equal(typeof object.destroy, "function");
  assert.equal(await object.get, 2);
  assert.equal(await (await object.x).get(0), 3);
  assert.equal(await object.missing, undefined);
  object.y = 5;
  const read = await py.runPython("lambda o: o.y");
  assert.equal(await read(object), 5);
  await read.destroy();
  await object.destroy();
});
