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

test("JS-pyimport: a module, without touching the globals", () => {
  const math = py.pyimport("math");

  assert.equal(math.sqrt(16), 4);
  assert.equal(py.globals.has("math"), false);
  math.destroy();
});

test("JS-pyimport: a dotted name gives the attribute, or the submodule", () => {
  const comb = py.pyimport("math.comb");
  const ascii = py.pyimport("encodings.ascii");

  assert.equal(comb(4, 2), 6);
  assert.equal(ascii.__name__, "encodings.ascii");
  comb.destroy();
  ascii.destroy();
});

test("JS-pyimport.2: a missing module, a failing module, and names that are none", () => {
  py.FS.writeFile("/home/pyodide/failing_one.py", "1 / 0");

  throwsPython(() => py.pyimport("no_such_module"), "ModuleNotFoundError", /no_such_module/);
  throwsPython(() => py.pyimport("os.no_such_part"), "ModuleNotFoundError");
  throwsPython(() => py.pyimport("failing_one"), "ZeroDivisionError");
  throwsPython(() => py.pyimport(""), "ValueError");
});

test("JS-registerJsModule: import gives the object, from … import its values", () => {
  withModule("shop", { price: 3, items: ["a"], add: (a: number, b: number) => a + b }, () => {
    assert.equal(py.runPython("import shop; shop.price"), 3);
    assert.equal(py.runPython("from shop import add, price; add(price, 4)"), 7);
    throwsPython(() => py.runPython("from shop import nothing"), "ImportError", /nothing/);
    throwsPython(() => py.runPython("shop.nothing"), "AttributeError");
  });
});

test("JS-registerJsModule: a later registration counts after the import is forgotten", () => {
  withModule("again", { value: 1 }, () => {
    assert.equal(py.runPython("import again; again.value"), 1);
    py.registerJsModule("again", { value: 2 });
    assert.equal(py.runPython("import again; again.value"), 1);
    assert.equal(
      py.runPython("import sys; del sys.modules['again']; import again; again.value"),
      2,
    );
  });
});

test("JS-registerJsModule.2: wrong arguments raise TypeError", () => {
  throwsPython(
    () => py.registerJsModule(1, {}),
    "TypeError",
    /Argument 'name' must be a str, not 'int'/,
  );
  throwsPython(
    () => py.registerJsModule("x", 1),
    "TypeError",
    /Argument 'jsproxy' must be a JsProxy, not 'int'/,
  );
  const dict = py.runPython("{}");
  throwsPython(() => py.registerJsModule("x", dict), "TypeError", /must be a JsProxy, not 'dict'/);
  dict.destroy();
});

test("JS-registerJsModule.3: objects inside are submodules, primitives are not", () => {
  withModule("tree", { branch: { leaf: 5, twig: { bud: 6 } }, number: 1 }, () => {
    assert.equal(py.runPython("from tree.branch import leaf; leaf"), 5);
    assert.equal(py.runPython("import tree.branch.twig; tree.branch.twig.bud"), 6);
    throwsPython(
      () => py.runPython("import tree.number"),
      "ModuleNotFoundError",
      /No module named 'tree\.number'/,
    );
    throwsPython(() => py.runPython("import tree.missing"), "ModuleNotFoundError");
  });
});

test("JS-unregisterJsModule: unknown names raise ValueError; imported modules stay", () => {
  throwsPython(() => py.unregisterJsModule("never"), "ValueError", /Cannot unregister 'never'/);
  py.registerJsModule("brief", { value: 1 });
  py.runPython("import brief");
  py.unregisterJsModule("brief");
  assert.equal(py.runPython("import brief; brief.value"), 1);
  throwsPython(
    () => py.runPython("import sys; del sys.modules['brief']; import brief"),
    "ModuleNotFoundError",
  );
});

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
