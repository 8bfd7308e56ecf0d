import assert from "node:assert/strict";
import { claim, claimLater } from "../support/claims.ts";
import { fails, failsInPython, failureOf } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

// Every test also checks that nothing of what failed half-way stays (tests/support/handles.ts).
const py = await startKernel();

const DEEP = 1_000_000;

/** How deep a nest of one-item arrays or one-entry objects is. */
function depthOf(nest: Any): number {
  let depth = 0;
  for (let at = nest; ; depth++) {
    const next = Array.isArray(at) ? at[0] : at instanceof Map ? at.get("k") : at?.k;
    if (next === undefined) return depth;
    at = next;
  }
}

test("TC-toJs.shared: a million levels convert, of lists and of dicts", async () => {
  const list = await py.runPython(`n = []\nfor _ in range(${DEEP}): n = [n]\nn`);
  assert.equal(depthOf(await list.toJs()), DEEP);
  const dict = await py.runPython(`n = {}\nfor _ in range(${DEEP}): n = {"k": n}\nn`);
  assert.equal(depthOf(await dict.toJs()), DEEP);
  assert.equal(depthOf(await dict.toJs({ dict_converter: Object.fromEntries })), DEEP);
  for (const proxy of [list, dict]) await proxy.destroy();
  await py.runPython("del n");
}, 60_000);

testOfValues(
  "TC-toJs.default_converter, TC-to_js: where a converter must be asked, a million levels are an error",
  async () => {
    const list = await py.runPython(`n = []\nfor _ in range(${DEEP}): n = [n]\nn`);
    const options = { default_converter: () => 0 };
    await failsInPython(() => list.toJs(options), "ConversionError", /at most 400 levels/);
    await list.destroy();
    await claim(
      py,
      {},
      `n = []\nfor _ in range(${DEEP}): n = [n]\nraises(RecursionError, "to_js(n, pyproxies=js.Array.new())")\ndel n`,
    );
    await py.runPython("del n");
    assert.deepEqual(await (await py.runPython("[[1]]")).toJs({ default_converter: () => 0 }), [
      [1],
    ]);
  },
  60_000,
);

test("TC-toPy.shared: a million levels convert, of arrays and of objects", async () => {
  const depth = await py.runPython(`
    def depth(x):
        count = 0
        while x:
            x = x[0] if isinstance(x, list) else x["k"]
            count += 1
        return count
    depth
  `);
  const [empty, leaf]: [Any, Any] = [[], {}];
  let [array, object] = [empty, leaf];
  for (let i = 0; i < DEEP; i++) [array, object] = [[array], { k: object }];

  for (const nest of [array, object]) {
    const converted = await py.toPy(nest);
    assert.equal(await depth(converted), DEEP);
    await converted.destroy();
  }
  await depth.destroy();
}, 60_000);

test("TC-toPy.default: a converter that asks for itself without end is a RangeError", async () => {
  class Box {
    constructor(readonly inner: unknown) {}
  }
  let box: unknown = 1;
  for (let i = 0; i < 200_000; i++) box = new Box(box);
  const options = {
    defaultConverter: (value: Box, convert: (x: unknown) => unknown) => convert([value.inner]),
  };
  await fails(() => py.toPy(box, options), "RangeError");
});

testOfValues(
  "TC-toJs.default_converter.err: converters that throw late leave nothing behind",
  async () => {
    const code = "[object(), [object()], {1: [object()]}, frozenset(), object()]";
    for (const name of ["default_converter", "eager_converter"]) {
      for (let last = 1; last <= 5; last++) {
        let calls = 0;
        const options = {
          [name](object: Any, convert: (x: unknown) => unknown) {
            if (++calls === last) throw new RangeError("enough");
            return name === "eager_converter" ? convert(object) : object.copy();
          },
        };
        const list = await py.runPython(code);
        await failsInPython(() => list.toJs(options), "ConversionError", /enough/);
        await list.destroy();
      }
    }
  },
);

test("TC-toJs.dict_converter: one that throws half-way leaves nothing behind", async () => {
  const list = await py.runPython("[object(), {'a': object(), 'b': {'c': object()}}, object()]");
  let calls = 0;
  const dict_converter = () => {
    if (++calls === 2) throw new RangeError("enough");
    return {};
  };
  await failsInPython(() => list.toJs({ dict_converter }), "ConversionError", /enough/);
  await list.destroy();
});

test("TC-toJs.create_pyproxies, TC-toJs.keys: refusals leave nothing behind", async () => {
  for (const [code, options] of [
    ["[object(), [object()], 5, len]", { create_pyproxies: false }],
    ["[object(), {(1, 2): object()}, object()]", {}],
    ["[object(), {1: object(), (1, 2): object()}]", {}],
    ["[object(), memoryview(bytes(4)).cast('e'), object()]", {}],
  ] as const) {
    const list = await py.runPython(code);
    await failsInPython(() => list.toJs(options), "ConversionError");
    await list.destroy();
  }
});

test("TC-toJs.dict: a dict that fails while it is read", async () => {
  const list = await py.runPython(`
    class Fails(dict):
        def items(self):
            yield "a", object()
            raise LookupError("half way")
    class Grows(dict):
        def items(self):
            return iter([("a", 1)] * 3)
    class Odd(dict):
        def items(self): return [5]
    [[object(), Fails()], Grows(), [object(), Odd()]]
  `);
  const [fails_, grows, odd] = [await list.get(0), await list.get(1), await list.get(2)];
  await failsInPython(() => fails_.toJs(), "LookupError", /half way/);
  assert.deepEqual([...(await grows.toJs())], [["a", 1]]);
  assert.match(String((await failureOf(() => odd.toJs())).type), /TypeError|ValueError/);
  for (const proxy of [list, fails_, grows, odd]) await proxy.destroy();
});

test("TC-toPy.default: converters and getters that throw half-way leave nothing behind", async () => {
  const own = new RangeError("own");
  const thrower = () => {
    throw own;
  };
  const options = { defaultConverter: thrower };
  const values = [new Date(), { a: new Date() }, Symbol("s")];
  assert.equal(await failureOf(() => py.toPy([[1], values], options)), own);
  const getter = Object.defineProperty({ first: new Date() }, "bad", {
    get: thrower,
    enumerable: true,
  });
  assert.equal(await failureOf(() => py.toPy([new Date(), getter])), own);
  const iterable = Object.assign(new Map(), { [Symbol.iterator]: thrower });
  assert.equal(await failureOf(() => py.toPy([new Date(), iterable])), own);
  await claim(
    py,
    { values, thrower, getter },
    `
    raises(JsException, "values.to_py(default_converter=thrower)", "^RangeError: own$")
    raises(JsException, "getter.to_py()", "^RangeError: own$")
    `,
  );
});

test("TC-toPy.shared: getters that make ever new objects stop at the depth", async () => {
  const endless = (): object => ({
    get again() {
      return endless();
    },
  });
  const dict = await py.toPy(endless(), { depth: 50 });
  const count = await py.runPython(`
    def count(x):
        levels = 0
        while isinstance(x, dict): x, levels = x["again"], levels + 1
        return levels
    count
  `);
  assert.equal(await count(dict), 50);
  for (const proxy of [dict, count]) await proxy.destroy();
});

test("TC-toPy.buffer: a detached buffer is refused", async () => {
  const view = new Uint8Array(4);
  structuredClone(view, { transfer: [view.buffer] });
  for (const value of [view, view.buffer, new DataView(new ArrayBuffer(2))]) {
    if (value instanceof DataView) structuredClone(value, { transfer: [value.buffer] });
    await fails(() => py.toPy([new Date(), value]), "TypeError", /detached/);
  }
});

test("TC-js.string, TC-py.str: lone surrogates, in every place where text crosses", async () => {
  const [high, low] = ["\ud800", "\udc00"];
  const fail = () => {
    throw new Error(high);
  };
  await claim(
    py,
    {
      x: { [high]: low, list: [high], map: new Map([[low, high]]) },
      fail,
      same: (v: unknown) => v,
      key: (o: object) => Object.keys(o)[0],
      named: Object.assign(() => 1, { [low]: 1 }),
    },
    `
    high, low = "\\ud800", "\\udc00"
    assert getattr(x, high) == low and x.list[0] == high and x.map[low] == high and getattr(named, low) == 1
    assert x.to_py() == {high: low, "list": [high], "map": {low: high}} and high in dir(x)
    assert same(high) == high and same(high + low) == "\\U00010000" and same(low + high) == low + high
    assert key(**{high: 1}) == high and to_js({high: [low]}).get(high)[0] == low
    e = raises(JsException, "fail()")
    assert e.message == high and str(e) == "Error: " + high and high in e.stack
    setattr(x, low, 1)
    assert getattr(x, low) == 1 and hasattr(x, low) and js.JSON.stringify(high) == '"\\\\ud800"'
    delattr(x, low)
    assert not hasattr(x, low)
    raises(AttributeError, "getattr(x, low)")
    raises(KeyError, "x.map[high]")
    `,
  );
  const list = await py.runPython("['\\ud800', {'\\udc00': '\\ud800\\udc00'}]");
  const converted = await list.toJs();
  assert.equal(converted[0], high);
  assert.equal(converted[1].get(low), "\u{10000}");
  await failsInPython(() => list.get(high), "TypeError");
  await list.destroy();
  await failsInPython(() => py.runPython("raise ValueError('\\ud800')"), "ValueError");
});

test("JP-callable: a key function that throws in the middle of a sort", async () => {
  const key = (value: number) => {
    if (value === 3) throw new RangeError("in the middle");
    return value;
  };
  await claim(
    py,
    {
      key,
      compare: (_: unknown) => {
        throw new RangeError("first");
      },
    },
    `
    numbers = [5, 4, 3, 2, 1]
    for code in ("numbers.sort(key=key)", "sorted(numbers, key=key)", "max(numbers, key=key)", "list(map(key, numbers))"):
        raises(JsException, code, "^RangeError: in the middle$")
    assert numbers == [5, 4, 3, 2, 1]
    import functools
    raises(JsException, "numbers.sort(key=functools.cmp_to_key(lambda a, b: compare(a)))", "first")
    numbers.sort()
    assert numbers == [1, 2, 3, 4, 5]
    `,
  );
});

test("JP-callable: a key function that changes the list that is sorted", async () => {
  const grow = (list: Any, value: number) => {
    list.append(value);
    return value;
  };
  await claim(
    py,
    { grow },
    "numbers = [2, 1]\nraises(ValueError, 'numbers.sort(key=lambda v: grow(numbers, v))', 'modified during sort')",
  );
});

test("JP-generator: generators closed from either side", async () => {
  function* endless() {
    for (let i = 0; ; i++) yield i;
  }
  const kept: Any = {};
  await claim(
    py,
    { endless, kept },
    `
    g = endless()
    assert next(g) == 0
    g.close()
    raises(StopIteration, "next(g)")
    raises(StopIteration, "g.send(1)")
    g.close()
    kept.js = endless()
    next(kept.js)
    `,
  );
  assert.deepEqual(kept.js.return(7), { done: true, value: 7 });
  await claim(py, { g: kept.js }, "raises(StopIteration, 'next(g)')\ng.close()");
});

testOfValues(
  "PX-return: a Python generator closed by Python, and one that is running",
  async () => {
    const list = await py.runPython(`
    def count():
        yield 1
        yield 2
    closed = count()
    next(closed), closed.close()
    def reenter():
        yield call()
    running = reenter()
    [closed, running]
  `);
    const [closed, running] = [await list.get(0), await list.get(1)];
    assert.deepEqual(await closed.next(), { done: true, value: undefined });
    assert.deepEqual(await closed.return(5), { done: true, value: 5 });
    await py.globals.set("call", () => running.next());
    await failsInPython(() => running.next(), "ValueError", /already executing/);
    for (const proxy of [list, closed, running]) await proxy.destroy();
  },
);

test("JP-array: arrays that change while Python reads them", async () => {
  const shrinking: number[] = [1, 2, 3, 4];
  await claim(
    py,
    { shrinking, shrink: () => void shrinking.pop() },
    `
    seen = []
    for item in shrinking:
        seen.append(item)
        shrink()
    assert seen == [1, 2]
    class Shrinks:
        def __index__(self):
            shrink()
            return 1
    raises(IndexError, "shrinking[Shrinks()]")
    `,
  );
});

test("JP-revoked: conversions of hostile objects are their errors", async () => {
  const traps = (error: Error) =>
    new Proxy(
      {},
      new Proxy(
        {},
        {
          get: () => () => {
            throw error;
          },
        },
      ),
    );
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  await fails(() => py.toPy([new Date(), proxy]), "TypeError", /revoked/);
  const own = new RangeError("trap");
  assert.equal(await failureOf(() => py.toPy([new Date(), traps(own)])), own);
  await claimLater(
    py,
    { proxy, hostile: traps(own) },
    `
    raises(JsException, "proxy.to_py()", "revoked")
    raises(JsException, "hostile.to_py()", "trap")
    for code in ("proxy.x", "proxy.x = 1", "del proxy.x", "proxy.object_keys()", "bool(proxy)"):
        raises(JsException, code, "revoked")
    `,
  );
});
