import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { krait } from "../support/command-line.ts";
import { openIndex } from "../support/package-index.ts";
import { loadPyodide } from "../support/packages.ts";

const { index, publish } = await openIndex();
const wheels = await publish("alpha", {
  "1.0": ["Requires-Dist: beta>=2", "Requires-Dist: packaging"],
  "2.0": ["Requires-Dist: beta>=2", "Requires-Dist: packaging"],
});
await publish("beta", { "1.0": [], "2.1": [] });
await publish("broken", { "1.0": ["Requires-Dist: nowhere-to-be-found"] });

const folder = await mkdtemp(join(tmpdir(), "krait-install-"));
after(() => rm(folder, { recursive: true }));
const target = join(folder, "packages");
const env = { KRAIT_PACKAGES: target };
const INDEX = ["--index-url", index];
const VERSIONS = "import alpha, beta; print(alpha.version, beta.version)";

test("krait install: what is installed is there for every run, with what it needs", async () => {
  const installed = await krait(["install", ...INDEX, "alpha<2"], { env });
  assert.equal(installed.status, 0, installed.stderr);
  assert.match(installed.stdout, /installed in .*: alpha 1\.0, beta 2\.1, packaging \d/);

  const run = await krait(["-c", `${VERSIONS}; import packaging`], { env });
  assert.deepEqual([run.status, run.stdout], [0, "1.0 2.1\n"]);
  assert.ok(!existsSync(join(target, "micropip")));
  for (const option of ["-s", "-I", "-Ss"]) {
    const without = await krait([option, "-c", "import alpha"], { env });
    assert.match(without.stderr, /ModuleNotFoundError: No module named 'alpha'/, option);
  }
});

test("krait install: what is there is left, --upgrade replaces it", async () => {
  const again = await krait(["install", ...INDEX, "alpha"], { env });
  assert.deepEqual([again.status, again.stdout], [0, "everything is there already\n"]);
  const upgraded = await krait(["install", "--upgrade", ...INDEX, "alpha"], { env });
  assert.equal(upgraded.status, 0, upgraded.stderr);
  assert.match(upgraded.stdout, /alpha 2\.0/);

  assert.equal((await krait(["-c", VERSIONS], { env })).stdout, "2.0 2.1\n");
  const names = await readdir(target);
  assert.deepEqual(names.filter((name) => name.startsWith("alpha")).sort(), [
    "alpha-2.0.dist-info",
    "alpha.py",
  ]);
});

test("krait install: a wheel of the host, and a folder of one's own", async () => {
  const { fileName, bytes } = wheels["1.0"] as (typeof wheels)[string];
  const file = join(folder, fileName);
  await writeFile(file, bytes);
  const other = join(folder, "other");
  const { status, stdout, stderr } = await krait(["install", "-t", other, ...INDEX, file], { env });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /alpha 1\.0/);
  const run = await krait(["-c", VERSIONS], { env: { KRAIT_PACKAGES: other } });
  assert.equal(run.stdout, "1.0 2.1\n");
});

test("krait install: compiled packages of krait's own", async () => {
  const own = join(folder, "own");
  const { status, stderr } = await krait(["install", "-t", own, "numpy"], { env });
  assert.equal(status, 0, stderr);
  const code = "import numpy as np; print(np.linalg.det(np.eye(3)), np.arange(5).sum())";
  const run = await krait(["-c", code], { env: { KRAIT_PACKAGES: own } });
  assert.equal(run.stdout, "1.0 10\n", run.stderr);
});

test("krait lock: a lock file for the API and for install", async () => {
  const file = join(folder, "lock.json");
  const locked = await krait(["lock", "-o", file, ...INDEX, "alpha==1.0"], { env });
  assert.equal(locked.status, 0, locked.stderr);
  assert.match(locked.stdout, /lock\.json: alpha 1\.0, beta 2\.1, packaging/);
  const { packages } = JSON.parse(await readFile(file, "utf8"));
  assert.deepEqual(Object.keys(packages).sort(), ["alpha", "beta", "packaging"]);
  assert.equal(packages.alpha.sha256, wheels["1.0"]?.sha256);

  const py = await loadPyodide({ lockFileURL: file });
  await py.loadPackage("alpha", { messageCallback() {} });
  assert.equal(py.runPython("import alpha, beta; alpha.version + beta.version"), "1.02.1");

  const place = join(folder, "locked");
  const installed = await krait(["install", "-t", place, "--lock", file], { env });
  assert.equal(installed.status, 0, installed.stderr);
  const run = await krait(["-c", VERSIONS], { env: { KRAIT_PACKAGES: place } });
  assert.equal(run.stdout, "1.0 2.1\n");
});

test("krait install: what cannot be had is told, and nothing is half installed", async () => {
  const place = join(folder, "nothing");
  const wrong: [string[], number, RegExp][] = [
    [["broken"], 1, /nowhere-to-be-found/],
    [["not-there-either"], 1, /not-there-either/],
    [["alpha===="], 1, /alpha====|Invalid|Expected/],
    [[], 2, /which packages\? None is named/],
    [["--lock", join(folder, "no-file")], 2, /no-file is not there/],
    [["--lock", join(folder, "lock.json"), "alpha"], 2, /requirements cannot be added/],
    [["--packages", folder, "alpha"], 2, /has no pyodide-lock\.json/],
    [["--unknown", "alpha"], 2, /--unknown/],
  ];
  for (const [args, expected, message] of wrong) {
    const words = ["install", "-t", place, ...(expected === 1 ? INDEX : []), ...args];
    const { status, stderr } = await krait(words, { env });
    assert.equal(status, expected, stderr);
    assert.match(stderr, message);
    assert.ok(!existsSync(place));
  }
});

test("krait install: a download that differs from its lock file is refused", async () => {
  const file = join(folder, "wrong.json");
  const lock = JSON.parse(await readFile(join(folder, "lock.json"), "utf8"));
  lock.packages.alpha.sha256 = "0".repeat(64);
  await writeFile(file, JSON.stringify(lock));
  const place = join(folder, "wrong");
  const { status, stderr } = await krait(["install", "-t", place, "--lock", file], { env });
  assert.equal(status, 1);
  assert.match(stderr, /alpha/);
  assert.ok(!existsSync(place));
});

test("krait install, krait lock: help", async () => {
  for (const command of ["install", "lock"]) {
    const { status, stdout } = await krait([command, "--help"]);
    assert.equal(status, 0);
    assert.match(stdout, new RegExp(`^usage: krait ${command} `));
  }
});
