import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { failureOf } from "../support/failures.ts";
import { collectGarbage } from "../support/handles.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
await py.runPython("import asyncio, gc, types");

/** Live Python objects that JavaScript holds, and the other way round. */
async function live(): Promise<{ python: number; javascript: number }> {
  const { python, javascript } = await py.handles();
  const total = (counts: { count: number }[]) => counts.reduce((sum, { count }) => sum + count, 0);
  return { python: total(python), javascript: total(javascript) };
}

async function group(direction: "python" | "javascript", type: string): Promise<Any> {
  return (await py.handles())[direction].find((each: Any) => each.type === type);
}

/** Waits for the garbage collectors, with a deadline. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  let holds = await condition();
  for (let round = 0; round < 100 && !holds; round++) {
    await py.runPython("gc.collect()");
    collectGarbage();
    await sleep(10);
    holds = await condition();
  }
  assert.ok(holds, JSON.stringify(await py.handles()));
}

test("BY-handles: Python objects by type, with count and age", async () => {
  const before = (await group("python", "list"))?.count ?? 0;
  const first = await py.runPython("[1]");
  await sleep(30);
  const second = await py.runPython("[2]");

  const lists = await group("python", "list");
  assert.equal(lists.count, before + 2);
  assert.equal(lists.handles.length, lists.count);
  const ages = lists.handles.map((each: Any) => each.ageMs);
  assert.equal(lists.ageMs, Math.max(...ages));
  const [old, young] = ages.slice(-2);
  assert.ok(old >= 25 && old < 20_000, String(ages));
  assert.ok(young < old, String(ages));
  await first.destroy();
  await second.destroy();
  assert.equal((await group("python", "list"))?.count ?? 0, before);
});

test("BY-handles: JavaScript objects by their tags", async () => {
  const hold = await py.runPython("held = []\nheld.append");
  const before = (await group("javascript", "Map"))?.count ?? 0;

  await hold(new Map());
  await hold(new Map());
  await hold(() => 1);
  await sleep(15);
  const maps = await group("javascript", "Map");
  assert.equal(maps.count, before + 2);
  assert.ok(maps.ageMs >= 10 && maps.ageMs < 20_000, String(maps.ageMs));
  assert.ok((await group("javascript", "Function")).count >= 1);
  await py.runPython("held.clear()");
  await hold.destroy();
});

test("BY-handles: a hostile object is counted too", async () => {
  const hold = await py.runPython("held = []\nheld.append");
  const { proxy, revoke } = Proxy.revocable({}, {});
  const hostile = Object.defineProperty({}, Symbol.toStringTag, {
    get() {
      throw new Error("not to be looked at");
    },
  });

  await hold(proxy);
  await hold(hostile);
  revoke();
  assert.ok((await group("javascript", "Object")).count >= 2);
  await py.runPython("held.clear()");
  await hold.destroy();
});

test("BY-handles: after setDebug(true) the stack that made each", async () => {
  const early = await py.runPython("(1, 2)");
  await py.setDebug(true);
  try {
    const makeHere = () => py.runPython("(3, 4)");
    const late = await makeHere();
    const keepHere = await py.runPython("held = []\nheld.append");
    await keepHere(new Set());

    const tuples = (await group("python", "tuple")).handles;
    const stacks = tuples.map((each: Any) => each.stack);
    assert.equal(stacks.filter((stack: unknown) => stack === undefined).length, tuples.length - 1);
    const stack = stacks.find((each: unknown) => each !== undefined) as string;
    assert.match(stack, /makeHere/);
    assert.match(stack, /handles\.test\.ts/);
    assert.match((await group("javascript", "Set")).handles[0].stack, /handles\.test\.ts/);
    await py.runPython("held.clear()");
    for (const proxy of [late, keepHere]) await proxy.destroy();
  } finally {
    await py.setDebug(false);
    await early.destroy();
  }
});

test("BY-handles: one object has one handle, however often it crosses", async () => {
  const object = {};
  const keep = await py.runPython("kept = []\nkept.append");
  await keep(object);
  const before = await live();

  for (let i = 0; i < 100; i++) await keep(object);
  assert.equal((await live()).javascript, before.javascript);
  await py.runPython("kept.clear()");
  assert.equal((await live()).javascript, before.javascript - 1);
  await keep.destroy();
});

test("BY-handles: open buffer views are counted", async () => {
  const before = (await py.handles()).bufferViews;
  const bytes = await py.runPython("b'abc'");
  const view = await bytes.getBuffer();

  assert.equal((await py.handles()).bufferViews, before + 1);
  await view.release();
  assert.equal((await py.handles()).bufferViews, before);
  await bytes.destroy();
});

test("PX-destroy: many proxies, made and destroyed", async () => {
  const before = await live();

  for (let i = 0; i < 2_000; i++) await (await py.runPython("[]")).destroy();
  const after = await live();
  // Fewer when what an earlier test dropped has been collected meanwhile.
  assert.ok(after.python <= before.python, JSON.stringify({ before, after }));
  assert.ok(after.javascript <= before.javascript, JSON.stringify({ before, after }));
});

test("PX-gc: dropped proxies are released by the garbage collector", async () => {
  const before = await live();
  for (let i = 0; i < 1_000; i++) await py.runPython("[]");

  await until(async () => (await live()).python <= before.python);
});

test("CL-args: calls leave nothing behind: arguments, results, callbacks", async () => {
  const call = await py.runPython("lambda f, *a: f(*a)");
  const callback = (...args: unknown[]) => args.length;
  await call(callback, 1);
  const before = await live();

  for (let i = 0; i < 200; i++) {
    assert.equal(await call(callback, "text", {}, [1], i, () => 1), 5);
  }
  await py.runPython("gc.collect()");
  assert.deepEqual(await live(), before);
  await call.destroy();
});

test("PE-noref: errors leave nothing behind, in either direction", async () => {
  const fail = await py.runPython("def fail(x): raise ValueError(x)\nfail");
  const failing = await py.runPython("lambda f: f()");
  const attempt = async () => {
    await failureOf(() => fail({}));
    await failureOf(() =>
      failing(() => {
        throw new Error("js");
      }),
    );
  };
  await attempt();
  const before = await live();

  for (let i = 0; i < 50; i++) await attempt();
  await py.runPython("gc.collect()");
  const after = await live();
  assert.ok(
    after.python <= before.python && after.javascript <= before.javascript + 2,
    JSON.stringify([before, after]),
  );
  await fail.destroy();
  await failing.destroy();
});

test("PX-iterator, PX-attr.cache, PX-then: iteration, attributes and awaits leave nothing behind", async () => {
  const work = async () => {
    const list = await py.runPython("[[i] for i in range(20)]");
    for await (const item of list) assert.equal(await item.length, 1);
    await list.destroy();
    const thing = await py.runPython("types.SimpleNamespace(a=[1], b={'c': []})");
    assert.equal((await thing.a.length) + (await thing.b.length), 2);
    await thing.destroy();
    const result = await py.runPythonAsync("await asyncio.sleep(0)\n[1]");
    await result.destroy();
  };
  await work();
  await sleep(5);
  const before = await live();

  for (let i = 0; i < 20; i++) await work();
  await until(async () => {
    const now = await live();
    return now.python <= before.python && now.javascript <= before.javascript;
  });
});
