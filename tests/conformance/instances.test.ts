import assert from "node:assert/strict";
import { fails, failureOf } from "../support/failures.ts";
import { type Any, load } from "../support/kernel.ts";
import { MODE } from "../support/places.ts";
import { test, testOfValues } from "../support/test.ts";

test("JS-loadPyodide.2: interpreters are independent", async () => {
  const [a, b] = (await Promise.all([load(), load()])) as [Any, Any];

  await a.runPython("x = 1; import os; os.chdir('/tmp'); open('/tmp/mine', 'w').close()");
  assert.equal(await b.globals.has("x"), false);
  assert.equal(await b.FS.cwd(), "/home/pyodide");
  assert.equal(await b.runPython("import os; os.path.exists('/tmp/mine')"), false);
  assert.notEqual(a.globals, b.globals);
  await a.setDebug(true);
  assert.equal(await b.setDebug(false), false);
});

test("JS-loadPyodide.2: another's proxy is not an instance, and arrives as a JsProxy", async () => {
  const [a, b] = (await Promise.all([load(), load()])) as [Any, Any];
  const list = await a.runPython("[1, 2, 3]");

  assert.ok(list instanceof a.ffi.PyProxy);
  assert.equal(list instanceof b.ffi.PyProxy, false);
  assert.equal(list instanceof b.ffi.PyMutableSequence, false);
  assert.equal(await b.isPyProxy(list), false);
  assert.equal(
    await b.runPython("from pyodide.ffi import JsProxy; lambda x: isinstance(x, JsProxy)")(list),
    true,
  );
  assert.equal(await b.runPython("lambda x: x")(list), list);
  if (MODE === "sync") {
    assert.equal(await b.runPython("lambda x: x.get(1)")(list), 2);
  }
});

testOfValues(
  "JS-loadPyodide.2: another's proxy after it was destroyed, and in containers",
  async () => {
    const [a, b] = (await Promise.all([load(), load()])) as [Any, Any];
    const list = await a.runPython("[1]");

    const holder = await b.runPython("lambda *a: [*a]")(list, [list]);
    const isHeld = await b.runPython("lambda holder, x: holder[0] == x");
    assert.equal(await isHeld(holder, list), true);
    await list.destroy();
    assert.equal(await isHeld(holder, list), true);
    assert.match((await failureOf(() => list.get(0))).message, /already been destroyed/);
    await fails(() => b.runPython("lambda x: x.get(0)")(list), "PythonError", /destroyed/);
  },
);

test("JS-loadPyodide.2, JS-exit: the end of one interpreter leaves the other alone", async () => {
  const [a, b] = (await Promise.all([load(), load()])) as [Any, Any];

  await failureOf(() => a.runPython("import os; os._exit(3)"));
  assert.equal(await b.runPython("6 * 7"), 42);
});

/** What a start must give, whatever it started from. */
async function checkStart(py: Any): Promise<void> {
  assert.equal(await py.runPython("import sys; sys.version_info[:2] == (3, 13)"), true);
  assert.equal(await py.runPython("sys.argv == ['']"), true);
  assert.equal(await py.runPython("__name__"), "__main__");
  assert.equal(await py.runPython("import os; os.getcwd()"), "/home/pyodide");
  assert.equal(await py.runPython("os.environ['MARK']"), "set");
  assert.equal(await py.runPython("import time; abs(time.time() - 0) > 1.6e9"), true);
  assert.equal(await py.runPython("import csv, json, sqlite3; json.dumps([1])"), "[1]");
  assert.equal(await py.runPython("import js; js.Math.max(3, 4)"), 4);
  assert.equal(await py.runPython("sys.getrecursionlimit() >= 500"), true);
  assert.equal(await py.runPython("import gc; gc.isenabled()"), true);
}

for (const snapshot of ["built-in", "none"]) {
  test(`BY-snapshot: a start with snapshot ${snapshot} passes the same checks`, async () => {
    await checkStart(await load({ snapshot, env: { MARK: "set" } }));
  });
}

test("BY-snapshot: both starts have the same paths, flags and globals", async () => {
  const look = `
    import sys, json
    json.dumps([sys.path, list(sys.flags), len(sys.meta_path), len(sys.path_hooks),
                sorted(globals()), sys.getrecursionlimit(), sys.executable])
  `;
  const warm = await (await load({ snapshot: "built-in" })).runPython(look);
  const cold = await (await load({ snapshot: "none" })).runPython(look);

  assert.deepEqual(JSON.parse(warm), JSON.parse(cold));
});

test("BY-snapshot: randomness is fresh in every start", async () => {
  const draw = `
    import random, os, uuid, secrets, tempfile
    str([random.random(), os.urandom(8), uuid.uuid4(), secrets.token_hex(8), next(tempfile._get_candidate_names())])
  `;
  const drawn = await Promise.all([1, 2, 3].map(async () => (await load()).runPython(draw)));

  assert.equal(new Set(drawn).size, 3);
});

test("BY-snapshot: time goes on from now, not from when the snapshot was made", async () => {
  const py = await load();

  const now = (await py.runPython("import time; time.time()")) * 1000;
  assert.ok(Math.abs(now - Date.now()) < 5_000);
  const before = await py.runPython("time.monotonic()");
  await new Promise((resolve) => setTimeout(resolve, 20));
  const passed = (await py.runPython("time.monotonic()")) - before;
  assert.ok(passed > 0.015 && passed < 10, String(passed));
});
