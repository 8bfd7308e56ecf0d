import assert from "node:assert/strict";
import { rejectionOf } from "../support/failures.ts";
import { load, loadPyodide, version } from "../support/kernel.ts";
import { test } from "../support/test.ts";

test("JS-module: the module exports loadPyodide and version", () => {
  assert.equal(typeof loadPyodide, "function");
  assert.match(version, /^\d+\.\d+/);
});

test("JS-loadPyodide: unknown options are ignored", async () => {
  const py = await load({ noSuchOption: 1, another: { nested: true }, undefinedOne: undefined });

  assert.equal(py.runPython("1 + 1"), 2);
});

test("JS-loadPyodide.5: folders, argv, path and __name__ after a plain start", async () => {
  const py = await load();

  assert.equal(py.runPython("import os; os.getcwd()"), "/home/pyodide");
  assert.equal(py.FS.cwd(), "/home/pyodide");
  assert.deepEqual(py.runPython("import sys; sys.argv").toJs(), [""]);
  assert.equal(py.runPython("__name__"), "__main__");
  const path = py.runPython("sys.path").toJs() as string[];
  assert.equal(path[0], "");
  assert.match(path[1] ?? "", /\.zip$/);
  assert.match(path[2] ?? "", /^\/lib\/python3\.\d+/);
  assert.ok(path.some((folder) => folder.endsWith("site-packages")));
});

test("PY-main: the global namespace starts with the usual names only", async () => {
  const py = await load();

  const names = py.runPython("sorted(globals())").toJs() as string[];
  assert.deepEqual(
    names.filter((name) => !/^__\w+__$/.test(name)),
    [],
  );
});

test("JS-opt-args: interpreter options and a program's arguments are applied", async () => {
  const py = await load({ args: ["-O", "-W", "error::UserWarning", "-c", "pass", "a", "--b"] });

  assert.equal(py.runPython("import sys; sys.flags.optimize"), 1);
  assert.deepEqual(py.runPython("sys.argv").toJs(), ["-c", "a", "--b"]);
  assert.deepEqual(py.runPython("sys.warnoptions").toJs(), ["error::UserWarning"]);
});

for (const fullStdLib of [true, false]) {
  test(`JS-opt-fullStdLib: ${fullStdLib} loads`, async () => {
    const py = await load({ fullStdLib });

    assert.equal(py.runPython("import sqlite3, lzma, ctypes; 1"), 1);
  });
}

test("JS-opt-homedir: it is created, HOME, and the working folder", async () => {
  const py = await load({ homedir: "/home/someone/deep" });

  assert.equal(py.runPython("import os; os.environ['HOME']"), "/home/someone/deep");
  assert.equal(py.runPython("os.getcwd()"), "/home/someone/deep");
  assert.equal(py.runPython("os.path.expanduser('~/x')"), "/home/someone/deep/x");
  assert.ok(py.FS.isDir(py.FS.stat("/home/someone/deep").mode));
});

test("JS-opt-env: variables reach os.environ, HOME decides the home folder", async () => {
  const py = await load({ env: { HOME: "/home/of-env", COLOUR: "bläu", EMPTY: "" } });

  assert.equal(py.runPython("import os; os.environ['COLOUR']"), "bläu");
  assert.equal(py.runPython("os.environ['EMPTY']"), "");
  assert.equal(py.runPython("os.getcwd()"), "/home/of-env");
});

test("JS-opt-env: Python's own variables are honoured", async () => {
  const py = await load({ env: { PYTHONHASHSEED: "0", PYTHONWARNINGS: "ignore::UserWarning" } });

  assert.equal(py.runPython("import os; os.environ['PYTHONHASHSEED']"), "0");
  assert.deepEqual(py.runPython("import sys; sys.warnoptions").toJs(), ["ignore::UserWarning"]);
});

test("PY-environ: the defaults, and TZ of the options", async () => {
  const py = await load({ env: { TZ: "Asia/Tokyo" } });

  const environment = py.runPython("import os; dict(os.environ)").toJs() as Map<string, string>;
  assert.equal(environment.get("USER"), "web_user");
  assert.equal(environment.get("LOGNAME"), "web_user");
  assert.equal(environment.get("LANG"), "C.UTF-8");
  assert.equal(environment.get("PYTHONINSPECT"), "1");
  assert.equal(environment.get("TZ"), "Asia/Tokyo");
});

test("CF-homedir: homedir and another env.HOME are refused", async () => {
  const error = await rejectionOf(() => load({ homedir: "/home/a", env: { HOME: "/home/b" } }));

  assert.equal(error.message, "Set both env.HOME and homedir arguments");
});

test("JS-opt-jsglobals: it is the module js, in both directions", async () => {
  const jsglobals = { answer: 42, setTimeout, console } as Record<string, unknown>;
  const py = await load({ jsglobals });

  assert.equal(py.runPython("import js; js.answer"), 42);
  py.runPython("js.fresh = [1].__len__()");
  assert.equal(jsglobals.fresh, 1);
  assert.equal(py.runPython("hasattr(js, 'document') or hasattr(js, 'process')"), false);
  assert.equal(
    py.runPython("try:\n  from js import nothing\nexcept ImportError as e:\n  r = 'no'\nr"),
    "no",
  );
});

test("JS-opt-stdout, JS-opt-stderr, JS-opt-stdin: handlers by options", async () => {
  const lines: string[] = [];
  const errors: string[] = [];
  const py = await load({
    stdout: (line: string) => lines.push(line),
    stderr: (line: string) => errors.push(line),
    stdin: () => "typed",
  });

  py.runPython("import sys; print(input(), 1); print('oh', file=sys.stderr)");
  assert.deepEqual(lines, ["typed 1"]);
  assert.deepEqual(errors, ["oh"]);
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

  assert.equal(py.runPython("import sys; sys.executable"), "/opt/some/python");
});

test("JS-opt-convertNullToNone: null arrives as None or as jsnull", async () => {
  const converting = await load({ convertNullToNone: true });
  const plain = await load();
  const isNone = "lambda x: x is None";

  assert.equal(converting.runPython(isNone)(null), true);
  assert.equal(plain.runPython(isNone)(null), false);
  assert.equal(plain.runPython("import pyodide.ffi as f; lambda x: x is f.jsnull")(null), true);
});

test("JS-opt-pyproxyToStringRepr: toString is repr or str", async () => {
  const code = "import decimal; decimal.Decimal('1.5')";

  assert.equal(String((await load()).runPython(code)), "1.5");
  const py = await load({ pyproxyToStringRepr: true });
  assert.equal(String(py.runPython(code)), "Decimal('1.5')");
});

test("JS-opt-toJsLiteralMap, CF-toJsDict: a dict is a Map with string keys as properties", async () => {
  for (const options of [{}, { toJsLiteralMap: true }]) {
    const py = await load(options);

    const map = py.runPython("{'a': 1, 2: 'two'}").toJs();
    assert.ok(map instanceof Map);
    assert.equal(map.get("a"), 1);
    assert.equal(map.get(2), "two");
    assert.equal((map as unknown as { a: number }).a, 1);
    assert.deepEqual(Object.keys(map), ["a"]);
  }
});

test("JS-opt-enableRunUntilComplete: false schedules and gives the future", async () => {
  const py = await load({ enableRunUntilComplete: false });

  const future = py.runPython(`
    import asyncio
    async def work():
        await asyncio.sleep(0)
        return 7
    asyncio.get_event_loop().run_until_complete(work())
  `);
  assert.equal(await future, 7);
});
