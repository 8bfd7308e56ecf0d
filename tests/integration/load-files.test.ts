import assert from "node:assert/strict";
import { cp, writeFile } from "node:fs/promises";
import path from "node:path";
import { DIST_PATH, distUrl } from "../support/dist.ts";
import { rejectionOf } from "../support/failures.ts";
import { load } from "../support/kernel.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

const folder = await temporaryFolder();
const lockFile = {
  info: { arch: "wasm32", platform: "emscripten", python: "3.13.5", abi_version: "x" },
  packages: {},
};

test("JS-opt-indexURL: a path, with or without the trailing slash, and a URL", async () => {
  for (const indexURL of [DIST_PATH, DIST_PATH.slice(0, -1), distUrl("")]) {
    const py = await load({ indexURL });

    assert.equal(py.runPython("1 + 1"), 2);
  }
});

test("JS-opt-indexURL: a relative path is resolved against the working folder", async () => {
  const py = await load({ indexURL: path.relative(process.cwd(), DIST_PATH) });

  assert.equal(py.runPython("1 + 1"), 2);
});

test("JS-opt-indexURL: a wrong value rejects, naming it", async () => {
  const error = await rejectionOf(() => load({ indexURL: path.join(folder, "nowhere") }));

  assert.match(String(error), /nowhere/);
});

test("JS-loadPyodide.4, CF-rejections: a failed load leaves no unhandled rejection behind", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", note);

  await rejectionOf(() => load({ indexURL: path.join(folder, "nowhere") }));
  await rejectionOf(() => load({ stdLibURL: path.join(folder, "no.zip") }));
  await rejectionOf(() => load({ lockFileContents: Promise.reject(new Error("no lock file")) }));
  await new Promise((resolve) => setTimeout(resolve, 50));

  process.off("unhandledRejection", note);
  assert.deepEqual(unhandled, []);
});

test("JS-opt-stdLibURL: another archive is used, a missing one rejects by name", async () => {
  const copy = path.join(folder, "other-stdlib.zip");
  await cp(path.join(DIST_PATH, "python_stdlib.zip"), copy);

  assert.equal((await load({ stdLibURL: copy })).runPython("import csv; csv.__name__"), "csv");
  const missing = await rejectionOf(() => load({ stdLibURL: path.join(folder, "no.zip") }));
  assert.match(String(missing), /no\.zip/);
});

test("JS-opt-lockFileURL: a path and a file URL are read; JS-lockfileBaseUrl is its folder", async () => {
  const file = path.join(folder, "my-lock.json");
  const own = structuredClone(lockFile);
  own.info.abi_version = (await load()).lockfile.info.abi_version;
  await writeFile(file, JSON.stringify(own));

  for (const lockFileURL of [file, `file://${file}`]) {
    const py = await load({ lockFileURL });
    assert.deepEqual(py.lockfile, own);
    assert.ok(py.lockfileBaseUrl.endsWith("/"));
    assert.ok(py.lockfileBaseUrl.includes(folder));
  }
});

test("JS-opt-lockFileURL: a missing or broken file rejects, naming it", async () => {
  const broken = path.join(folder, "broken-lock.json");
  await writeFile(broken, "{ no json");

  const missing = await rejectionOf(() => load({ lockFileURL: path.join(folder, "no-lock.json") }));
  assert.match(String(missing), /no-lock\.json/);
  assert.match(String(await rejectionOf(() => load({ lockFileURL: broken }))), /broken-lock\.json/);
});
