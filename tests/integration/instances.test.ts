import assert from "node:assert/strict";
import { type Any, load } from "../support/kernel.ts";
import { test } from "../support/test.ts";

test("JS-loadPyodide.2: interpreters are independent", async () => {
  const [a, b] = (await Promise.all([load(), load()])) as [Any, Any];

  a.runPython("x = 1; import os; os.chdir('/tmp'); open('/tmp/mine', 'w').close()");
  assert.equal(b.globals.has("x"), false);
  assert.equal(b.FS.cwd(), "/home/pyodide");
  assert.equal(b.FS.analyzePath("/tmp/mine").exists, false);
});

test("JS-loadPyodide.2: another's proxy is not an instance, and arrives as a JsProxy", async () => {
  const [a, b] = (await Promise.all([load(), load()])) as [Any, Any];
  const list = a.runPython("[1, 2, 3]");

  assert.ok(list instanceof a.ffi.PyProxy);
  assert.equal(list instanceof b.ffi.PyProxy, false);
  assert.equal(b.isPyProxy(list), false);
  assert.equal(
    b.runPython("from pyodide.ffi import JsProxy; lambda x: isinstance(x, JsProxy)")(list),
    true,
  );
  assert.equal(b.runPython("lambda x: x.get(1)")(list), 2);
});

test("JS-exit: the end of one interpreter leaves the other alone", async () => {
  const [a, b] = (await Promise.all([load(), load()])) as [Any, Any];

  assert.throws(() => a.runPython("import os; os._exit(3)"));
  assert.equal(b.runPython("6 * 7"), 42);
});

/** What a start must give, whatever it started from. */
function checkStart(py: Any): void {
  assert.equal(py.runPython("import sys; sys.version_info[:2] == (3, 13)"), true);
  assert.deepEqual(py.runPython("sys.argv").toJs(), [""]);
  assert.equal(py.runPython("__name__"), "__main__");
  assert.equal(py.runPython("import os; os.getcwd()"), "/home/pyodide");
  assert.equal(py.runPython("os.environ['MARK']"), "set");
  assert.equal(py.runPython("import time; abs(time.time() - 0) > 1.6e9"), true);
  assert.equal(py.runPython("import csv, json, sqlite3; json.dumps([1])"), "[1]");
  assert.equal(py.runPython("import js; js.Math.max(3, 4)"), 4);
  assert.equal(py.runPython("sys.getrecursionlimit() >= 500"), true);
  assert.equal(py.runPython("import gc; gc.isenabled()"), true);
}

for (const snapshot of ["built-in", "none"]) {
  test(`BY-snapshot: a start with snapshot ${snapshot} passes the same checks`, async () => {
    checkStart(await load({ snapshot, env: { MARK: "set" } }));
  });
}

test("BY-snapshot: both starts have the same paths, flags and globals", async () => {
  const look = `
    import sys, json
    json.dumps([sys.path, list(sys.flags), len(sys.meta_path), len(sys.path_hooks),
                sorted(globals()), sys.getrecursionlimit(), sys.executable])
  `;
  const warm = (await load({ snapshot: "built-in" })).runPython(look);
  const cold = (await load({ snapshot: "none" })).runPython(look);

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

  const now = py.runPython("import time; time.time()") * 1000;
  assert.ok(Math.abs(now - Date.now()) < 5_000);
  const before = py.runPython("time.monotonic()");
  await new Promise((resolve) => setTimeout(resolve, 20));
  const passed = py.runPython("time.monotonic()") - before;
  assert.ok(passed > 0.015 && passed < 10, String(passed));
});
