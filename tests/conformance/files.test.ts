import assert from "node:assert/strict";
import { failsInPython, failureOf } from "../support/failures.ts";
import { load, startKernel } from "../support/kernel.ts";
import { replaceFile } from "../support/replacing.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();
const { FS, PATH, ERRNO_CODES } = py;
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("FS-tree: what is there at the start", async () => {
  const root: string[] = await FS.readdir("/");
  const devices: string[] = await FS.readdir("/dev");

  for (const folder of ["tmp", "home", "dev", "proc", "lib"])
    assert.ok(root.includes(folder), folder);
  for (const name of "null tty tty1 random urandom shm stdin stdout stderr".split(" ")) {
    assert.ok(devices.includes(name), name);
  }
  assert.equal(await FS.cwd(), "/home/pyodide");
  assert.equal(await py.runPython("import os; os.path.expanduser('~')"), "/home/pyodide");
  assert.match(await py.runPython("import sys; str(sys.path)"), /\/lib\/.*\.zip'.*site-packages/);
});

test("FS-shared: one tree and one working folder", async () => {
  await FS.writeFile("/tmp/from-js", "é");
  assert.equal(await py.runPython("open('/tmp/from-js', encoding='utf-8').read()"), "é");
  await py.runPython(
    "import os; os.makedirs('/tmp/a/b'); open('/tmp/a/b/c', 'wb').write(b'\\x00\\xff')",
  );
  assert.deepEqual([...(await FS.readFile("/tmp/a/b/c"))], [0, 255]);
  await FS.chdir("/tmp/a");
  assert.equal(await py.runPython("os.getcwd()"), "/tmp/a");
  await py.runPython("os.chdir('/home/pyodide')");
  assert.equal(await FS.cwd(), "/home/pyodide");
});

test("FS-api: files, folders, links, times", async () => {
  await FS.mkdirTree("/tmp/x/y");
  await FS.writeFile("/tmp/x/file", new Uint8Array([1, 2, 3]));
  await FS.rename("/tmp/x/file", "/tmp/x/moved");
  await FS.symlink("/tmp/x/moved", "/tmp/x/link");
  assert.equal(await FS.readlink("/tmp/x/link"), "/tmp/x/moved");
  const link = await FS.lstat("/tmp/x/link");
  assert.equal(await FS.isLink(link.mode), true);
  assert.equal(await FS.isFile(link.mode), false);
  assert.equal((await FS.stat("/tmp/x/link")).size, 3);
  await FS.truncate("/tmp/x/moved", 1);
  assert.equal(await py.runPython("import os; os.path.getsize('/tmp/x/link')"), 1);
  await FS.chmod("/tmp/x/moved", 0o400);
  assert.equal(await py.runPython("oct(os.stat('/tmp/x/moved').st_mode & 0o777)"), "0o400");
  await FS.utime("/tmp/x/moved", 5_000, 6_000);
  assert.equal(await py.runPython("os.stat('/tmp/x/moved').st_mtime"), 6);
  await FS.unlink("/tmp/x/link");
  await FS.unlink("/tmp/x/moved");
  await FS.rmdir("/tmp/x/y");
  assert.deepEqual(await FS.readdir("/tmp/x"), [".", ".."]);
});

test("FS-api: every member is there", () => {
  const names =
    "mkdir mkdirTree rmdir readdir unlink rename symlink readlink stat lstat fstat chmod lchmod fchmod chown " +
    "truncate ftruncate utime open close read write llseek readFile writeFile createDevice createLazyFile mknod " +
    "mkdev makedev registerDevice analyzePath lookupPath getPath cwd chdir mount unmount syncfs isFile isDir isLink " +
    "isChrdev isBlkdev isFIFO isSocket isMountpoint ErrnoError";

  assert.deepEqual(
    names.split(" ").filter((name) => typeof FS[name] !== "function"),
    [],
  );
  assert.equal(typeof FS.filesystems, "object");
});

test("FS-readFile: bytes or text; writeFile creates, truncates, and appends by its flags", async () => {
  await FS.writeFile("/tmp/r", "long content");
  await FS.writeFile("/tmp/r", new Uint16Array([0x41c3, 0xa9]));
  const bytes = await FS.readFile("/tmp/r");
  assert.ok(bytes instanceof Uint8Array);
  assert.deepEqual([...bytes], [0xc3, 0x41, 0xa9, 0]);
  await FS.writeFile("/tmp/r", "é");
  await FS.writeFile("/tmp/r", "!", { flags: "a" });
  assert.equal(await FS.readFile("/tmp/r", { encoding: "utf8" }), "é!");
});

test("FS-readdir, FS-stat: names, and what is known of a file", async () => {
  await FS.mkdirTree("/tmp/listed/inner");
  await FS.writeFile("/tmp/listed/file", new Uint8Array(5000));
  assert.deepEqual((await FS.readdir("/tmp/listed")).sort(), [".", "..", "file", "inner"]);
  const stat = await FS.stat("/tmp/listed/file");
  assert.deepEqual(
    Object.keys(stat).sort(),
    "atime blksize blocks ctime dev gid ino mode mtime nlink rdev size uid".split(" "),
  );
  assert.equal(stat.size, 5000);
  for (const name of ["atime", "mtime", "ctime"]) assert.ok(stat[name] instanceof Date, name);
  assert.equal(await py.runPython("import os; os.stat('/tmp/listed/file').st_ino"), stat.ino);
});

test("FS-open: positions, and Python's view of the descriptor", async () => {
  const stream = await FS.open("/tmp/opened", "w+");
  await FS.write(stream, new TextEncoder().encode("abcdef"), 0, 6);
  const buffer = new Uint8Array(3);
  assert.equal(await FS.read(stream, buffer, 0, 3, 1), 3);
  assert.equal(textOf(buffer), "bcd");
  assert.equal(await FS.llseek(stream, -1, 2), 5);
  assert.equal(await FS.read(stream, buffer, 0, 3), 1);
  assert.equal(await py.runPython(`import os; os.fstat(${stream.fd}).st_size`), 6);
  await FS.close(stream);
});

test("FS-ErrnoError, FS-analyzePath: failures", async () => {
  const error = (await failureOf(() => FS.readFile("/nowhere/at/all"))) as unknown as {
    name: string;
    errno: number;
  };
  assert.equal(error.name, "ErrnoError");
  assert.equal(error.errno, ERRNO_CODES.ENOENT);
  assert.equal((await FS.analyzePath("/nowhere")).exists, false);
  const found = await FS.analyzePath("/tmp");
  assert.equal(found.exists, true);
  assert.equal(found.path, "/tmp");
  assert.equal(found.parentExists, true);
});

test("NB-errno, JS-ERRNO_CODES: one numbering", async () => {
  const differing = await py.runPython(
    "lambda codes: [n for n in dir(codes) if n.startswith('E') and n.isupper() and getattr(__import__('errno'), n, getattr(codes, n)) != getattr(codes, n)]",
  );
  const wrong = await differing(ERRNO_CODES);

  assert.deepEqual(await wrong.toJs(), []);
  await wrong.destroy();
  await differing.destroy();
  assert.ok(Object.keys(ERRNO_CODES).length >= 121);
});

test("FS-createDevice: bytes out of and into JavaScript", async () => {
  const input = [...new TextEncoder().encode("in\n")];
  const output: number[] = [];
  await FS.createDevice(
    "/dev",
    "own",
    () => input.shift() ?? null,
    (byte: number) => output.push(byte),
  );

  assert.equal(await py.runPython("open('/dev/own').read()"), "in\n");
  await py.runPython("with open('/dev/own', 'w') as f: f.write('ab')");
  assert.deepEqual(output, [97, 98]);
});

test("FS-PATH", async () => {
  assert.deepEqual(await PATH.splitPath("/a/b.c"), ["/", "a/", "b.c", ".c"]);
  assert.equal(await PATH.normalize("/a/../b//c"), "/b/c");
  assert.equal(await PATH.join("/a", "b", "../c"), "/a/c");
  assert.equal(await PATH.join2("/a", "b"), "/a/b");
  assert.equal((await PATH.basename("/a/b")) + (await PATH.dirname("/a/b")), "b/a");
  assert.equal(await PATH.isAbs("/a"), true);
  assert.deepEqual(await PATH.normalizeArray(["a", "..", "b"], false), ["b"]);
});

test("FS-mount, FS-MEMFS: a tree of its own, gone with unmount", async () => {
  await FS.mkdir("/mnt-memory");
  await FS.mount(FS.filesystems.MEMFS, {}, "/mnt-memory");
  await py.runPython("open('/mnt-memory/x', 'w').write('kept')");
  assert.equal(await FS.readFile("/mnt-memory/x", { encoding: "utf8" }), "kept");
  await FS.unmount("/mnt-memory");
  assert.deepEqual(await FS.readdir("/mnt-memory"), [".", ".."]);
  await failureOf(() => FS.mount(FS.filesystems.MEMFS, {}, "/no-such-folder"));
});

test("FS-filesystems, FS-syncfs", async () => {
  for (const name of ["MEMFS", "IDBFS", "NODEFS", "PROXYFS", "WORKERFS", "NATIVEFS_ASYNC"]) {
    assert.ok(FS.filesystems[name], name);
  }
  assert.equal(await new Promise((resolve) => FS.syncfs(false, resolve)), null);
});

testOfValues(
  "FS-instances, FS-PROXYFS: interpreters have trees of their own, and one may show another's",
  async () => {
    const other = await load();
    await other.FS.writeFile("/tmp/theirs", "from the other");
    assert.equal((await FS.analyzePath("/tmp/theirs")).exists, false);
    await FS.mkdir("/tmp/other");
    await FS.mount(FS.filesystems.PROXYFS, { root: "/tmp", fs: other.FS }, "/tmp/other");
    assert.equal(await py.runPython("open('/tmp/other/theirs').read()"), "from the other");
    await py.runPython("open('/tmp/other/ours', 'w').write('from here')");
    assert.equal(await other.runPython("open('/tmp/ours').read()"), "from here");
    await failsInPython(() => py.runPython("open('/tmp/other/none')"), "FileNotFoundError");
    await FS.unmount("/tmp/other");
  },
);

test("FS-tracking: a delegate is told of what happens", async () => {
  const opened: string[] = [];
  FS.trackingDelegate.onOpenFile = (path: string) => opened.push(path);
  try {
    await py.runPython("open('/tmp/tracked', 'w').close()");
  } finally {
    delete FS.trackingDelegate.onOpenFile;
  }
  assert.deepEqual(opened, ["/tmp/tracked"]);
});

test("FS-dup: dup, dup2 and pipe", async () => {
  const result = await py.runPython(`
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
        os.dup2(f.fileno(), other)
        os.write(other, b" three")
        os.close(other)
    text.decode() + " " + open("/tmp/dup").read()
  `);

  assert.equal(result, "through one two three");
});

test("a full tree of many files is made, listed and removed", async () => {
  const count = await py.runPython(`
    import os, shutil
    os.makedirs("/tmp/many")
    for i in range(100_000):
        os.close(os.open(f"/tmp/many/{i}", os.O_CREAT))
    n = len(os.listdir("/tmp/many"))
    shutil.rmtree("/tmp/many")
    n
  `);

  assert.equal(count, 100_000);
});

test("FS-MEMFS: a name that is no UTF-8 is refused, and nothing is made", async () => {
  await failsInPython(
    () =>
      py.runPython(`
      import os
      os.makedirs("/tmp/bytes/\u00e9\u{1f40d}", exist_ok=True)
      open(b"/tmp/bytes/a\\xff\\xfe", "w")
    `),
    "OSError",
    /Illegal byte sequence/,
  );
  assert.deepEqual(await FS.readdir("/tmp/bytes"), [".", "..", "é🐍"]);
});

test("FS-api: whatever is done with a descriptor that is closed raises EBADF", async () => {
  const outcomes = await py.runPython(`
    import errno, os
    calls = {
        "close": (), "dup": (), "fchdir": (), "fchmod": (0o600,), "fchown": (0, 0), "fdatasync": (), "fstat": (),
        "fstatvfs": (), "fsync": (), "ftruncate": (0,), "lseek": (0, 0), "pread": (1, 0), "pwrite": (b"x", 0),
        "read": (1,), "write": (b"x",),
    }
    def outcome(name, rest):
        try:
            getattr(os, name)(3333, *rest)
        except OSError as error:
            return errno.errorcode[error.errno]
        return "nothing"
    os.closerange(3333, 3340)
    " ".join(sorted({outcome(name, rest) for name, rest in calls.items()}))
  `);
  assert.equal(outcomes, "EBADF");
});

test("FS-api: times are kept apart; what is made through links and below files is what POSIX says", async () => {
  const seen = await py.runPython(`
    import errno, os, shutil, tempfile
    def outcome(make):
        try:
            return make() or "made"
        except OSError as error:
            return errno.errorcode[error.errno]
    folder = tempfile.mkdtemp()
    name = lambda *parts: os.path.join(folder, *parts)
    open(name("file"), "w").close()
    os.utime(name("file"), (9, 5))
    found = os.stat(name("file"))
    copy = shutil.copy2(name("file"), name("copy"))
    os.symlink("named", name("link"))
    open(name("link"), "w").close()
    os.symlink("round", name("round"))
    result = [
        found.st_atime, found.st_mtime, os.stat(copy).st_mtime,
        os.path.exists(name("named")), outcome(lambda: open(name("file", "x"), "w")),
        outcome(lambda: os.mkdir(name("file", "x"))), outcome(lambda: open(name("none/"), "w")),
        outcome(lambda: os.open(name("link"), os.O_CREAT | os.O_EXCL)), outcome(lambda: open(name("round"), "w")),
    ]
    shutil.rmtree(folder)
    " ".join(map(str, result))
  `);
  assert.equal(seen, "9.0 5.0 5.0 True ENOTDIR ENOTDIR EISDIR EEXIST ELOOP");
});

test("FS-api: a link says what it was made of, and leads from its own folder", async () => {
  const seen = await py.runPython(`
    import os
    os.makedirs("/tmp/links/inner", exist_ok=True)
    os.symlink("inner/file", "/tmp/links/relative")
    folder = os.open("/tmp/links", os.O_RDONLY)
    open("/tmp/links/inner/file", "w").write("found")
    found = [os.readlink("/tmp/links/relative"), os.readlink("relative", dir_fd=folder),
             open("/tmp/links/relative").read(), os.path.realpath("/tmp/links/relative")]
    os.close(folder)
    " ".join(found)
  `);
  assert.equal(seen, "inner/file inner/file found /tmp/links/inner/file");
  assert.equal(await FS.readlink("/tmp/links/relative"), "inner/file");
});

test("FS-api: a file that replaced another can be removed and made again", async () => {
  assert.equal(await replaceFile(py, "/tmp/replaced"), "new True again");
});

test("FS-api: a descriptor's file is the one it was opened on", async () => {
  const sizes = await py.runPython(`
    import os
    with open("/tmp/gone", "w+") as f:
        f.write("abc")
        f.flush()
        os.remove("/tmp/gone")
        removed = os.fstat(f.fileno()).st_size
    with open("/tmp/here", "w+") as f:
        f.write("ab")
        f.flush()
        os.rename("/tmp/here", "/tmp/there")
        open("/tmp/here", "w").close()
        moved = os.fstat(f.fileno()).st_size
    r, w = os.pipe()
    import stat
    isPipe = stat.S_ISFIFO(os.fstat(r).st_mode)
    os.close(r); os.close(w)
    str([removed, moved, isPipe])
  `);
  assert.equal(sizes, "[3, 2, True]");
});
