import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFile, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { DIST_PATH, distUrl } from "../support/dist.ts";
import { rejectionOf } from "../support/failures.ts";
import { load } from "../support/kernel.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

/** The package in another folder, without some of its files; JavaScript is copied, so that it finds itself there. */
async function packageWithout(...left: string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const name of await readdir(DIST_PATH)) {
    if (left.includes(name)) continue;
    const place = name.endsWith("js") ? copyFile : symlink;
    await place(path.join(DIST_PATH, name), path.join(folder, name));
  }
  return folder;
}

test("JS-loadPyodide.8: an environment that is none of the known ones rejects", () => {
  const program = `
    const { loadPyodide } = await import(${JSON.stringify(distUrl("pyodide.mjs"))});
    const { process } = globalThis;
    globalThis.process = undefined;
    const outcome = await loadPyodide().then(() => "loaded", (error) => error.name + ": " + error.message);
    process.stdout.write(outcome);
  `;
  const ran = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    timeout: 20_000,
  });

  assert.match(ran.stdout, /^Error: Cannot determine runtime environment/, ran.stderr);
});

test("JS-opt-createPyodideModule: the runtime's factory is used, nothing is imported", async () => {
  const folder = await packageWithout("krait.asm.mjs");
  const { default: createPyodideModule } = await import(distUrl("krait.asm.mjs"));

  const missing = await rejectionOf(() => load({ indexURL: folder }));
  assert.match(missing.message, /krait\.asm\.mjs/);
  const py = await load({ indexURL: folder, createPyodideModule });
  assert.equal(py.runPython("1 + 1"), 2);
});

test("JS-opt-checkAPIVersion: a kernel of another version is refused, naming both", async () => {
  const folder = await packageWithout();
  const file = path.join(folder, "krait.mjs");
  const source = await readFile(file, "utf8");
  await writeFile(file, source.replace(/var version = "[^"]+"/, 'var version = "987.6.5"'));
  const { loadPyodide, version } = await import(
    pathToFileURL(path.join(folder, "pyodide.mjs")).href
  );
  const real = (await load()).version;

  assert.equal(version, "987.6.5");
  const error = await rejectionOf(() => loadPyodide());
  assert.match(error.message, /987\.6\.5/);
  assert.ok(error.message.includes(real), error.message);
  const py = await loadPyodide({ checkAPIVersion: false });
  assert.equal(py.runPython("1 + 1"), 2);
});

test("CF-lockFileName: pyodide-lock.json, then repodata.json", async () => {
  const folder = await packageWithout("pyodide-lock.json");
  const none = await rejectionOf(() => load({ indexURL: folder }));
  assert.match(none.message, /pyodide-lock\.json/);

  const lockFile = JSON.parse(await readFile(path.join(DIST_PATH, "pyodide-lock.json"), "utf8"));
  lockFile.packages = { "by-the-old-name": { name: "by-the-old-name", imports: [], depends: [] } };
  await writeFile(path.join(folder, "repodata.json"), JSON.stringify(lockFile));
  assert.deepEqual((await load({ indexURL: folder })).lockfile, lockFile);

  await symlink(path.join(DIST_PATH, "pyodide-lock.json"), path.join(folder, "pyodide-lock.json"));
  assert.notDeepEqual((await load({ indexURL: folder })).lockfile, lockFile);
});
