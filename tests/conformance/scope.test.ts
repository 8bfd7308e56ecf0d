import assert from "node:assert/strict";
import { failureOf } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();
await py.runPython("import asyncio, types");

const ENDED = /^This proxy was destroyed at the end of the scope that it was made in\./;

async function isAlive(list: Any): Promise<boolean> {
  try {
    await list.length;
    return true;
  } catch (error) {
    assert.match((error as Error).message, ENDED);
    return false;
  }
}

test("BY-handles: scope(fn) destroys what was made inside, and gives fn's result", async () => {
  const outside = await py.runPython("[0]");
  const made: Any[] = [];

  const result = await py.scope(async () => {
    made.push(await py.runPython("[1]"));
    made.push(await py.toPy([2]));
    made.push(await py.runPython("lambda: [3]")());
    made.push(await py.runPython("[[4]]").get(0));
    made.push(await outside.copy());
    made.push(await outside.append);
    made.push((await py.runPython("([6],)").toJs())[0]);
    made.push(await py.pyimport("sys.path"));
    return "result";
  });

  assert.equal(result, "result");
  for (const proxy of made) {
    if (await py.isPyProxy(proxy)) assert.equal(await isAlive(proxy), false);
  }
  assert.equal(await isAlive(outside), true);
  await outside.destroy();
});

testOfValues("BY-handles: a scope of a plain function ends with it", async () => {
  let made: Any;

  const result = py.scope(() => {
    made = py.runPython("[1]");
    return 5;
  });
  assert.equal(await result, 5);
  assert.equal(await isAlive(made), false);
});

test("BY-handles: what keep is given stays alive", async () => {
  const [kept, both, ended] = await py.scope(async (scope: Any) => {
    const first = scope.keep(await py.runPython("[1]"));
    const pair = [await py.runPython("[2]"), await py.runPython("[3]")];
    assert.equal(scope.keep(...pair), pair[0]);
    return [first, pair, await py.runPython("[4]")];
  });

  for (const proxy of [kept, ...both]) {
    assert.equal(await isAlive(proxy), true);
    await proxy.destroy();
  }
  assert.equal(await isAlive(ended), false);
});

test("BY-handles: keep takes proxies and views alone", async () => {
  await py.scope((scope: Any) => {
    for (const wrong of [5, "x", null, undefined, {}]) {
      assert.throws(() => scope.keep(wrong), TypeError);
    }
  });
});

test("BY-handles: an exception ends the scope and passes through", async () => {
  let made: Any;
  const thrown = new RangeError("inside");

  const failure: unknown = await failureOf(() =>
    py.scope(async () => {
      made = await py.runPython("[1]");
      throw thrown;
    }),
  );
  assert.equal(failure, thrown);
  assert.equal(await isAlive(made), false);
});

test("BY-handles: an asynchronous function's scope ends when its promise settles", async () => {
  let made: Any;

  const running = py.scope(async () => {
    made = await py.runPython("[1]");
    await py.runPythonAsync("await asyncio.sleep(0.005)");
    assert.equal(await made.length, 1);
    return await made.get(0);
  });
  assert.ok(running instanceof Promise);
  assert.equal(await running, 1);
  assert.equal(await isAlive(made), false);
});

test("BY-handles: an open scope, closed by its owner or by using", async () => {
  const scope = py.scope();
  const list = await py.runPython("[1]");
  const kept = scope.keep(await py.runPython("[2]"));

  assert.equal(await isAlive(list), true);
  scope.close();
  scope.close();
  assert.equal(await isAlive(list), false);
  assert.equal(await isAlive(kept), true);
  await kept.destroy();

  const dispose = (Symbol as { dispose?: symbol }).dispose;
  if (dispose === undefined) return;
  const used = py.scope();
  const inner = await py.runPython("[1]");
  used[dispose]();
  assert.equal(await isAlive(inner), false);
});

test("BY-handles: scopes nest, and may end in any order", async () => {
  const outer = py.scope();
  const first = await py.runPython("[1]");
  const inner = py.scope();
  const second = await py.runPython("[2]");

  outer.close();
  assert.deepEqual([await isAlive(first), await isAlive(second)], [false, true]);
  const third = await py.runPython("[3]");
  inner.close();
  assert.deepEqual([await isAlive(second), await isAlive(third)], [false, false]);
  const after = await py.runPython("[4]");
  assert.equal(await isAlive(after), true);
  await after.destroy();
});

test("BY-handles: destroying by hand inside a scope is allowed, its message stays", async () => {
  let made: Any;
  await py.scope(async () => {
    made = await py.runPython("[1]");
    await made.destroy({ message: "by hand" });
  });

  assert.match((await failureOf(() => made.length)).message, /^by hand\n/);
});

test("BY-handles: buffer views are released, kept ones are not", async () => {
  const bytes = await py.runPython("locked = bytearray(3); locked");
  const append = "locked.append(1); len(locked)";

  await py.scope(async () => {
    await bytes.getBuffer();
    assert.equal((await failureOf(() => py.runPython(append))).type, "BufferError");
  });
  assert.equal(await py.runPython(append), 4);
  const view = await py.scope(async (scope: Any) => scope.keep(await bytes.getBuffer()));
  assert.equal((await failureOf(() => py.runPython(append))).type, "BufferError");
  await view.release();
  await bytes.destroy();
});

test("BY-handles: what Python hands over to keep is not the scope's", async () => {
  let listener: Any;
  const jsglobals = globalThis as Any;
  await py.scope(async () => {
    const keep = (proxy: Any) => {
      listener = proxy;
    };
    await py.runPython(
      "from pyodide.ffi import create_proxy\nlambda keep: keep(create_proxy(lambda: 7))",
    )(keep);
    await py.runPython("import js\njs.krait_scope_test = [8]");
  });

  assert.equal(await listener(), 7);
  assert.equal(await jsglobals.krait_scope_test.get(0), 8);
  await listener.destroy();
  await jsglobals.krait_scope_test.destroy();
  delete jsglobals.krait_scope_test;
});

test("BY-handles: attributes of a proxy from outside can be read again after the scope", async () => {
  const outside = await py.runPython("types.SimpleNamespace(inner=[1])");

  await py.scope(async () => {
    assert.equal(await outside.inner.get(0), 1);
  });
  assert.equal(await outside.inner.get(0), 1);
  await outside.destroy();
});

testOfValues("BY-handles: a view of asJsJson ends with the scope", async () => {
  const outside = await py.runPython("{'inner': {'x': 1}}");
  let view: Any;

  await py.scope(async () => {
    view = await outside.asJsJson();
    assert.equal(await view.inner.x, 1);
  });
  assert.match((await failureOf(() => view.inner)).message, ENDED);
  await outside.destroy();
});
