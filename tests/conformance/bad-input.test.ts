import assert from "node:assert/strict";
import { inspect } from "node:util";
import { failsInPython, failureOf } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();
await py.runPython(`
import sys
class Lying:
    """A sequence whose parts do not fit together."""
    def __len__(self): return 10
    def __getitem__(self, index):
        if index > 2: raise IndexError(index)
        return index
    def __contains__(self, item): return False
from collections.abc import Sequence
Sequence.register(Lying)
class Odd:
    def __dir__(self): raise LookupError("no names")
    def __repr__(self): raise LookupError("no repr")
    def __str__(self): return 5
    def __eq__(self, other): raise LookupError("no comparison")
    __hash__ = None
class Names:
    def __dir__(self): return ["a", 5, None, "b"]
`);

/** After every one of these Python must answer as before. */
async function checkUsable(): Promise<void> {
  assert.equal(await py.runPython("sum(range(10))"), 45);
  await failsInPython(() => py.runPython("{}['key']"), "KeyError", /'key'/);
}

test("PX-call0, PX-destroy: a callable that is destroyed by what it calls", async () => {
  const call = await py.runPython("lambda f, x: [f(), x]");

  const result = await call(() => {
    call.destroy();
    return "called";
  }, 5);
  assert.deepEqual(await result.toJs(), ["called", 5]);
  await failureOf(() => call(() => 1, 2));
  await result.destroy();
  await checkUsable();
});

test("PX-iterator, PX-destroy: a container that is destroyed in its own loop", async () => {
  const list = await py.runPython("[[1], [2], [3]]");
  const seen: unknown[] = [];

  for await (const item of list) {
    seen.push(await item.get(0));
    await list.destroy();
  }
  assert.deepEqual(seen, [1, 2, 3]);
  await checkUsable();
});

testOfValues(
  "PX-seq.read, PX-destroy: a sequence that is destroyed by the callback of map",
  async () => {
    const list = await py.runPython("[1, 2, 3]");

    const error = await failureOf(() =>
      list.map((x: number) => {
        list.destroy();
        return x;
      }),
    );
    assert.match(error.message, /already been destroyed/);
    await checkUsable();
  },
);

testOfValues(
  "PX-seq.read: a sequence that changes under its methods, or lies about its length",
  async () => {
    const list = await py.runPython("[1, 2, 3, 4]");
    const doubled = await list.map((x: number) => {
      list.pop();
      return x;
    });
    assert.deepEqual(doubled.slice(0, 2), [1, 2]);

    const lying = await py.runPython("Lying()");
    assert.equal(await lying.join(), "0,1,2,,,,,,,");
    assert.equal(await lying.indexOf(7), -1);
    await list.destroy();
    await lying.destroy();
  },
);

testOfValues(
  "PX-attr.keys, PX-toString: __dir__, __str__ and __repr__ that raise or give nonsense",
  async () => {
    const odd = await py.runPython("Odd()");
    const names = await py.runPython("Names()");

    await failsInPython(() => odd.toString(), "TypeError", /__str__ returned non-string/);
    await failsInPython(() => Object.getOwnPropertyNames(odd), "LookupError", /no names/);
    const error = await failureOf(() => Object.getOwnPropertyNames(names));
    assert.ok(error instanceof Error);
    assert.equal(inspect(odd), "[PyProxy]");
    await odd.destroy();
    await names.destroy();
    await checkUsable();
  },
);

testOfValues("PX-attr.keys: a sequence of more items than there can be properties", async () => {
  const range = await py.runPython("range(2**31 - 1)");

  assert.equal(await range.length, 2 ** 31 - 1);
  assert.equal(await range.at(-1), 2 ** 31 - 2);
  assert.equal(await range.includes(12345), true);
  assert.ok((await failureOf(() => Object.keys(range))) instanceof RangeError);
  assert.ok((await failureOf(() => Object.keys(range.asJsJson()))) instanceof RangeError);
  await range.destroy();
});

testOfValues(
  "PX-instance: what inspection shows of live, destroyed and large objects",
  async () => {
    const list = await py.runPython("[1, 2]");
    const large = await py.runPython("'x' * 5_000_000, 1");

    assert.equal(inspect(list), "[PyProxy list: [1, 2]]");
    assert.ok(inspect(large).length < 2_000);
    await list.destroy();
    assert.equal(inspect(list), "[PyProxy, destroyed]");
    await large.destroy();
  },
);

const PROTO = "__proto__";
const OBJECT_METHODS = ["valueOf", "hasOwnProperty", "isPrototypeOf", "toLocaleString"];

/** Everything that the language can do to an object. */
const OPERATIONS: [string, (proxy: Any) => unknown][] = [
  ["getPrototypeOf", (p) => Object.getPrototypeOf(p)],
  ["setPrototypeOf", (p) => Object.setPrototypeOf(p, Array.prototype)],
  ["isExtensible", (p) => Object.isExtensible(p)],
  ["preventExtensions", (p) => Object.preventExtensions(p)],
  ["freeze", (p) => Object.freeze(p)],
  ["seal", (p) => Object.seal(p)],
  ["isFrozen", (p) => Object.isFrozen(p)],
  ["keys", (p) => Object.keys(p)],
  ["entries", (p) => Object.entries(p)],
  ["assign", (p) => Object.assign({}, p)],
  ["spread", (p) => ({ ...p })],
  ["descriptors", (p) => Object.getOwnPropertyDescriptors(p)],
  ["defineProperty", (p) => Object.defineProperty(p, "krait", { get: () => 1 })],
  ["define index", (p) => Object.defineProperty(p, 0, { value: 1 })],
  ["define method", (p) => Object.defineProperty(p, "destroy", { value: 1 })],
  ["for in", (p) => Array.from(Object.keys(p))],
  ["hasOwn", (p) => [Object.hasOwn(p, "x"), Object.hasOwn(p, 0), Object.hasOwn(p, "length")]],
  ["JSON", (p) => JSON.stringify(p)],
  ["template", (p) => `${p}`],
  ["number", (p) => Number(p)],
  // biome-ignore lint/suspicious/noDoubleEquals: it is what is tried
  ["equality", (p) => [p == 1, p == "x"]],
  ["__proto__", (p) => p[PROTO]],
  ["set __proto__", (p) => (p[PROTO] = null)],
  ...OBJECT_METHODS.map((name): [string, (p: Any) => unknown] => [name, (p) => p[name]({})]),
  ["constructor", (p) => new p.constructor()],
  ["instanceof", (p) => ({}) instanceof p],
  ["Reflect.get", (p) => Reflect.get(p, "x", {})],
  ["Reflect.set", (p) => Reflect.set(p, "krait_x", 1, {})],
  ["Reflect.construct", (p) => Reflect.construct(p, [])],
  ["Reflect.apply", (p) => Reflect.apply(p, undefined, [])],
  ["inherit", (p) => Object.create(p).x],
  ["class", (p) => class extends p {}],
  ["inspect", (p) => inspect(p, { showProxy: true, depth: 3 })],
  ["Array.from", (p) => Array.from(p)],
  ["structuredClone", (p) => structuredClone(p)],
  ["Symbol.toPrimitive", (p) => p[Symbol.toPrimitive]],
  ["Symbol.species", (p) => p[Symbol.species]],
];

const SUBJECTS = [
  "[1, [2]]",
  "{'x': 1, 5: [2]}",
  "(1, 2)",
  "{1, 2}",
  "len",
  "type('Own', (), {'x': 1})",
  "type('Own', (), {'x': 1})()",
  "iter([1])",
  "b'bytes'",
  "sys",
  "Odd()",
  "Lying()",
];

testOfValues(
  "PX-instance, PX-destroy: everything that the language can do to a proxy, alive and destroyed",
  async () => {
    for (const code of SUBJECTS) {
      for (const [name, operation] of OPERATIONS) {
        const proxy = await py.runPython(code);
        const { destroy } = proxy;
        for (const state of ["alive", "destroyed"]) {
          try {
            await operation(proxy);
          } catch (error) {
            assert.ok(error instanceof Error, `${name} of ${state} ${code} threw ${error}`);
            assert.ok(
              !/internal|protocol|undefined \(reading/i.test(`${error.name} ${error.message}`),
              `${name} of ${state} ${code}: ${error}`,
            );
          }
          await destroy.call(proxy);
        }
        assert.equal(await py.isPyProxy(proxy), true, `${name} of ${code}`);
      }
    }
    await checkUsable();
  },
);

test("PX-instance: what programs define on a proxy stays there and harms nothing", async () => {
  const list = await py.runPython("[1, 2]");
  const other = await py.runPython("[3]");

  list.get = () => "own get";
  assert.equal(await list.get(0), "own get");
  assert.equal(await other.get(0), 3);
  delete list.get;
  assert.equal(await list.get(0), 1);
  await list.destroy();
  await other.destroy();
});

test("PX-return, PX-next: a generator that is stepped, closed or destroyed while it runs", async () => {
  const make = await py.runPython("def gen(f):\n  yield f()\n  yield 2\ngen");
  for (const reenter of [
    (gen: Any) => gen.next(),
    (gen: Any) => gen.return(1),
    (gen: Any) => gen.throw(new Error("inside")),
  ]) {
    let inner: Promise<Any> | undefined;
    const gen: Any = await make(() => {
      inner = failureOf(() => reenter(gen));
      return 1;
    });
    assert.deepEqual(await gen.next(), { done: false, value: 1 });
    assert.equal((await inner)?.type, "ValueError");
    assert.match((await inner)?.message, /already executing/);
    assert.deepEqual(await gen.next(), { done: false, value: 2 });
    await gen.destroy();
  }
  const doomed: Any = await make(() => {
    doomed.destroy();
    return 1;
  });
  assert.deepEqual(await doomed.next(), { done: false, value: 1 });
  await make.destroy();
  await checkUsable();
});

testOfValues(
  "PX-return: Python closes a JavaScript generator that runs, and the other way round",
  async () => {
    const close = await py.runPython("lambda g: g.close()");
    let failure: Any;
    const generator: Any = (function* () {
      try {
        close(generator);
      } catch (error) {
        failure = error;
      }
      yield 1;
    })();
    const first = await py.runPython("lambda g: next(g)");

    assert.equal(await first(generator), 1);
    assert.equal(failure?.type ?? "JsException", "JsException");
    await close(generator);
    assert.deepEqual(generator.next(), { done: true, value: undefined });
    await close.destroy();
    await first.destroy();
    await checkUsable();
  },
);

test("PB-data: memory that grows under a view", async () => {
  const bytes = await py.runPython("viewed = bytearray(b'abc'); viewed");
  const view = await bytes.getBuffer();

  await py.runPython("big = [bytearray(32 * 2**20) for _ in range(8)]; del big");
  if (view.data.length > 0) assert.deepEqual([...view.data], [97, 98, 99]);
  await view.release();
  assert.equal(await py.runPython("bytes(viewed) == b'abc'"), true);
  const again = await bytes.getBuffer();
  assert.deepEqual([...again.data], [97, 98, 99]);
  await again.release();
  await bytes.destroy();
});

test("JS-toPy, PX-set: a detached ArrayBuffer", async () => {
  const typed = new Float64Array([1, 2]);
  structuredClone(typed, { transfer: [typed.buffer] });
  assert.equal(typed.length, 0);

  const sizes = await py.runPython(`
    def sizes(buffer):
        for use in (lambda: len(buffer.to_bytes()), lambda: buffer.to_py().nbytes, lambda: len(buffer)):
            try:
                yield use()
            except Exception as error:
                yield type(error).__name__
    lambda buffer: list(sizes(buffer))
  `);
  for (const value of [typed, typed.buffer]) {
    const found = await sizes(value);
    for (const each of await found.toJs()) {
      assert.ok(["JsException", "AttributeError", "TypeError", 0].includes(each), String(each));
    }
    await found.destroy();
  }
  await sizes.destroy();
  const fill = await py.runPython("lambda b: b.assign(b'x')");
  assert.ok((await failureOf(() => fill(typed))) instanceof Error);
  await fill.destroy();
  await checkUsable();
});

test("PX-destroy: many proxies destroyed in a finalizer of Python, and while arguments are written", async () => {
  const victims: Any[] = [];
  for (let i = 0; i < 20; i++) victims.push(await py.runPython(`[${i}]`));
  const trap = {
    get length(): number {
      for (const victim of victims) victim.destroy();
      return 2;
    },
    0: "x",
    1: "y",
  };
  const list = await py.runPython("lambda *a: list(a)");

  const result = await list.apply(null, trap);
  assert.deepEqual(await result.toJs(), ["x", "y"]);
  await failureOf(() => list(victims[0]));
  await list.destroy();
  await result.destroy();
  await checkUsable();
});
