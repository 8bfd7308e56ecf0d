import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { failsInPython, failureOf } from "../support/failures.ts";
import { load, startKernel } from "../support/kernel.ts";
import { replaceFile } from "../support/replacing.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
const { FS } = py;
const host = await temporaryFolder();

test("FS-node: a host folder, both directions at once", async () => {
  await writeFile(path.join(host, "given.txt"), "from the host");
  await py.mountNodeFS("/mnt/host", host);

  assert.equal(await py.runPython("open('/mnt/host/given.txt').read()"), "from the host");
  await py.runPython("open('/mnt/host/made.txt', 'w').write('from Python é')");
  assert.equal(await readFile(path.join(host, "made.txt"), "utf8"), "from Python é");
  await py.runPython(
    "import os; os.mkdir('/mnt/host/sub'); os.rename('/mnt/host/made.txt', '/mnt/host/sub/m'); os.remove('/mnt/host/given.txt')",
  );
  assert.equal(await readFile(path.join(host, "sub", "m"), "utf8"), "from Python é");
  assert.equal(await py.runPython("str(os.listdir('/mnt/host'))"), "['sub']");
  await failsInPython(() => py.runPython("open('/mnt/host/none')"), "FileNotFoundError");
});

test("FS-node: a file that replaced another can be removed and made again", async () => {
  assert.equal(await replaceFile(py, "/mnt/host/replaced"), "new True again");
  assert.equal(await readFile(path.join(host, "replaced", "file"), "utf8"), "again");
  await py.runPython("import shutil; shutil.rmtree('/mnt/host/replaced')");
});

test("FS-node, JS-mountNodeFS: the errors of mountNodeFS", async () => {
  await mkdir(path.join(host, "dir"));
  await writeFile(path.join(host, "plain"), "");
  await FS.writeFile("/tmp/a-file", "");
  await FS.mkdirTree("/tmp/not-empty/inner");
  const missing = path.join(host, "missing");
  const plain = path.join(host, "plain");

  const cases: [string, string, string][] = [
    ["/mnt/host", host, "path '/mnt/host' is already a file system mount point"],
    ["/tmp/a-file", host, "path '/tmp/a-file' points to a file not a directory"],
    ["/tmp/not-empty", host, "directory '/tmp/not-empty' is not empty"],
    ["/mnt/2", missing, `hostPath '${missing}' does not exist`],
    ["/mnt/3", plain, `hostPath '${plain}' is not a directory`],
  ];
  for (const [target, source, message] of cases) {
    const error = await failureOf(() => py.mountNodeFS(target, source));
    assert.equal(error.message, message);
  }
});

test("FS-mount, FS-NODEFS: FS.mount and unmount", async () => {
  await FS.mkdir("/mnt/by-fs");
  await FS.mount(FS.filesystems.NODEFS, { root: host }, "/mnt/by-fs");
  assert.equal(await py.runPython("import os; 'sub' in os.listdir('/mnt/by-fs')"), true);
  await FS.unmount("/mnt/by-fs");
  assert.deepEqual(await FS.readdir("/mnt/by-fs"), [".", ".."]);
});

test("FS-instances: a host folder that two interpreters mount is seen by both", async () => {
  const other = await load();
  await other.mountNodeFS("/shared", host);

  await other.runPython("open('/shared/note', 'w').write('for you')");

  assert.equal(await py.runPython("open('/mnt/host/note').read()"), "for you");
});
