import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { thrownBy, throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
const { FS, PATH } = py;
const host = await temporaryFolder();

test("FS-tree: what is there at the start", () => {
  const names = (folder: string) => FS.readdir(folder) as string[];

  for (const folder of ["tmp", "home", "dev", "proc", "lib"]) {
    assert.ok(names("/").includes(folder), folder);
  }
  for (const device of ["null", "tty", "random", "urandom", "shm", "stdin", "stdout", "stderr"]) {
    assert.ok(names("/dev").includes(device), device);
  }
});

test("FS-shared: one tree and one working folder", () => {
  FS.writeFile("/tmp/from-js", "é");
  assert.equal(py.runPython("open('/tmp/from-js', encoding='utf-8').read()"), "é");
  py.runPython("import os; os.makedirs('/tmp/a/b'); open('/tmp/a/b/c', 'wb').write(b'\\x00\\xff')");
  assert.deepEqual([...FS.readFile("/tmp/a/b/c")], [0, 255]);
  FS.chdir("/tmp/a");
  assert.equal(py.runPython("os.getcwd()"), "/tmp/a");
  py.runPython("os.chdir('/home/pyodide')");
  assert.equal(FS.cwd(), "/home/pyodide");
});

test("FS-api: files, folders, links, times", () => {
  FS.mkdirTree("/tmp/x/y");
  FS.writeFile("/tmp/x/file", new Uint8Array([1, 2, 3]));
  FS.rename("/tmp/x/file", "/tmp/x/moved");
  FS.symlink("/tmp/x/moved", "/tmp/x/link");
  assert.equal(FS.readlink("/tmp/x/link"), "/tmp/x/moved");
  assert.equal(FS.isLink(FS.lstat("/tmp/x/link").mode), true);
  assert.equal(FS.stat("/tmp/x/link").size, 3);
  FS.truncate("/tmp/x/moved", 1);
  assert.equal(py.runPython("import os; os.path.getsize('/tmp/x/link')"), 1);
  assert.ok(FS.stat("/tmp/x").mtime instanceof Date);
  FS.unlink("/tmp/x/link");
  FS.unlink("/tmp/x/moved");
  FS.rmdir("/tmp/x/y");
  assert.deepEqual(FS.readdir("/tmp/x"), [".", ".."]);
});

test("FS-open: positions, and Python's view of the descriptor", () => {
  const stream = FS.open("/tmp/opened", "w+");
  FS.write(stream, new TextEncoder().encode("abcdef"), 0, 6);
  const buffer = new Uint8Array(3);
  assert.equal(FS.read(stream, buffer, 0, 3, 1), 3);
  assert.equal(new TextDecoder().decode(buffer), "bcd");
  assert.equal(py.runPython(`import os; os.fstat(${stream.fd}).st_size`), 6);
  FS.close(stream);
});

test("FS-ErrnoError, FS-analyzePath: failures", () => {
  const error = thrownBy(() => FS.readFile("/nowhere/at/all")) as unknown as { errno: number };
  assert.equal((error as unknown as Error).name, "ErrnoError");
  assert.equal(error.errno, py.ERRNO_CODES.ENOENT);
  assert.equal(FS.analyzePath("/nowhere").exists, false);
  assert.equal(FS.analyzePath("/tmp").exists, true);
});

test("NB-errno, JS-ERRNO_CODES: one numbering", () => {
  const wrong = py.runPython(
    "lambda codes: [n for n in dir(codes) if n.startswith('E') and n.isupper() and getattr(__import__('errno'), n, getattr(codes, n)) != getattr(codes, n)]",
  )(py.ERRNO_CODES);

  assert.deepEqual(wrong.toJs(), []);
  wrong.destroy();
  assert.equal(py.ERRNO_CODES.ENOENT, 44);
  assert.ok(Object.keys(py.ERRNO_CODES).length >= 121);
});

test("FS-createDevice: bytes out of and into JavaScript", () => {
  const input = [...new TextEncoder().encode("in\n")];
  const output: number[] = [];
  FS.createDevice(
    "/dev",
    "own",
    () => input.shift() ?? null,
    (byte: number) => output.push(byte),
  );

  assert.equal(py.runPython("open('/dev/own').read()"), "in\n");
  py.runPython("with open('/dev/own', 'w') as f: f.write('ab')");
  assert.deepEqual(output, [97, 98]);
});

test("FS-PATH", () => {
  assert.deepEqual(PATH.splitPath("/a/b.c"), ["/", "a/", "b.c", ".c"]);
  assert.equal(PATH.normalize("/a/../b//c"), "/b/c");
  assert.equal(PATH.join("/a", "b", "../c"), "/a/c");
  assert.equal(PATH.basename("/a/b") + PATH.dirname("/a/b"), "b/a");
});

test("FS-node, JS-mountNodeFS: a host folder, both directions at once", async () => {
  await writeFile(path.join(host, "given.txt"), "from the host");
  py.mountNodeFS("/mnt/host", host);

  assert.equal(py.runPython("open('/mnt/host/given.txt').read()"), "from the host");
  py.runPython("open('/mnt/host/made.txt', 'w').write('from Python é')");
  assert.equal(await readFile(path.join(host, "made.txt"), "utf8"), "from Python é");
  py.runPython(
    "import os; os.mkdir('/mnt/host/sub'); os.rename('/mnt/host/made.txt', '/mnt/host/sub/m'); os.remove('/mnt/host/given.txt')",
  );
  assert.equal(await readFile(path.join(host, "sub", "m"), "utf8"), "from Python é");
  assert.equal(py.runPython("sorted(os.listdir('/mnt/host')) == ['sub']"), true);
  throwsPython(() => py.runPython("open('/mnt/host/none')"), "FileNotFoundError");
});

test("FS-node, JS-mountNodeFS: the errors of mountNodeFS", async () => {
  await mkdir(path.join(host, "dir"));
  await writeFile(path.join(host, "plain"), "");
  FS.writeFile("/tmp/a-file", "");
  FS.mkdirTree("/tmp/not-empty/inner");
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
    assert.equal(thrownBy(() => py.mountNodeFS(target, source)).message, message);
  }
});

test("FS-mount, FS-NODEFS: FS.mount and unmount", () => {
  FS.mkdir("/mnt/by-fs");
  FS.mount(FS.filesystems.NODEFS, { root: host }, "/mnt/by-fs");
  assert.equal(py.runPython("import os; 'sub' in os.listdir('/mnt/by-fs')"), true);
  FS.unmount("/mnt/by-fs");
  assert.deepEqual(FS.readdir("/mnt/by-fs"), [".", ".."]);
});

test("FS-filesystems, FS-syncfs", async () => {
  for (const name of ["MEMFS", "IDBFS", "NODEFS", "PROXYFS", "WORKERFS"]) {
    assert.ok(FS.filesystems[name], name);
  }
  const error = await new Promise((resolve) => FS.syncfs(false, resolve));
  assert.equal(error, null);
});

test("FS-dup: dup, dup2 and pipe", () => {
  const result = py.runPython(`
    import os
    r, w = os.pipe()
    os.write(w, b"through")
    os.close(w)
    text = os.read(r, 100)
    os.close(r)
    with open("/tmp/dup", "w") as f:
        f.write("one ")
        f.flush()
        other = os.dup(f.fileno())
        os.write(other, b"two")
        os.close(other)
    text.decode() + " " + open("/tmp/dup").read()
  `);

  assert.equal(result, "through one two");
});

test("AR-unpackArchive: a zip and a tar made in Python", () => {
  py.runPython(
    "import shutil, os; os.makedirs('/tmp/src'); open('/tmp/src/f', 'w').write('packed')",
  );
  py.runPython(
    "shutil.make_archive('/tmp/out', 'zip', '/tmp/src'); shutil.make_archive('/tmp/out', 'gztar', '/tmp/src')",
  );

  assert.equal(
    py.unpackArchive(FS.readFile("/tmp/out.zip"), "zip", { extractDir: "/tmp/u1" }),
    undefined,
  );
  py.unpackArchive(Buffer.from(FS.readFile("/tmp/out.tar.gz")), ".tar.gz", {
    extractDir: "/tmp/u2",
  });
  assert.equal(py.runPython("open('/tmp/u1/f').read() + open('/tmp/u2/f').read()"), "packedpacked");
  throwsPython(
    () => py.unpackArchive(new Uint8Array(3), "nope"),
    "ValueError",
    /Unrecognized format nope/,
  );
  throwsPython(() => py.unpackArchive(new Uint8Array(3), "zip"), "ReadError");
  assert.match(
    thrownBy(() => py.unpackArchive("text", "zip")).message,
    /Expected argument 'buffer' to be an ArrayBuffer or an ArrayBuffer view/,
  );
});

test("a full tree of many files is made, listed and removed", () => {
  const count = py.runPython(`
    import os, shutil
    os.makedirs("/tmp/many")
    for i in range(2000):
        open(f"/tmp/many/{i}", "w").close()
    n = len(os.listdir("/tmp/many"))
    shutil.rmtree("/tmp/many")
    n
  `);

  assert.equal(count, 2000);
});
