import assert from "node:assert/strict";
import { failureOf, rejectionOf } from "../support/failures.ts";
import { type Any, load, loadPyodide, version } from "../support/kernel.ts";
import { test } from "../support/test.ts";

/** The value of an expression, as JSON. */
async function json(py: Any, expression: string): Promise<unknown> {
  return JSON.parse(await py.runPython(`import json, os, sys\njson.dumps(${expression})`));
}

test("JS-module: the module exports loadPyodide and version", async () => {
  const py = await load();

  assert.equal(typeof loadPyodide, "function");
  assert.equal(version, py.version);
});

test("JS-loadPyodide: a promise; unknown options are ignored", async () => {
  const promise = load({ noSuchOption: 1, another: { nested: true }, undefinedOne: undefined });

  assert.ok(promise instanceof Promise);
  assert.equal(await (await promise).runPython("1 + 1"), 2);
});

test("JS-loadPyodide: every failure is a rejection", async () => {
  for (const options of [
    { homedir: "/home/a", env: { HOME: "/home/b" } },
    { lockFileContents: "{ no json" },
    { args: ["--no-such-option"] },
    {
      fsInit() {
        throw new Error("no disk today");
      },
    },
  ]) {
    await rejectionOf(() => loadPyodide({ stderr() {}, ...options }));
  }
});

test("JS-loadPyodide.5: folders, argv, path and __name__ after a plain start", async () => {
  const py = await load();

  assert.equal(await json(py, "os.getcwd()"), "/home/pyodide");
  assert.equal(await py.FS.cwd(), "/home/pyodide");
  assert.deepEqual(await json(py, "sys.argv"), [""]);
  assert.equal(await py.runPython("__name__"), "__main__");
  const path = (await json(py, "sys.path")) as string[];
  assert.equal(path[0], "");
  assert.match(path[1] ?? "", /\.zip$/);
  assert.match(path[2] ?? "", /^\/lib\/python3\.\d+/);
  assert.match(path[3] ?? "", /site-packages$/);
});

test("PY-main: the global namespace starts with the usual names only", async () => {
  const py = await load();

  assert.deepEqual(
    await py.runPython("[name for name in globals() if not name.startswith('__')]").toJs(),
    [],
  );
});

test("JS-opt-args: interpreter options and a program's arguments are applied", async () => {
  const py = await load({ args: ["-O", "-W", "error::UserWarning", "-c", "pass", "a", "--b"] });

  assert.equal(await json(py, "sys.flags.optimize"), 1);
  assert.deepEqual(await json(py, "sys.argv"), ["-c", "a", "--b"]);
  assert.deepEqual(await json(py, "sys.warnoptions"), ["error::UserWarning"]);
});

for (const fullStdLib of [true, false]) {
  test(`JS-opt-fullStdLib, CF-fullStdLib: ${fullStdLib} loads, and every stdlib module is there`, async () => {
    const py = await load({ fullStdLib });

    assert.equal(await py.runPython("import sqlite3, lzma, ctypes, decimal; 1"), 1);
  });
}

test("JS-opt-homedir: it is created, HOME, and the working folder", async () => {
  const py = await load({ homedir: "/home/someone/deep" });

  assert.equal(await json(py, "os.environ['HOME']"), "/home/someone/deep");
  assert.equal(await json(py, "os.getcwd()"), "/home/someone/deep");
  assert.equal(await json(py, "os.path.expanduser('~/x')"), "/home/someone/deep/x");
  assert.equal(await json(py, "os.path.isdir('/home/someone/deep')"), true);
});

test("CF-homedir: the same as env.HOME; another env.HOME is refused", async () => {
  const same = await load({ homedir: "/home/a", env: { HOME: "/home/a" } });
  assert.equal(await json(same, "os.getcwd()"), "/home/a");

  const error = await rejectionOf(() => load({ homedir: "/home/a", env: { HOME: "/home/b" } }));
  assert.equal(error.message, "Set both env.HOME and homedir arguments");
});

test("JS-opt-env: variables reach os.environ, HOME decides the home folder", async () => {
  const py = await load({ env: { HOME: "/home/of-env", COLOUR: "bläu", EMPTY: "" } });

  assert.equal(await json(py, "os.environ['COLOUR']"), "bläu");
  assert.equal(await json(py, "os.environ['EMPTY']"), "");
  assert.equal(await json(py, "os.environ['PYTHONINSPECT']"), "1");
  assert.equal(await json(py, "os.getcwd()"), "/home/of-env");
});

test("JS-opt-args: options by Python's own variables in env are honoured", async () => {
  const py = await load({ env: { PYTHONHASHSEED: "0", PYTHONWARNINGS: "ignore::UserWarning" } });

  assert.equal(await json(py, "os.environ['PYTHONHASHSEED']"), "0");
  assert.deepEqual(await json(py, "sys.warnoptions"), ["ignore::UserWarning"]);
});

test("PY-environ: the defaults, and TZ of the options", async () => {
  const py = await load({ env: { TZ: "Asia/Tokyo" } });

  const environment = (await json(py, "dict(os.environ)")) as Record<string, string>;
  assert.equal(environment.USER, "web_user");
  assert.equal(environment.LOGNAME, "web_user");
  assert.equal(environment.LANG, "C.UTF-8");
  assert.equal(environment.HOME, "/home/pyodide");
  assert.equal(environment.TZ, "Asia/Tokyo");
});

test("JS-opt-jsglobals: it is the module js, in both directions", async () => {
  const jsglobals = { answer: 42, setTimeout, console } as Record<string, unknown>;
  const py = await load({ jsglobals });

  assert.equal(await py.runPython("import js; js.answer"), 42);
  assert.equal(await py.runPython("js"), jsglobals);
  await py.runPython("js.fresh = [1].__len__()");
  assert.equal(jsglobals.fresh, 1);
  assert.equal(await json(py, "[hasattr(js, n) for n in ('document', 'process')] == [0, 0]"), true);
  assert.equal((await failureOf(() => py.runPython("js.nothing"))).type, "AttributeError");
  assert.equal((await failureOf(() => py.runPython("from js import nothing"))).type, "ImportError");
});

test("JS-opt-stdout, JS-opt-stderr, JS-opt-stdin: handlers by options", async () => {
  const lines: string[] = [];
  const errors: string[] = [];
  const py = await load({
    stdout: (line: string) => lines.push(line),
    stderr: (line: string) => errors.push(line),
    stdin: () => "typed",
  });

  await py.runPython("import sys; print(input(), 1); print('oh', file=sys.stderr)");
  assert.deepEqual(lines, ["typed 1"]);
  assert.deepEqual(errors, ["oh"]);
});

test("JS-loadPyodide.6: what Python writes while it starts goes to the options' handlers", async () => {
  const errors: string[] = [];
  await load({ args: ["-v"], stderr: (line: string) => errors.push(line) });

  assert.ok(
    errors.some((line) => line.includes("import 'site'")),
    errors.slice(0, 5).join("\n"),
  );
});

test("JS-loadPyodide.3: a program that ends while starting rejects with ExitStatus", async () => {
  const lines: string[] = [];
  const error = await rejectionOf(() =>
    load({ args: ["--version"], stdout: (line: string) => lines.push(line) }),
  );

  assert.equal(error.name, "ExitStatus");
  assert.equal(error.message, "Program terminated with exit(0)");
  assert.match(lines.join("\n"), /^Python 3\.13\./);
});

test("JS-loadPyodide.3: an unknown argument rejects, with the usage delivered", async () => {
  const errors: string[] = [];
  const error = await rejectionOf(() =>
    load({ args: ["--no-such-option"], stderr: (line: string) => errors.push(line) }),
  );

  assert.equal(error.name, "ExitStatus");
  assert.match(error.message, /^Program terminated with exit\([1-9]\d*\)$/);
  assert.match(errors.join("\n"), /no-such-option|usage/i);
});

test("JS-opt-sysExecutable: it is sys.executable", async () => {
  const py = await load({ _sysExecutable: "/opt/some/python" });

  assert.equal(await json(py, "sys.executable"), "/opt/some/python");
});

test("JS-opt-convertNullToNone, CF-null: null arrives as None or as jsnull", async () => {
  const converting = await load({ convertNullToNone: true });
  const plain = await load();
  const isNone = "lambda x: x is None";

  assert.equal(await converting.runPython(isNone)(null), true);
  assert.equal(await plain.runPython(isNone)(null), false);
  assert.equal(
    await plain.runPython("import pyodide.ffi as f; lambda x: x is f.jsnull")(null),
    true,
  );
});

test("JS-opt-pyproxyToStringRepr, CF-toString: toString is repr or str", async () => {
  const code = "import decimal; decimal.Decimal('1.5')";

  assert.equal(await (await load()).runPython(code).toString(), "1.5");
  const py = await load({ pyproxyToStringRepr: true });
  assert.equal(await py.runPython(code).toString(), "Decimal('1.5')");
});

test("JS-opt-toJsLiteralMap, CF-toJsDict: a dict is a Map with string keys as properties", async () => {
  for (const options of [{}, { toJsLiteralMap: true }]) {
    const py = await load(options);

    const map = await py.runPython("{'a': 1, 2: 'two'}").toJs();
    assert.ok(map instanceof Map);
    assert.equal(map.get("a"), 1);
    assert.equal(map.get(2), "two");
    assert.equal((map as unknown as { a: number }).a, 1);
    assert.deepEqual(Object.keys(map), ["a"]);
  }
});

test("JS-opt-enableRunUntilComplete: false schedules and gives the future", async () => {
  const py = await load({ enableRunUntilComplete: false });
  const work = "import asyncio\nasync def work():\n  await asyncio.sleep(0)\n  return 7\n";

  assert.equal(await py.runPython(`${work}asyncio.get_event_loop().run_until_complete(work())`), 7);
  assert.equal(await py.runPython(`${work}asyncio.run(work())`), 7);
});

test("JS-opt-enableRunUntilComplete: true blocks, or raises where stacks cannot be switched", async () => {
  const py = await load();
  const code =
    "import asyncio\nasync def work():\n  await asyncio.sleep(0)\n  return 7\nasyncio.run(work()) + 1";

  if ("Suspending" in WebAssembly) assert.equal(await py.runPythonAsync(code), 8);
  else assert.equal((await failureOf(() => py.runPython(code))).type, "RuntimeError");
});

test("JS-opt-fsInit: it is awaited before Python starts, and its files are importable", async () => {
  const order: string[] = [];
  const py = await load({
    fsInit: async (FS: Any, { sitePackages }: { sitePackages: string }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      assert.deepEqual(await FS.readdir(sitePackages), [".", ".."]);
      await FS.writeFile(`${sitePackages}/early.py`, "value = 'written by fsInit'");
      await FS.writeFile("/tmp/note", "x");
      order.push("fsInit");
    },
  });
  order.push("loaded");

  assert.deepEqual(order, ["fsInit", "loaded"]);
  assert.equal(await py.runPython("import early; early.value"), "written by fsInit");
  assert.equal(await py.runPython("open('/tmp/note').read()"), "x");
});

test("JS-opt-fsInit: what it throws or rejects with rejects the load", async () => {
  const thrown = () => {
    throw new Error("no disk today");
  };
  for (const fsInit of [thrown, async () => thrown()]) {
    const error = await rejectionOf(() => load({ fsInit }));
    assert.match(error.message, /no disk today/);
  }
});

test("JS-opt-packages: an empty list and unknown names", async () => {
  assert.equal(await (await load({ packages: [] })).runPython("1"), 1);
  const error = await rejectionOf(() => load({ packages: ["no-such-package-at-all"] }));
  assert.match(error.message, /no-such-package-at-all/);
});

test("JS-opt-lockFileContents: together with lockFileURL it is refused", async () => {
  const error = await rejectionOf(() => load({ lockFileContents: {}, lockFileURL: "x.json" }));

  assert.equal(error.message, "Can't pass both lockFileContents and lockFileURL");
});

test("JS-opt-lockFileContents, JS-lockfile: an object, a text and promises", async () => {
  const own = structuredClone(await (await load()).lockfile);

  const py = await load({ lockFileContents: own });
  assert.equal(await py.lockfile, own);
  const text = JSON.stringify(own);
  assert.deepEqual(await (await load({ lockFileContents: text })).lockfile, own);
  const promised = await load({ lockFileContents: Promise.resolve(text) });
  assert.deepEqual(await promised.lockfile, own);
  const broken = await rejectionOf(() => load({ lockFileContents: "{ no json" }));
  assert.match(broken.message, /JSON/);
});

test("JS-opt-packageBaseUrl, JS-lockfileBaseUrl: with a trailing slash, or none with contents", async () => {
  const own = structuredClone(await (await load()).lockfile);

  assert.match(await (await load()).lockfileBaseUrl, /\/$/);
  assert.equal(await (await load({ lockFileContents: own })).lockfileBaseUrl, undefined);
  for (const packageBaseUrl of ["https://packages.example/v1", "https://packages.example/v1/"]) {
    const based = await load({ packageBaseUrl });
    assert.equal(await based.lockfileBaseUrl, "https://packages.example/v1/");
  }
});

test("PK-schema: a lock file of another ABI, or without packages, rejects", async () => {
  const { info } = await (await load()).lockfile;
  const other = { info: { ...info, abi_version: "another_abi" }, packages: {} };

  const abi = await rejectionOf(() => load({ lockFileContents: other }));
  assert.match(abi.message, /another_abi/);
  const keyless = await rejectionOf(() => load({ lockFileContents: { info } }));
  assert.match(keyless.message, /packages/);
});
