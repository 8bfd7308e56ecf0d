import assert from "node:assert/strict";
import { failsInPython } from "../support/failures.ts";
import { collectGarbage } from "../support/handles.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

test("JS-globals: one proxy for life, which is globals() of __main__", async () => {
  const isGlobals = await py.runPython("lambda g: g is globals()");

  assert.equal(py.globals, py.globals);
  assert.equal(await isGlobals(py.globals), true);
  assert.equal(await py.globals.type, "dict");
  await py.globals.set("from_js", 11);
  assert.equal(await py.runPython("from_js"), 11);
  assert.equal(await py.globals.from_js, 11);
  await py.globals.delete("from_js");
  assert.equal(await py.globals.has("from_js"), false);
  await isGlobals.destroy();
});

test("JS-globals: it cannot be ended", async () => {
  await py.globals.destroy();
  assert.equal(await py.globals.get("__name__"), "__main__");
});

test("JS-globals.2: get and has fall back to builtins", async () => {
  const len = await py.globals.get("len");

  assert.equal(await len("four"), 4);
  assert.equal(await py.globals.has("print"), true);
  assert.equal(await py.globals.get("nowhere"), undefined);
  assert.equal(await py.globals.has("nowhere"), false);
  await len.destroy();
});

test("JS-globals.2: property access, set and delete act on the dict alone", async () => {
  assert.equal(await py.globals.len, undefined);
  await failsInPython(() => py.globals.delete("len"), "KeyError");
  await py.globals.set("len", 5);
  assert.equal(await py.globals.get("len"), 5);
  assert.equal(await py.globals.len, 5);
  await py.globals.delete("len");
  assert.equal(await py.runPython("len('four')"), 4);
});

test("JS-globals.2: a global None is no reason to look in builtins", async () => {
  await py.runPython("len = None");

  assert.equal(await py.globals.get("len"), undefined);
  assert.equal(await py.globals.has("len"), true);
  await py.runPython("del len");
});

test("JS-globals.2: builtins stay reachable, whatever is collected", async () => {
  for (let round = 0; round < 5; round++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  assert.equal(await py.globals.has("print"), true);
});

test("JS-pyodide_py, JS-version: one version everywhere", async () => {
  assert.equal(await py.pyodide_py.__version__, py.version);
  assert.equal(await py.runPython("import pyodide; pyodide.__version__"), py.version);
  assert.match(py.version, /^\d+(\.\d+)*((a|b|rc)\d+)?(\.(post|dev)\d+)*$/);
  assert.equal(await py.pyodide_py.__name__, "pyodide");
  await py.pyodide_py.destroy();
  assert.equal(await py.pyodide_py.__name__, "pyodide");
});
