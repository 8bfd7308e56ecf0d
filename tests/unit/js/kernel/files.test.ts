import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { locate } from "../../../../js/kernel/files.ts";
import { KernelFileError } from "../../../../js/kernel/kernel-file-error.ts";
import { openNodeFiles } from "../../../../js/kernel/node-files.ts";
import { checkArchive } from "../../../../js/kernel/stdlib-archive.ts";

const folder = mkdtempSync(join(tmpdir(), "krait-files-"));
const path = join(folder, "data.bin");
writeFileSync(path, new Uint8Array([10, 20, 30, 40]));
after(() => rmSync(folder, { recursive: true }));

const files = await openNodeFiles();

function names(file: string, reason: RegExp) {
  return (error: unknown) =>
    error instanceof KernelFileError && error.file === file && reason.test(error.message);
}

describe("kernel/files in Node", () => {
  test("a path and a file URL name the same file", async () => {
    for (const location of [path, pathToFileURL(path).href]) {
      const file = await files.open(location);

      assert.equal(file.byteLength, 4);
      assert.deepEqual([...file.bytes()], [10, 20, 30, 40]);
    }
  });

  test("a piece can be read", async () => {
    const target = new Uint8Array(2);

    (await files.open(path)).readInto(target, 1);

    assert.deepEqual([...target], [20, 30]);
  });

  test("reading past the end is an error that names the file", async () => {
    const file = await files.open(path);

    assert.throws(() => file.readInto(new Uint8Array(3), 2), names(path, /ends too early/));
  });

  test("a missing file is named", async () => {
    const missing = join(folder, "missing.wasm");

    await assert.rejects(files.open(missing), names(missing, /no such file/));
    await assert.rejects(files.compile(missing), names(missing, /no such file/));
    await assert.rejects(files.importModule(missing), names(missing, /cannot be imported/));
    assert.throws(() => files.readTextSync(missing), names(missing, /no such file/));
  });

  test("a damaged module is named", async () => {
    await assert.rejects(files.compile(path), names(path, /no valid WebAssembly module/));
  });

  test("an address that nobody serves is named", async () => {
    const location = "http://127.0.0.1:1/krait.wasm";

    await assert.rejects(files.open(location), names(location, /cannot be fetched/));
  });

  test("a damaged archive is named", async () => {
    const file = await files.open(path);

    assert.throws(() => checkArchive(file), names(path, /no zip archive/));
  });

  test("names are put behind a folder with and without a slash", () => {
    assert.equal(locate("/a/b/", "c"), "/a/b/c");
    assert.equal(locate("/a/b", "c"), "/a/b/c");
    assert.equal(locate("https://host/x/", "c"), "https://host/x/c");
  });
});
