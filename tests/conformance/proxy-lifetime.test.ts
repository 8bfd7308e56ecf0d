import assert from "node:assert/strict";
import { eventually } from "../support/eventually.ts";
import { failsInPython, failureOf } from "../support/failures.ts";
import { collectGarbage } from "../support/handles.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();
await py.runPython("import gc, sys, types");

const FIRST_LINE = /^Object has already been destroyed\n/;

test("PX-copy: a lifetime of its own", async () => {
  const list = await py.runPython("[1]");
  const copy = await list.copy();

  assert.notEqual(copy, list);
  await list.destroy();
  assert.equal(await copy.get(0), 1);
  await copy.destroy();
  await failureOf(() => copy.get(0));
});

testOfValues(
  "PX-copy: binding is kept, symbols are not, borrowed attributes die with the last copy",
  async () => {
    const namespace = await py.runPython("types.SimpleNamespace(inner=[1])");
    const { inner } = { inner: await namespace.inner };
    const key = Symbol("mine");
    namespace[key] = 1;
    const copy = await namespace.copy();

    assert.equal(copy[key], undefined);
    assert.equal(await copy.inner, inner);
    await namespace.destroy();
    assert.equal(await inner.length, 1);
    await copy.destroy();
    assert.match((await failureOf(() => inner.length)).message, /^This borrowed attribute proxy/);

    const method = await py.runPython("lambda *args: repr(args)");
    const bound = await method.captureThis().bind(7, 8).copy();
    await method.destroy();
    assert.equal(await bound(9), "(7, 8, 9)");
    await bound.destroy();
  },
);

testOfValues(
  "PX-destroy, CF-destroyedMessage: any later use throws, destroying again does nothing",
  async () => {
    const list = await py.runPython("[1]");
    assert.equal(await list.destroy(), undefined);
    assert.equal(await list.destroy(), undefined);

    for (const use of [
      () => list.get(0),
      () => list.set(0, 1),
      () => list.has(1),
      () => list.length,
      () => list.type,
      () => list.toString(),
      () => list.toJs(),
      () => list.copy(),
      () => list.append,
      () => list[Symbol.iterator](),
      () => list.map((x: unknown) => x),
      () => list[0],
    ]) {
      const error = await failureOf(use);
      assert.ok(error instanceof Error, String(use));
      assert.equal(error.name, "Error", String(use));
      assert.match(error.message, FIRST_LINE, String(use));
    }
  },
);

test("PX-destroy: a callable, and the aliases of bind and captureThis, end together", async () => {
  const callable = await py.runPython("lambda *args: 1");
  const bound = await callable.bind(null, 1);
  const captured = await bound.captureThis();

  await bound.destroy();
  for (const use of [
    () => callable(),
    () => bound(),
    () => captured(),
    () => callable.call(null),
    () => callable.apply(null, []),
    () => callable.bind(null),
    () => callable.callKwargs({}),
  ]) {
    assert.match((await failureOf(use)).message, FIRST_LINE, String(use));
  }
});

testOfValues(
  "PX-destroy.message, JS-setDebug: an own first line; debug mode names type and repr",
  async () => {
    const plain = await py.runPython("[7]");
    await plain.destroy({ message: "gone home" });
    assert.equal(
      (await failureOf(() => plain.length)).message,
      "gone home\nFor more information about the cause of this error, use `pyodide.setDebug(true)`",
    );

    const list = await py.runPython("[7]");
    assert.equal(await py.setDebug(true), false);
    try {
      assert.equal(await py.setDebug(true), true);
      await list.destroy({ message: "gone home" });
      assert.match(
        (await failureOf(() => list.length)).message,
        /^gone home\n[^\n]*list[^\n]*\[7\]/,
      );
    } finally {
      assert.equal(await py.setDebug(false), true);
    }
  },
);

test("JS-setDebug: an object whose repr raises can be destroyed", async () => {
  const bad = await py.runPython("class Bad:\n  def __repr__(self): raise LookupError\nBad()");
  await py.setDebug(true);
  try {
    await bad.destroy();
    assert.match((await failureOf(() => bad.x)).message, FIRST_LINE);
  } finally {
    await py.setDebug(false);
  }
});

test("PX-destroy.roundtrip: a roundtrip proxy can be left alive", async () => {
  const double = await py.runPython("from pyodide.ffi import create_proxy\ncreate_proxy");
  let kept: Any;
  const keep = (proxy: Any) => {
    kept = proxy;
  };
  await py.runPython("lambda create, keep: keep(create([1], roundtrip=True))")(double, keep);

  await kept.destroy({ destroyRoundtrip: false });
  assert.equal(await kept.length, 1);
  await kept.destroy();
  assert.match((await failureOf(() => kept.length)).message, FIRST_LINE);

  await py.runPython("lambda create, keep: keep(create([1], roundtrip=False))")(double, keep);
  await kept.destroy({ destroyRoundtrip: false });
  assert.match((await failureOf(() => kept.length)).message, FIRST_LINE);
  await double.destroy();
});

test("PX-destroy.borrowed: cached attributes go with the proxy, unless copied", async () => {
  const proxy = await py.runPython("types.SimpleNamespace(inner=[1])");
  const inner = await proxy.inner;
  const kept = await inner.copy();

  await proxy.destroy();

  assert.match(
    (await failureOf(() => inner.length)).message,
    /^This borrowed attribute proxy was automatically destroyed in the process of destroying the proxy it was borrowed from\. Try using the 'copy' method\.\n/,
  );
  assert.equal(await kept.length, 1);
  await kept.destroy();
});

test("PX-destroy.python: a destroyed proxy raises in Python, and is a proxy still", async () => {
  const list = await py.runPython("[1]");
  await list.destroy();
  const identity = await py.runPython("lambda x: x");

  await failsInPython(() => identity(list), "JsException", /already been destroyed/);
  await failsInPython(() => identity.callKwargs({ x: list }), "JsException");
  assert.ok(list instanceof py.ffi.PyProxy);
  await failsInPython(
    () => py.runPython("lambda give: give()")(() => list),
    "JsException",
    /already been destroyed/,
  );
  await identity.destroy();
});

test("PX-dispose: Symbol.dispose destroys", async () => {
  const dispose = (Symbol as { dispose?: symbol }).dispose;
  const list = await py.runPython("[]");

  if (dispose === undefined) {
    assert.equal(Object.getOwnPropertySymbols(list).length, 0);
    await list.destroy();
  } else {
    await list[dispose]();
    assert.match((await failureOf(() => list.length)).message, FIRST_LINE);
  }
});

test("PX-gc: an unreachable proxy releases its object", async () => {
  await py.runPython(`
import weakref
class Watched: pass
watched = Watched()
alive = weakref.ref(watched)
`);
  await (async () => {
    const proxy = await py.globals.get("watched");
    assert.equal(await proxy.type, "Watched");
  })();
  await py.runPython("del watched");

  let isAlive = true;
  for (let round = 0; round < 100 && isAlive; round++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 10));
    isAlive = await py.runPython("alive() is not None");
  }
  assert.equal(isAlive, false);
});

test("PX-gc: what is reachable stays", async () => {
  const list = await py.runPython("[1]");
  const namespace = await py.runPython("types.SimpleNamespace(inner=[2])");
  const inner = await namespace.inner;

  for (let round = 0; round < 5; round++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal(await list.get(0), 1);
  assert.equal(await inner.get(0), 2);
  await list.destroy();
  await namespace.destroy();
});

test("PX-destroy: a finalizer that runs Python, or raises, disturbs nothing", async () => {
  const log: string[] = [];
  await py.runPython(
    "class Last:\n  def __init__(self, log): self.log = log\n  def __del__(self):\n    self.log('gone')\n    raise ValueError('in __del__')",
  );
  const make = await py.globals.get("Last");
  const last = await make((text: string) => log.push(text));

  await last.destroy();
  await eventually(() => log.length > 0, "the finalizer runs");
  assert.deepEqual(log, ["gone"]);
  assert.equal(await py.runPython("1 + 1"), 2);
  await make.destroy();
});
