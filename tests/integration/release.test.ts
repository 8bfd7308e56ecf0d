import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { version } from "../support/kernel.ts";
import { temporaryFolder } from "../support/temporary.ts";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));

function run(command: string, args: readonly string[], cwd: string) {
  return spawnSync(command, args, { cwd, encoding: "utf8", timeout: 300_000 });
}

test("a release installs without a network and runs, and its checksums and parts are right", async () => {
  const output = path.join(await temporaryFolder(), "release");
  const program = "tools/releasing/release.py";
  const made = run(
    "python3",
    [program, "--allow-changes", "--no-packages", "--output", output],
    CHECKOUT,
  );
  assert.equal(made.status, 0, made.stderr);

  const names = ["changes.md", "cdx.json", "tgz"].map((name) =>
    name === "tgz" ? `krait-${version}.tgz` : `krait-${version}.${name}`,
  );
  assert.deepEqual((await readdir(output)).sort(), [...names, "SHA256SUMS"].sort());
  const sums = (await readFile(path.join(output, "SHA256SUMS"), "utf8")).trim().split("\n");
  assert.equal(sums.length, names.length);
  for (const line of sums) {
    const [sum, name] = line.split("  ") as [string, string];
    const bytes = await readFile(path.join(output, name));
    assert.equal(createHash("sha256").update(bytes).digest("hex"), sum, name);
  }
  const bill = JSON.parse(await readFile(path.join(output, names[1] as string), "utf8"));
  assert.equal(bill.bomFormat, "CycloneDX");
  const parts = bill.components.map(({ name }: { name: string }) => name);
  for (const part of ["CPython", "zlib", "SQLite", "libffi", "@xterm/xterm", "sirv"])
    assert.ok(parts.includes(part), part);

  const consumer = await temporaryFolder();
  await writeFile(path.join(consumer, "package.json"), '{ "private": true }');
  const tarball = path.join(output, names[2] as string);
  const installed = run("npm", ["install", "--offline", "--no-audit", tarball], consumer);
  assert.equal(installed.status, 0, installed.stderr);
  const command = path.join("node_modules", ".bin", "krait");
  const ran = run(command, ["-c", "import sqlite3; print(sqlite3.sqlite_version)"], consumer);
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stdout, /^3\.\d+/);
});

test("a version without a section in the changelog is not released", () => {
  const code = `
import sys
sys.path.insert(0, "tools/releasing")
import release
assert release.changes_of("1.1.0", "# Changes\\n\\n## 1.1.0\\n\\nnew\\n\\n## 1.0.0\\n\\nold\\n") == "## 1.1.0\\n\\nnew\\n"
try:
    release.changes_of("1.1", "## 1.1.0\\n")
except release.Refused as reason:
    print(reason)
`;

  const ran = run("python3", ["-c", code], CHECKOUT);

  assert.match(ran.stdout, /has no section for 1\.1:/, ran.stderr);
});
