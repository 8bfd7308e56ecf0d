import assert from "node:assert/strict";
import { fails, failsInPython, failureOf } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();

test("JS-pyodide: an extensible object, the same as the Python module pyodide_js", async () => {
  assert.equal(Object.isExtensible(py), true);
  py.addedHere = { value: 1 };
  assert.equal(await py.runPython("import pyodide_js; pyodide_js.addedHere.value"), 1);
  assert.equal(await py.runPython("import pyodide_js; pyodide_js"), py);
  delete py.addedHere;
  assert.equal(await py.runPython("hasattr(pyodide_js, 'addedHere')"), false);
});

test("JS-pyodide: members work when they are taken off the object", async () => {
  const { runPython, pyimport, isPyProxy, toPy, globals } = py;

  assert.equal(await runPython("1 + 1"), 2);
  assert.equal(await pyimport("math.pi"), Math.PI);
  const list = await toPy([1]);
  assert.equal(await isPyProxy(list), true);
  assert.equal(await globals.get("__name__"), "__main__");
  await list.destroy();
});

const ERRNO = {
  EPERM: 63,
  ENOENT: 44,
  EIO: 29,
  EINTR: 27,
  EAGAIN: 6,
  EACCES: 2,
  EEXIST: 20,
  ENOTDIR: 54,
  EISDIR: 31,
  EINVAL: 28,
  ENOSPC: 51,
};

test("JS-ERRNO_CODES: at least 121 names, with Python's numbers", async () => {
  const names = Object.keys(py.ERRNO_CODES);
  assert.ok(names.length >= 121, String(names.length));
  const inPython = JSON.parse(
    await py.runPython(
      "import errno, json; json.dumps({n: getattr(errno, n) for n in dir(errno) if n[0] == 'E'})",
    ),
  );
  for (const name of Object.keys(ERRNO)) assert.equal(py.ERRNO_CODES[name], inPython[name], name);
  if ((await py.runPython("import sys; sys.platform")) !== "emscripten") return;
  const { ERRNO_CODES } = py;
  assert.deepEqual(
    Object.fromEntries(Object.keys(ERRNO).map((name) => [name, ERRNO_CODES[name]])),
    ERRNO,
  );
});

test("JS-FS: the tree that Python sees", async () => {
  await py.FS.writeFile("/tmp/from-js", "from JavaScript");
  assert.equal(await py.runPython("open('/tmp/from-js').read()"), "from JavaScript");
  await py.runPython("open('/tmp/from-py', 'w').write('from Python');");
  assert.equal(await py.FS.readFile("/tmp/from-py", { encoding: "utf8" }), "from Python");
  await py.FS.unlink("/tmp/from-js");
  await py.FS.unlink("/tmp/from-py");
});

test("JS-PATH: helpers for paths", async () => {
  assert.equal(await py.PATH.join("/a", "b/../c"), "/a/c");
  assert.equal(await py.PATH.basename("/a/b.txt"), "b.txt");
  assert.equal(await py.PATH.dirname("/a/b.txt"), "/a");
});

test("JS-loadedPackages: a plain mutable object", async () => {
  assert.equal(Object.getPrototypeOf(await py.loadedPackages), Object.prototype);
  const before = { ...(await py.loadedPackages) };
  py.loadedPackages["by hand"] = "somewhere";
  assert.equal(await py.loadedPackages["by hand"], "somewhere");
  delete py.loadedPackages["by hand"];
  assert.deepEqual({ ...(await py.loadedPackages) }, before);
});

test("JS-lockfile, JS-lockfileBaseUrl: what is in use", async () => {
  const lockfile = await py.lockfile;

  assert.equal(typeof lockfile.info.abi_version, "string");
  assert.equal(typeof lockfile.packages, "object");
  assert.equal(await py.lockfile, lockfile);
  assert.match(await py.lockfileBaseUrl, /\/$/);
});

test("JS-internal: _module and _api exist", async () => {
  assert.equal(typeof py._module, "object");
  assert.equal(typeof py._api, "object");
});

test("JS-version: a version of PEP 440", async () => {
  assert.match(py.version, /^\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?$/);
  const parsed = await py.runPython("import pyodide; pyodide.__version__");
  assert.equal(parsed, py.version);
});

test("JS-toPy, JS-toPy.2: containers are copied, everything else comes back as it was", async () => {
  const source = { a: [1, { b: new Map([["k", 2n]]) }] };
  const dict = await py.toPy(source);
  assert.equal(await dict.type, "dict");
  assert.equal(await dict.toString(), "{'a': [1, {'b': {'k': 2}}]}");
  source.a.push(3 as never);
  assert.equal(await dict.get("a").length, 2);
  assert.equal(await py.toPy(dict), dict);

  for (const value of [1, 2n, "x", true, undefined, null, Number.NaN]) {
    assert.equal(await py.toPy(value), value);
  }
  class Own {}
  for (const value of [new Own(), () => 1, Symbol.iterator, new Date()]) {
    assert.equal(await py.toPy(value), value);
  }
  const list = [1];
  assert.equal(await py.toPy(list, { depth: 0 }), list);
  await dict.destroy();
});

test("JS-toPy: depth", async () => {
  const shallow = await py.toPy([[1]], { depth: 1 });
  const isJs = await py.runPython(
    "from pyodide.ffi import JsProxy\nlambda x: isinstance(x[0], JsProxy)",
  );

  assert.equal(await isJs(shallow), true);
  await shallow.destroy();
  await isJs.destroy();
});

testOfValues("JS-toPy.3: defaultConverter is asked for what has no conversion", async () => {
  class Pair {
    readonly first: unknown;
    readonly second: unknown;
    constructor(first: unknown, second: unknown) {
      this.first = first;
      this.second = second;
    }
  }
  const asked: unknown[] = [];
  const pair = new Pair(1, [2]);
  const list = await py.toPy([pair, 5, pair], {
    defaultConverter(value: unknown, convert: (x: unknown) => unknown, cache: unknown) {
      assert.equal(typeof cache, "function");
      asked.push(value);
      return value instanceof Pair ? convert([value.first, value.second]) : value;
    },
  });

  assert.equal(await list.toString(), "[[1, [2]], 5, [1, [2]]]");
  assert.deepEqual(new Set(asked), new Set([pair]));
  await list.destroy();
});

test("JS-toPy.3: what defaultConverter throws comes out", async () => {
  const thrown = new RangeError("no way");

  const failure: unknown = await failureOf(() =>
    py.toPy([() => 1], {
      defaultConverter() {
        throw thrown;
      },
    }),
  );
  assert.equal(failure, thrown);
});

test("JS-setStdin, JS-setStdout, JS-setStderr: handlers are replaced, and given back", async () => {
  const out: string[] = [];
  const errors: string[] = [];

  await py.setStdout({ batched: (line: string) => out.push(line) });
  await py.setStderr({ batched: (line: string) => errors.push(line) });
  await py.setStdin({ stdin: () => "typed" });
  try {
    await py.runPython("import sys\nprint(input()); print('oh', file=sys.stderr)");
  } finally {
    await py.setStdout({ batched: () => undefined });
    await py.setStderr({ batched: () => undefined });
    await py.setStdin({ error: true });
  }
  await py.runPython("print('unheard')");
  assert.deepEqual([out, errors], [["typed"], ["oh"]]);
  await failsInPython(() => py.runPython("input()"), "OSError");
});

test("JS-setInterruptBuffer, JS-checkInterrupt: a request in the buffer is KeyboardInterrupt", async () => {
  const buffer = new Uint8Array(new SharedArrayBuffer(1));

  assert.equal(await py.checkInterrupt(), undefined);
  await py.setInterruptBuffer(buffer);
  try {
    buffer[0] = 2;
    await failsInPython(
      () => py.runPython("for i in range(100_000_000): pass"),
      "KeyboardInterrupt",
    );
    assert.equal(buffer[0], 0);
  } finally {
    await py.setInterruptBuffer(undefined);
  }
  buffer[0] = 2;
  assert.equal(await py.runPython("sum(range(100_000))"), 4999950000);
});

test("JS-unpackArchive: files of an archive, into a folder", async () => {
  const bytes = await py.runPython(`
    import io, zipfile
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("unpacked_here.py", "value = 5")
    buffer.getvalue()
  `);
  const archive = await bytes.toJs();

  await py.unpackArchive(archive, "zip", { extractDir: "/tmp/unpacked" });
  assert.equal(await py.runPython("open('/tmp/unpacked/unpacked_here.py').read()"), "value = 5");
  await failureOf(() => py.unpackArchive(archive, "no such format"));
  await bytes.destroy();
});

test("CF-archiveNodeBuffer, JS-unpackArchive: a Buffer of Node is bytes like any other", async () => {
  const bytes = await py.runPython(`
    import io, tarfile
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("from_buffer.txt"))
    buffer.getvalue()
  `);
  const buffer = Buffer.from(await bytes.toJs());

  await py.unpackArchive(buffer, "gztar", { extractDir: "/tmp/unpacked" });
  assert.equal(await py.runPython("open('/tmp/unpacked/from_buffer.txt').read()"), "");
  await bytes.destroy();
});

test("JS-loadPackage, CF-loadPackageReturn: nothing to load is an array; unknown names reject", async () => {
  const promise = py.loadPackage([]);
  assert.ok(promise instanceof Promise);
  assert.deepEqual(await promise, []);
  for (const names of ["no-such-package-here", ["no-such-package-here"]]) {
    assert.match((await failureOf(() => py.loadPackage(names))).message, /no-such-package-here/);
  }
});

test("CF-loadPackageDestroys: a proxy of a list is destroyed", async () => {
  const names = await py.runPython("['no-such-package-here']");

  await failureOf(() => py.loadPackage(names));
  assert.match((await failureOf(() => names.length)).message, /already been destroyed/);
  const none = await py.runPython("[]");
  assert.deepEqual(await py.loadPackage(none), []);
  assert.match((await failureOf(() => none.length)).message, /already been destroyed/);
});

test("CF-loadPackageUrls: a URL that is no wheel says what is expected", async () => {
  const error = await failureOf(() => py.loadPackage("https://packages.example/old.js"));

  assert.ok(error instanceof Error);
  assert.match(error.message, /wheel/);
});

test("JS-loadPackagesFromImports: code that needs no packages", async () => {
  const promise = py.loadPackagesFromImports("import os, sys\nfrom json import loads");

  assert.ok(promise instanceof Promise);
  assert.deepEqual(await promise, []);
});

test("JS-makeMemorySnapshot: without the option it names the option", async () => {
  await fails(() => py.makeMemorySnapshot(), "Error", /_makeSnapshot/);
});
