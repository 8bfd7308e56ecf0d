// What wheels ask of the kernel beside what extension modules of our own do (docs/abi.md).
import assert from "node:assert/strict";
import { readDylink } from "../../../js/kernel/dylink.ts";
import { SITE_PACKAGES_PATH } from "../../../js/kernel/kernel-options.ts";
import { failureOf } from "../../support/failures.ts";
import { load } from "../../support/kernel.ts";
import { test } from "../../support/test.ts";
import { type Compiled, compileExtension, compileLibrary } from "./compile.ts";

const mismatched = compileExtension("mismatched_extension.c");
const needed = compileLibrary("needed_library.c");
const needing = compileExtension("needing_extension.c", [needed]);

const PACKAGE = `${SITE_PACKAGES_PATH}/nested`;

async function withFiles(files: Readonly<Record<string, Compiled>>) {
  const py = await load();
  py.FS.mkdirTree(PACKAGE);
  for (const [folder, { fileName, bytes }] of Object.entries(files)) {
    py.FS.mkdirTree(folder);
    py.FS.writeFile(`${folder}/${fileName}`, bytes);
  }
  py.runPython(
    `import importlib, sys; importlib.invalidate_caches(); sys.path.append("${PACKAGE}")`,
  );
  return py;
}

test("functions that take other arguments than CPython gives", async () => {
  const py = await withFiles({ [SITE_PACKAGES_PATH]: mismatched });
  const run = (code: string) => py.runPython(`import mismatched_extension as m\n${code}`);

  assert.equal(run("m.alone()"), 1);
  assert.equal(run("m.greedy('x')"), "x");
  assert.equal(run("m.nobody(1, b=2)"), 2);
  assert.equal(run("m.Box().alone()"), 1);
  assert.equal(run("m.Box.made(1, 2)"), 2);
  assert.equal(run("m.Box().size"), 3);
  assert.equal(run("m.Box().size = 7\nm.last()"), 7);
});

test("PK-dynlib: a library that an extension needs is found beside it, and where LD_LIBRARY_PATH says", async () => {
  for (const folder of [PACKAGE, "/usr/lib"]) {
    const py = await withFiles({ [folder]: needed });
    const path = `${PACKAGE}/${needing.fileName}`;
    py.FS.writeFile(path, needing.bytes);

    await py._api.loadDynlib(path);
    assert.equal(py.runPython("import needing_extension; needing_extension.answer()"), 42);
  }
});

test("PK-dynlib: a library that is nowhere is named, with the folders that were looked in", async () => {
  const py = await withFiles({ [PACKAGE]: needing });

  const { message } = await failureOf(() => py._api.loadDynlib(`${PACKAGE}/${needing.fileName}`));
  assert.match(message, /needing_extension.*needs libneeded_library\.so.*nested.*\/usr\/lib/);
});

test("what is no library says so", async () => {
  const py = await withFiles({});
  py.FS.writeFile("/tmp/no.so", new Uint8Array(40));

  const { message } = await failureOf(() => py._api.loadDynlib("/tmp/no.so"));
  assert.match(message, /\/tmp\/no\.so.*no shared library for WebAssembly/);
});

test("the section of a library is read with bounds", () => {
  const { bytes } = needing;
  assert.deepEqual(readDylink(bytes), { needed: [needed.fileName], runtimePaths: [] });
  // The section ends before byte 50; what is behind it is not looked at.
  for (let length = 0; length < 40; length++) {
    assert.throws(() => readDylink(bytes.subarray(0, length)), Error);
  }
  for (let at = 8; at < 40; at++) {
    const damaged = bytes.slice(0, 200);
    damaged[at] = 0xff;
    try {
      readDylink(damaged);
    } catch (error) {
      assert.match(String(error), /dylink\.0/);
    }
  }
});
