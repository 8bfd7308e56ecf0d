import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { collectGarbage } from "../support/handles.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** Live Python objects that JavaScript holds, and the other way round. */
function live(): { python: number; javascript: number } {
  const { python, javascript } = py.handles();
  const total = (counts: { count: number }[]) => counts.reduce((sum, { count }) => sum + count, 0);
  return { python: total(python), javascript: total(javascript) };
}

/** Waits for the garbage collector of JavaScript, with a deadline. */
async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; round < 100 && !condition(); round++) {
    collectGarbage();
    await sleep(10);
  }
  assert.ok(condition(), JSON.stringify(py.handles()));
}

test("BY-handles: proxies are counted by type", () => {
  const before = py.handles().python.find(({ type }: Any) => type === "list")?.count ?? 0;
  const lists = [py.runPython("[1]"), py.runPython("[2]")];

  assert.equal(py.handles().python.find(({ type }: Any) => type === "list").count, before + 2);
  for (const list of lists) list.destroy();
  assert.equal(py.handles().python.find(({ type }: Any) => type === "list")?.count ?? 0, before);
});

test("PX-destroy: many proxies, made and destroyed", () => {
  const before = live();

  for (let i = 0; i < 20_000; i++) py.runPython("[]").destroy();
  assert.deepEqual(live(), before);
});

test("PX-gc: dropped proxies are released by the garbage collector", async () => {
  const before = live();
  for (let i = 0; i < 2_000; i++) py.runPython("[]");

  await until(() => live().python <= before.python);
});

test("calls leave nothing behind: arguments, results, callbacks", () => {
  const call = py.runPython("lambda f, *a: f(*a)");
  const callback = (...args: unknown[]) => args.length;
  call(callback, 1);
  const before = live();

  for (let i = 0; i < 2_000; i++) {
    assert.equal(
      call(callback, "text", {}, [1], i, () => 1),
      5,
    );
  }
  py.runPython("import gc; gc.collect()");
  assert.deepEqual(live(), before);
  call.destroy();
});

test("errors leave nothing behind, in either direction", () => {
  const fail = py.runPython("def fail(x): raise ValueError(x)\nfail");
  const failing = py.runPython("lambda f: f()");
  const attempt = () => {
    assert.throws(() => fail({}));
    assert.throws(() =>
      failing(() => {
        throw new Error("js");
      }),
    );
  };
  attempt();
  const before = live();

  for (let i = 0; i < 500; i++) attempt();
  py.runPython("import gc; gc.collect()");
  const after = live();
  assert.ok(
    after.python <= before.python && after.javascript <= before.javascript + 2,
    JSON.stringify([before, after]),
  );
  fail.destroy();
  failing.destroy();
});

test("JavaScript objects are released when Python forgets them", () => {
  const before = live();
  py.globals.set(
    "held",
    Array.from({ length: 500 }, () => ({})),
  );
  py.runPython("objects = list(held)");
  assert.ok(live().javascript >= before.javascript + 501);

  py.runPython("del held, objects; import gc; gc.collect()");
  assert.deepEqual(live(), before);
});

test("one object has one handle, however often it crosses", () => {
  const object = {};
  const keep = py.runPython("kept = []\nkept.append");
  keep(object);
  const before = live();

  for (let i = 0; i < 100; i++) keep(object);
  assert.equal(live().javascript, before.javascript);
  py.runPython("kept.clear()");
  assert.equal(live().javascript, before.javascript - 1);
  keep.destroy();
});

test("iteration, attributes and awaits leave nothing behind", async () => {
  const work = async () => {
    const list = py.runPython("[[i] for i in range(20)]");
    for (const item of list) assert.equal(item.length, 1);
    list.destroy();
    const thing = py.runPython("import types; types.SimpleNamespace(a=[1], b={'c': []})");
    assert.equal(thing.a.length + thing.b.length, 2);
    thing.destroy();
    const result = await py.runPythonAsync("import asyncio\nawait asyncio.sleep(0)\n[1]");
    result.destroy();
  };
  await work();
  await sleep(5);
  const before = live();

  for (let i = 0; i < 50; i++) await work();
  await until(() => live().python <= before.python && live().javascript <= before.javascript);
});

test("memory does not grow with work that leaves nothing", () => {
  const work = () => {
    for (let i = 0; i < 300; i++) {
      py.runPython("x = [str(i) for i in range(1000)]; del x");
      py.toPy({ a: ["text".repeat(100)] }).destroy();
    }
  };
  const memoryBytes = () => {
    const bytes = py.runPython("bytearray(1)");
    const view = bytes.getBuffer();
    const { byteLength } = view.data.buffer;
    view.release();
    bytes.destroy();
    return byteLength;
  };
  work();
  const before = memoryBytes();

  work();
  assert.equal(memoryBytes(), before);
});
