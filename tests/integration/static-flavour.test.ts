import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";
import { throwsPython } from "../support/failures.ts";
import type { Any } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const DIST = fileURLToPath(new URL("../../build/dist-static/", import.meta.url));
const LIBRARY = "/library.so";
/** The smallest module: its magic number and version. */
const EMPTY_MODULE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

const { loadPyodide } = (await import(pathToFileURL(`${DIST}pyodide.mjs`).href)) as {
  loadPyodide: (options?: object) => Promise<Any>;
};

for (const [name, options] of [
  ["its snapshot", {}],
  ["nothing", { snapshot: "none" }],
] as const) {
  test(`the static flavour starts from ${name}, and refuses shared libraries`, async () => {
    const warnings: string[] = [];
    const py = await loadPyodide({ ...options, stderr: (line: string) => warnings.push(line) });

    assert.equal(py.runPython("sum(map(len, ['a', 'bc']))"), 3);
    assert.equal(py.runPython("import sqlite3, decimal, hashlib; sqlite3.sqlite_version[0]"), "3");
    assert.deepEqual(warnings, []);
    py.FS.writeFile(LIBRARY, EMPTY_MODULE);
    const text = /dynamic linking not enabled/;
    throwsPython(() => py.runPython(`import ctypes; ctypes.CDLL("${LIBRARY}")`), "OSError", text);
    await assert.rejects(py._module.loadDynamicLibrary(LIBRARY, { global: false }), {
      message: `${LIBRARY}: this build of the kernel cannot load shared libraries`,
    });
    assert.equal(py.runPython("1 + 1"), 2);
  });
}

test("the static flavour calls back and forth", async () => {
  const py = await loadPyodide();

  py.globals.set("twice", (n: number) => 2 * n);
  assert.deepEqual(py.runPython("[twice(n) for n in range(3)]").toJs(), [0, 2, 4]);
  throwsPython(() => py.runPython("def f(): f()\nf()"), "RecursionError");
});
