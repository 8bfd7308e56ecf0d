import assert from "node:assert/strict";
import { before, describe } from "node:test";
import { SITE_PACKAGES_PATH } from "../../../js/kernel/kernel-options.ts";
import { type Any, load } from "../../support/kernel.ts";
import { test } from "../../support/test.ts";
import { compileExtension } from "./compile.ts";

const extensions = ["plain_extension.c", "throwing_extension.cc"].map((source) =>
  compileExtension(source),
);

for (const snapshot of ["built-in", "none"] as const) {
  describe(`side modules, snapshot ${snapshot}`, () => {
    let pyodide: Any;
    const printed: string[] = [];

    before(async () => {
      pyodide = await load({ snapshot, stdout: (line: string) => printed.push(line) });
      for (const { fileName, bytes } of extensions) {
        pyodide.FS.writeFile(`${SITE_PACKAGES_PATH}/${fileName}`, bytes);
      }
      pyodide.runPython("import importlib; importlib.invalidate_caches()");
    });

    test("an extension in C is imported from site-packages and calls libpython and libc", () => {
      const run = (code: string) => pyodide.runPython(`import plain_extension as m\n${code}`);

      assert.equal(run("str(m.sorted([3, 1, 2]))"), "[1, 2, 3]");
      assert.equal(run("m.hypotenuse(3, 4)"), "5.000");
      assert.equal(run("m.wide(-(1 << 62)) == -(1 << 62) // 3 + 1"), true);
      assert.throws(() => run("m.refuse()"), /ValueError: refused 2 times/);
      assert.equal(run("m.Pair().__class__.__name__"), "Pair");
      assert.equal(run("class P(m.Pair): x = 1\nP().x"), 1);
    });

    test("an extension in C++ throws, catches and unwinds", () => {
      const caught = (kind: string) =>
        pyodide.runPython(`import throwing_extension as m; m.caught("${kind}")`);

      assert.equal(caught("own"), "Refusal own 0");
      assert.equal(caught("vector"), "out_of_range 0");
      assert.equal(caught("string"), "out_of_range 0");
      assert.equal(caught("stoi"), "invalid_argument 0");
      assert.equal(caught("int"), "int 42 0");
      assert.equal(caught("none"), "nothing 0");
    });

    test("an extension in C++ uses the standard library's containers and streams", () => {
      const report = pyodide.runPython("import throwing_extension as m; m.counted('b a b')");
      pyodide.runPython("m.greet()");

      assert.equal(report, "a=1 b=2 ");
      assert.deepEqual(printed, ["hello from C++"]);
    });

    test("ctypes finds functions of the main module and of a library", () => {
      const run = (code: string) => pyodide.runPython(`import ctypes\n${code}`);

      assert.equal(run("ctypes.CDLL(None).abs(-5)"), 5);
      assert.equal(run("ctypes.pythonapi.Py_IsInitialized()"), 1);
      assert.equal(run("hasattr(ctypes.CDLL(None), 'no_such_function')"), false);
    });

    test("a file that is no library raises ImportError", () => {
      const path = `${SITE_PACKAGES_PATH}/broken.cpython-313-wasm32-emscripten.so`;
      pyodide.FS.writeFile(path, new Uint8Array([1, 2, 3, 4]));

      assert.throws(() => pyodide.runPython("import broken"), /ImportError.*broken/s);
      assert.equal(pyodide.runPython("1 + 1"), 2);
    });
  });
}
