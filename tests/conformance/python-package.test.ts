import assert from "node:assert/strict";
import { answerOf } from "../support/answers.ts";
import { failsInPython, failureOf } from "../support/failures.ts";
import { load, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
await py.runPython("import inspect, sys");

const answer = (code: string) => answerOf(py, code);

test("PY-package: version, contents, and submodules by name", async () => {
  const result = await answer(`
    import pyodide
    from pyodide import code, console, ffi, http, webloop
    import pyodide.ffi.wrappers
    [pyodide.__version__, pyodide.__all__, sorted(set(pyodide.__all__) - set(dir(pyodide))), code is pyodide.code]
  `);

  const all = ["__version__", "console", "code", "ffi", "http", "webloop"];
  assert.deepEqual(result, [await py.version, all, [], true]);
  const missing = "import pyodide; pyodide.no_such_part";
  await failsInPython(() => py.runPython(missing), "AttributeError", /no_such_part/);
  await failsInPython(() => py.runPython("import pyodide.no_such_part"), "ModuleNotFoundError");
});

test("PY-package: importing it makes no submodule of heavy dependencies visible", async () => {
  const other = await load({ snapshot: "none" });

  assert.equal(await other.runPython("import pyodide; 'console' in vars(pyodide)"), false);
  assert.equal(await other.runPython("import sys; 'rlcompleter' in sys.modules"), false);
  assert.equal(await other.runPython("pyodide.console.Console.__name__"), "Console");
});

test("PY-main: code runs in __main__, whose dict starts with the usual names only", async () => {
  const other = await load();

  const names = await other.runPython("' '.join(sorted(globals()))");
  assert.deepEqual(
    names.split(" ").filter((name: string) => !/^__\w+__$/.test(name)),
    [],
  );
  const isMain =
    "import sys; __name__ == '__main__' and sys.modules['__main__'].__dict__ is globals()";
  assert.equal(await other.runPython(isMain), true);
});

test("PY-excepthook: it is traceback.print_exception", async () => {
  const is = "import traceback; sys.excepthook is traceback.print_exception";
  assert.equal(await py.runPython(is), true);
});

test("PY-lastexc: what crossed into JavaScript last is described by sys.last_*", async () => {
  const last = `
    import traceback
    [
        repr(sys.last_exc), sys.last_value is sys.last_exc, sys.last_type.__name__,
        sys.last_traceback is sys.last_exc.__traceback__, traceback.extract_tb(sys.last_traceback)[-1].name,
    ]
  `;
  await failureOf(() => py.runPython("def f(): raise KeyError('one')\nf()"));
  assert.deepEqual(await answer(last), ["KeyError('one')", true, "KeyError", true, "f"]);

  await failureOf(() => py.runPythonAsync("async def g(): raise ValueError('two')\nawait g()"));
  assert.deepEqual(await answer(last), ["ValueError('two')", true, "ValueError", true, "g"]);

  const callback = await py.runPython("def h(): raise IndexError('three')\nh");
  await failureOf(() => callback());
  await callback.destroy();
  assert.deepEqual(await answer(last), ["IndexError('three')", true, "IndexError", true, "h"]);
});

test("PY-environ: the variables of a WebAssembly host, and those of the options", async () => {
  const other = await load({ env: { TZ: "Asia/Tokyo", HOME: "/home/own" } });
  const [environ, ownHome, path] = await answerOf(
    other,
    "import os, sys; [dict(os.environ), os.getcwd(), sys.path]",
  );
  const [home, own] = await answer("import os; [os.environ['HOME'], os.getcwd()]");

  assert.equal(home, own);
  assert.equal(ownHome, "/home/own");
  const { HOME, USER, LOGNAME, PATH, PWD, LANG, PYTHONINSPECT, LD_LIBRARY_PATH, TZ } = environ;
  assert.deepEqual(
    { HOME, USER, LOGNAME, PATH, PWD, LANG, PYTHONINSPECT, TZ },
    {
      HOME: "/home/own",
      USER: "web_user",
      LOGNAME: "web_user",
      PATH: "/",
      PWD: "/",
      LANG: "C.UTF-8",
      PYTHONINSPECT: "1",
      TZ: "Asia/Tokyo",
    },
  );
  const folders = LD_LIBRARY_PATH.split(":");
  assert.equal(folders.length, 2);
  assert.ok(path.includes(folders[1]) && folders[1].endsWith("site-packages"), LD_LIBRARY_PATH);
});

test("PY-stdlib: modules that cannot start anything import all the same, and say so when used", async () => {
  const result = await answer(`
    import ssl, sqlite3, lzma, bz2, zlib, hashlib, ctypes, decimal, mmap, select, socket, fcntl, termios
    import multiprocessing, subprocess, threading
    def outcome(start):
        try:
            start()
        except Exception as error:
            return isinstance(error, (RuntimeError, OSError))
    [
        outcome(threading.Thread(target=print).start), outcome(lambda: subprocess.run(["ls"])),
        outcome(lambda: multiprocessing.Process(target=print).start()),
    ]
  `);

  assert.deepEqual(result, [true, true, true]);
  for (const name of "curses tkinter dbm readline pwd resource venv ensurepip test".split(" ")) {
    await failsInPython(
      () => py.runPython(`import ${name}`),
      "ModuleNotFoundError",
      new RegExp(`No module named '${name}`),
    );
  }
});

test("PY-docs: functions and methods have docstrings and signatures", async () => {
  const lacking = await answer(`
    import js, pyodide.ffi
    from pyodide.ffi import create_proxy, to_js
    functions = [getattr(pyodide.ffi, n) for n in [*pyodide.ffi.__all__, "can_run_sync"]]
    functions = [f for f in functions if inspect.isroutine(f)]
    objects = [js.eval(source) for source in (
        "({a: 1})", "[1]", "new Map()", "() => 1", "new Uint8Array(2)", "(function*(){})()", "(async function*(){})()",
        "new Error('x')", "[1].values()")] + [create_proxy(print)]
    methods = {f"{type(o).__name__}.{n}": getattr(type(o), n)
               for o in objects for n in dir(type(o)) if not n.startswith("_")}
    objects[-1].destroy()
    def lacks(member):
        if not member.__doc__: return True
        if not callable(member): return False
        try:
            inspect.signature(member)
        except ValueError:
            return True
    [len(functions) > 6, len(methods) > 20, [n for n, m in methods.items() if lacks(m)],
     [f.__name__ for f in functions if lacks(f)], "awaitable" in str(inspect.signature(pyodide.ffi.run_sync))]
  `);

  assert.deepEqual(lacking, [true, true, [], [], true]);
});

test("PY-docs: help describes them", async () => {
  const text = await answer(`
    import io, contextlib, pyodide.ffi
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        help(pyodide.ffi.create_proxy)
        help(pyodide.ffi.JsProxy.to_py)
    out.getvalue()
  `);

  assert.match(text, /create_proxy\(obj[^]*lives until its `destroy\(\)`[^]*to_py\([^]*deep copy/);
});

test("PY-state: what was saved comes back", async () => {
  await py.registerJsModule("kept_module", { value: 1 });
  await py.runPython(
    "import kept_module, pyodide._state\nkept = [1]\nsaved = pyodide._state.save_state()",
  );
  await py.registerJsModule("other_module", { value: 2 });
  await py.runPython(
    "import other_module\nadded = kept\nkept = 'changed'\ndel sys.modules['kept_module']",
  );
  await failureOf(() => py.runPython("1 / 0"));

  const result = await answer(`
    import pyodide._state, sys
    count = pyodide._state.restore_state(saved)
    [
        type(count).__name__, kept, "added" in globals(), "other_module" in sys.modules,
        sys.modules["kept_module"].value, any(hasattr(sys, "last_" + n) for n in ("exc", "type", "value", "traceback")),
    ]
  `);

  assert.deepEqual(result, ["int", [1], false, false, 1, false]);
  await failsInPython(() => py.runPython("import other_module"), "ModuleNotFoundError");
  await py.unregisterJsModule("kept_module");
  await py.runPython("del sys.modules['kept_module']");
});
