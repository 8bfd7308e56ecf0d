import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { makeCertificate } from "../support/certificate.ts";
import { loadPyodide, version } from "../support/kernel.ts";
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

  const server = `krait-server-${version}-linux-x86_64`;
  const names = [
    ...["changes.md", "cdx.json", "tgz"].map((ending) => `krait-${version}.${ending}`),
    ...[`krait-server-${version}.cdx.json`, `${server}.tar.gz`],
  ];
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

  await serveFromArchive(path.join(output, `${server}.tar.gz`), server);
});

/** Unpacks the archive of the server and uses it where nothing else of a system is. */
async function serveFromArchive(archive: string, name: string): Promise<void> {
  const [unpacked, shared] = [await temporaryFolder(), await temporaryFolder()];
  const extracted = run("tar", ["xzf", archive, "-C", unpacked], unpacked);
  assert.equal(extracted.status, 0, extracted.stderr);
  const script = path.join(unpacked, name, "bin", "kraitd");
  assert.equal(run(script, ["--version"], shared).stdout, `kraitd ${version}\n`);
  const { certificate, key } = await makeCertificate();
  for (const file of [certificate, key])
    await copyFile(file, path.join(shared, path.basename(file)));
  const loader = ["/krait/lib/ld-linux-x86-64.so.2", "--library-path", "/krait/lib"];
  const tls = ["--tls-cert", "/shared/cert.pem", "--tls-key", "/shared/key.pem"];
  const child = spawn(
    "bwrap",
    [
      ...["--ro-bind", path.join(unpacked, name), "/krait", "--bind", shared, "/shared"],
      ...["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--die-with-parent", "--"],
      ...[...loader, "/krait/libexec/kraitd", "--installed-at", "/krait", "--no-sandbox"],
      ...["--listen", "unix:/shared/krait.sock", "--listen", "wss://127.0.0.1:0"],
      ...[...tls, "--token", "of the archive"],
    ],
    { stdio: ["ignore", "inherit", "pipe"] },
  );
  let log = "";
  child.stderr.on("data", (text) => {
    log += text;
  });
  try {
    while (!log.includes("detail=wss:")) {
      assert.equal(child.exitCode, null, log);
      await sleep(20);
    }
    const py = await loadPyodide({
      kernel: `unix:${path.join(shared, "krait.sock")}`,
      token: "of the archive",
      sync: false,
    });
    const source = `
import asyncio, bz2, ctypes, decimal, hashlib, json, lzma, multiprocessing, os, sqlite3, ssl, sys, uuid, zlib
[sorted(os.listdir("/")), json.__file__, os.path.exists(json.__cached__), ssl.create_default_context().protocol.name]`;
    const found = await py.runPython(source).toJs();
    assert.deepEqual(found, [
      ["dev", "krait", "proc", "shared", "tmp"],
      "/krait/python/lib/python3.13/json/__init__.py",
      true,
      "PROTOCOL_TLS_CLIENT",
    ]);
    py.terminate();
  } finally {
    child.kill();
  }
}

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
