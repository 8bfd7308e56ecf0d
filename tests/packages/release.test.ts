import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { LOCK_FILE, loadPyodide } from "../support/packages.ts";
import { temporaryFolder } from "../support/temporary.ts";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const LIMIT_MS = 300_000;

test("a release has the packages, which load from where they are unpacked", async () => {
  const folder = await temporaryFolder();
  const run = (...command: [string, ...string[]]) => {
    const [program, ...args] = command;
    const ran = spawnSync(program, args, { cwd: CHECKOUT, encoding: "utf8", timeout: LIMIT_MS });
    assert.equal(ran.status, 0, ran.stderr);
  };
  run("python3", "tools/releasing/release.py", "--allow-changes", "--output", folder);
  const names = await readdir(folder);
  const archive = names.find((name) => name.startsWith("krait-packages-"));
  assert.ok(archive, names.join());
  const sums = await readFile(path.join(folder, "SHA256SUMS"), "utf8");
  assert.ok(sums.includes(archive));

  run("unzip", "-q", path.join(folder, archive), "-d", folder);
  const lockFileURL = path.join(folder, "packages", path.basename(LOCK_FILE));
  const py = await loadPyodide({ lockFileURL });
  await py.loadPackage("pyyaml", { messageCallback() {} });

  assert.equal(py.runPython("import yaml; yaml.safe_load('a: [1, 2]')['a'][1]"), 2);
});
