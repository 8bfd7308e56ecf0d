import assert from "node:assert/strict";
import { throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** Registers a module for one use; it is forgotten in `sys.modules` too. */
function withModule(name: string, module: object, body: () => void): void {
  py.registerJsModule(name, module);
  try {
    body();
  } finally {
    py.unregisterJsModule(name);
    py.runPython(
      `import sys\nfor n in [n for n in sys.modules if (n + ".").startswith("${name}.")]: del sys.modules[n]`,
    );
  }
}

test("IM-finder: a Python module of the same name wins; frozen objects work", () => {
  withModule("colorsys", { fake: true }, () => {
    assert.equal(py.runPython("import colorsys; hasattr(colorsys, 'rgb_to_hsv')"), true);
  });
  const frozen = Object.freeze({ value: 1 });
  withModule("frozen_one", frozen, () => {
    assert.equal(
      py.runPython("import frozen_one; frozen_one.__name__ + str(frozen_one.value)"),
      "frozen_one1",
    );
    assert.equal(py.runPython("frozen_one.__spec__.origin"), "javascript");
  });
  assert.deepEqual(Object.keys(frozen), ["value"]);
});

test("IM-star: from m import * takes the own property names", () => {
  withModule("starred", { one: 1, two: 2 }, () => {
    assert.equal(py.runPython("from starred import *; one + two"), 3);
  });
});

test("JX-js: reading, writing and deleting globals of JavaScript", () => {
  const scope = globalThis as unknown as Record<string, unknown>;

  py.runPython("import js; js.krait_test_value = 'from python'");
  assert.equal(scope.krait_test_value, "from python");
  assert.equal(py.runPython("js.krait_test_value"), "from python");
  py.runPython("del js.krait_test_value");
  assert.equal("krait_test_value" in scope, false);
  throwsPython(() => py.runPython("js.no_such_global"), "AttributeError", /no_such_global/);
  throwsPython(
    () => py.runPython("from js import no_such_global"),
    "ImportError",
    /no_such_global/,
  );
  assert.equal(py.runPython("from js import JSON; JSON.stringify(JSON.parse('[1]'))"), "[1]");
});

test("JX-pyodide_js: it is the pyodide object, usable from Python", () => {
  assert.equal(py.runPython("import pyodide_js; pyodide_js.version"), py.version);
  assert.equal(py.runPython("pyodide_js"), py);
  assert.equal(py.runPython("pyodide_js.runPython('3 * 4')"), 12);
  assert.equal(py.runPython("pyodide_js.globals is globals()"), true);
});

test("JX-api: _api offers what installers use", () => {
  const offered = py.runPython(`
    import pyodide_js
    [name for name in ("config", "scheduleCallback", "version")
     if hasattr(pyodide_js._api, name)]
  `);

  assert.deepEqual(offered.toJs(), ["config", "scheduleCallback", "version"]);
  offered.destroy();
});

test("PY-package: pyodide and its submodules", () => {
  const all = py.runPython("import pyodide; sorted(pyodide.__all__)");
  assert.deepEqual(all.toJs(), ["__version__", "code", "console", "ffi", "http", "webloop"]);
  all.destroy();
  assert.equal(
    py.runPython("import pyodide.console, pyodide.http, pyodide.webloop, pyodide.ffi.wrappers; 1"),
    1,
  );
});

test("PY-register_js_module: from Python", () => {
  const value = py.runPython(`
    import sys, js
    from pyodide.ffi import register_js_module, unregister_js_module
    register_js_module("made_here", js.JSON.parse('{"x": 5}'))
    from made_here import x
    unregister_js_module("made_here")
    del sys.modules["made_here"]
    x
  `);

  assert.equal(value, 5);
});
