import assert from "node:assert/strict";
import { answerOf } from "../support/answers.ts";
import { failsInPython } from "../support/failures.ts";
import { load, startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();
await py.runPython(
  "import sys, os\nfrom pyodide.ffi import register_js_module, unregister_js_module",
);

const answer = (code: string) => answerOf(py, code);

/** Registers a module for one use; it is forgotten in `sys.modules` too, with its submodules. */
async function withModule(name: string, module: object, body: () => unknown): Promise<void> {
  await py.registerJsModule(name, module);
  try {
    await body();
  } finally {
    await py.unregisterJsModule(name);
    await py.runPython(
      `for n in [n for n in sys.modules if (n + ".").startswith("${name}.")]: del sys.modules[n]`,
    );
  }
}

test("JX-js: it is a proxy of the global object; assignments and deletions write through", async () => {
  const result = await answer(`
    import js
    from pyodide.ffi import JsProxy
    from js import JSON, Object
    js.kraitTest = "from python"
    seen = [js.eval("kraitTest"), js.eval("kraitTest = 'from javascript'") and js.kraitTest]
    del js.kraitTest
    seen + [js.eval("'kraitTest' in globalThis"), isinstance(js, JsProxy), JSON.stringify(JSON.parse("[1]"))]
  `);

  assert.deepEqual(result, ["from python", "from javascript", false, true, "[1]"]);
  const missing = /no_such_global/;
  await failsInPython(() => py.runPython("js.no_such_global"), "AttributeError", missing);
  await failsInPython(() => py.runPython("from js import no_such_global"), "ImportError", missing);
});

test("JX-js: with jsglobals it is that object", async () => {
  const jsglobals = { answer: 42, setTimeout, clearTimeout } as Record<string, unknown>;
  const other = await load({ jsglobals });

  assert.equal(await other.runPython("import js; js.answer"), 42);
  await other.runPython("js.added = 5");
  assert.equal(await other.runPython("js.added"), 5);
  await failsInPython(() => other.runPython("js.console"), "AttributeError");
});

testOfValues(
  "JX-pyodide_js: it is the pyodide object, and its functions can be called",
  async () => {
    const result = await answer(`
    import pyodide_js
    from pyodide.ffi import JsProxy
    listed = pyodide_js.toPy(pyodide_js.runPython("[1, 2]"))
    pyodide_js.FS.writeFile("/tmp/from-python.txt", "text")
    await pyodide_js.loadPackage([])
    [
        isinstance(pyodide_js, JsProxy), pyodide_js.version, pyodide_js.runPython("3 * 4"), listed,
        pyodide_js.globals is globals(), await pyodide_js.runPythonAsync("5"), open("/tmp/from-python.txt").read(),
        pyodide_js.isPyProxy(3),
    ]
  `);

    assert.deepEqual(result, [true, await py.version, 12, [1, 2], true, 5, "text", false]);
  },
);

test("IM-finder: the finder stands last, so Python modules of the same name win", async () => {
  await withModule("colorsys", { fake: true }, async () => {
    const code =
      "import colorsys; hasattr(colorsys, 'rgb_to_hsv') and not hasattr(colorsys, 'fake')";
    assert.equal(await py.runPython(code), true);
  });
  const result = await answer(`
    names = [getattr(f, "__name__", type(f).__name__) for f in sys.meta_path]
    [names.index("PathFinder") < names.index("JsFinder"), names.index("BuiltinImporter") < names.index("JsFinder")]
  `);
  assert.deepEqual(result, [true, true]);
});

test("IM-finder: a module is a package of origin javascript, and nothing is written to its object", async () => {
  const frozen = Object.freeze({ value: 1 });
  await withModule("frozen_one", frozen, async () => {
    const result = await answer(`
      import frozen_one, importlib.util
      spec = importlib.util.find_spec("frozen_one")
      [
          frozen_one.value, frozen_one.__name__, frozen_one.__spec__.origin, hasattr(frozen_one, "__path__"),
          frozen_one.__package__, spec.origin, spec.submodule_search_locations is not None,
      ]
    `);
    assert.deepEqual(result, [
      1,
      "frozen_one",
      "javascript",
      true,
      "frozen_one",
      "javascript",
      true,
    ]);
  });
  const sealed = { value: 2 };
  Object.preventExtensions(sealed);
  await withModule("sealed_one", sealed, async () => {
    assert.equal(await py.runPython("import sealed_one; sealed_one.__name__"), "sealed_one");
  });
  assert.deepEqual(Object.getOwnPropertyNames(frozen), ["value"]);
  assert.deepEqual(Object.getOwnPropertyNames(sealed), ["value"]);
});

test("IM-star: from m import * takes the own property names", async () => {
  const module = Object.assign(Object.create({ inherited: 3 }), { one: 1, two: 2 });
  Object.defineProperty(module, "hidden", { value: 4, enumerable: false });
  await withModule("starred", module, async () => {
    const names = await answer(`
      found = {}
      exec("from starred import *", found)
      sorted(n for n in found if not n.startswith("__")) + [found["one"] + found["hidden"]]
    `);
    assert.deepEqual(names, ["hidden", "one", "two", 5]);
  });
});

test("IM-submodule: attributes that are objects are submodules, others are not", async () => {
  const tree = { branch: { leaf: 5, twig: { bud: 6 } }, number: 1, text: "t", call: () => 7 };
  await withModule("tree", tree, async () => {
    const result = await answer(`
      import tree.branch.twig
      from tree.branch import leaf, twig
      import tree.branch as branch
      [leaf, twig.bud, tree.branch.twig.bud, branch.leaf, "tree.branch.twig" in sys.modules]
    `);
    assert.deepEqual(result, [5, 6, 6, 5, true]);
    for (const name of ["tree.number", "tree.text", "tree.missing", "tree.branch.leaf"]) {
      await failsInPython(
        () => py.runPython(`import ${name}`),
        "ModuleNotFoundError",
        new RegExp(`No module named '${name}'`),
      );
    }
  });
});

test("IM-cache: imported modules stay until they are removed from sys.modules", async () => {
  await withModule("again", { value: 1 }, async () => {
    assert.equal(await py.runPython("import again; again.value"), 1);
    await py.registerJsModule("again", { value: 2 });
    assert.equal(await py.runPython("import again; again.value"), 1);
    const afresh = "del sys.modules['again']; import again; again.value";
    assert.equal(await py.runPython(afresh), 2);
  });
});

testOfValues(
  "IM-notFoundNote: a package of the lock file is named with both ways to install it, once",
  async () => {
    const packages = {
      "the-package": {
        name: "the-package",
        version: "1.0",
        file_name: "the_package-1.0-py3-none-any.whl",
        install_dir: "site",
        sha256: "0".repeat(64),
        package_type: "package",
        imports: ["the_module", "the_other"],
        depends: [],
      },
    };
    const { info } = await py.lockfile;
    const other = await load({ lockFileContents: { info, packages } });

    const error = await failsInPython(
      () => other.runPython("import the_other.part"),
      "ModuleNotFoundError",
      /No module named 'the_other'/,
    );
    const note =
      /'the-package'.*pyodide\.loadPackage\("the-package"\).*micropip\.install\("the-package"\)/g;
    assert.equal(error.message.match(note)?.length, 1);
    const twice = `
    import js
    from pyodide.ffi import create_proxy
    def fail(): import the_module
    try:
        js.eval("(f) => f()")(fail)
    except ModuleNotFoundError as error:
        caught = error
    raise caught
  `;
    const again = await failsInPython(() => other.runPython(twice), "ModuleNotFoundError");
    assert.equal(again.message.match(note)?.length, 1);
    const unknown = await failsInPython(
      () => other.runPython("import nowhere"),
      "ModuleNotFoundError",
    );
    assert.match(unknown.message, /No module named 'nowhere'\n$/);
  },
);

test("IM-notFoundNote: a stdlib module that the distribution lacks has a note", async () => {
  const error = await failsInPython(() => py.runPython("import tkinter"), "ModuleNotFoundError");

  assert.match(
    error.message,
    /No module named 'tkinter'\n.*'tkinter' of the standard library is not part/,
  );
});

test("IM-windows: absolute Windows entries of sys.path are searched in their POSIX form", async () => {
  const result = await answer(`
    os.makedirs("/tmp/win/package", exist_ok=True)
    open("/tmp/win/windows_module.py", "w").write("value = 1")
    open("/tmp/win/package/__init__.py", "w").write("")
    open("/tmp/win/package/part.py", "w").write("value = 2")
    entry = r"C:\\\\tmp\\\\win"
    def attempt(name):
        try:
            return __import__(name, fromlist=["value"]).value
        except ImportError:
            return None
    before = attempt("windows_module")
    sys.path.append(entry)
    try:
        found = [attempt("windows_module"), attempt("package.part"), attempt("nowhere_at_all")]
        sys.path[-1] = "D:/tmp/win"
        sys.modules.pop("windows_module")
        found.append(attempt("windows_module"))
        sys.path[-1] = "D:tmp/win"
        sys.modules.pop("windows_module")
        found.append(attempt("windows_module"))
    finally:
        sys.path.pop()
    [before, found]
  `);

  assert.deepEqual(result, [null, [1, 2, null, 1, null]]);
});

test("PY-register_js_module: from Python, with checked arguments", async () => {
  const result = await answer(`
    import js
    register_js_module("made_here", js.JSON.parse('{"x": 5, "inner": {"y": 6}}'))
    from made_here import x
    from made_here.inner import y
    for name in ("made_here", "made_here.inner"): del sys.modules[name]
    unregister_js_module("made_here")
    [x, y]
  `);

  assert.deepEqual(result, [5, 6]);
  await failsInPython(
    () => py.runPython("import js; register_js_module(1, js)"),
    "TypeError",
    /Argument 'name' must be a str, not 'int'/,
  );
  await failsInPython(
    () => py.runPython("register_js_module('x', {})"),
    "TypeError",
    /Argument 'jsproxy' must be a JsProxy, not 'dict'/,
  );
});

test("PY-unregister_js_module: an unknown name is a ValueError", async () => {
  await failsInPython(
    () => py.runPython("unregister_js_module('never')"),
    "ValueError",
    /ValueError: Cannot unregister 'never'/,
  );
  const code = `
    import js
    register_js_module("brief", js.JSON.parse("{}"))
    unregister_js_module("brief")
    import brief
  `;
  await failsInPython(() => py.runPython(code), "ModuleNotFoundError", /brief/);
});

test("JX-api: configuration, versions and the lock file", async () => {
  const { info } = await py.lockfile;
  const result = await answer(`
    from pyodide_js import _api
    import pyodide
    [
        [hasattr(_api.config, n) for n in ("indexURL", "env", "args", "packages", "fullStdLib", "jsglobals")],
        _api.config.enableRunUntilComplete, _api.config.env.USER, _api.version == pyodide.__version__, _api.abiVersion,
        _api.lockfile_info.to_py()["abi_version"], type(_api.lockfile_packages.to_py()).__name__,
        [hasattr(_api.runtimeEnv, n) for n in ("IN_NODE", "IN_BROWSER_WEB_WORKER")], hasattr(_api, "packageManager"),
    ]
  `);

  const all = [true, true, true, true, true, true];
  const versions = [true, await info.abi_version, await info.abi_version];
  assert.deepEqual(result, [all, true, "web_user", ...versions, "dict", [true, true], true]);
});

testOfValues("JX-api: callbacks are scheduled, signals combined", async () => {
  const result = await answer(`
    import asyncio, js, time
    from pyodide_js import _api
    from pyodide.ffi import create_once_callable, to_js
    seen = []
    start = time.monotonic()
    _api.scheduleCallback(create_once_callable(lambda: seen.append(time.monotonic() - start)), 300)
    _api.scheduleCallback(create_once_callable(lambda: seen.append("soon")), 0)
    while len(seen) < 2: await asyncio.sleep(0.005)
    one, two = js.AbortController.new(), js.AbortController.new()
    signal = _api.abortSignalAny([one.signal, two.signal])
    other = _api.abortSignalAny(to_js([one.signal]))
    before = [signal.aborted, other.aborted]
    two.abort()
    [seen[0], seen[1] >= 0.29, before, [signal.aborted, other.aborted]]
  `);

  assert.deepEqual(result, ["soon", true, [false, false], [true, false]]);
});

test("JX-api: files are read, and compared with a hash", async () => {
  const result = await answer(`
    import hashlib, json
    from pyodide_js import _api
    async def outcome(*args):
        try:
            return (await _api.loadBinaryFile(*args)).to_bytes()
        except Exception as error:
            return str(error)
    whole = await outcome("pyodide-lock.json")
    good = hashlib.sha256(whole).hexdigest()
    ["packages" in json.loads(whole), await outcome("pyodide-lock.json", good) == whole,
     await outcome("pyodide-lock.json", "0" * 64), await outcome("no-such-file")]
  `);

  assert.deepEqual(result.slice(0, 2), [true, true]);
  assert.match(result[2], /pyodide-lock\.json has the SHA-256 hash/);
  assert.match(result[3], /no-such-file/);
});

test("JX-api: a wheel is installed with more metadata", async () => {
  const result = await answer(`
    import importlib.metadata, io, shutil, tempfile, zipfile
    from pyodide_js import _api
    from pyodide.ffi import to_js
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as wheel:
        wheel.writestr("installed_one.py", "value = 7")
        wheel.writestr("installed_one-1.2.dist-info/METADATA", "Name: installed-one\\nVersion: 1.2\\n")
        wheel.writestr("installed_one-1.2.dist-info/RECORD", "")
    folder = tempfile.mkdtemp()
    sys.path.append(folder)
    name = "installed_one-1.2-py3-none-any.whl"
    try:
        await _api.install(to_js(data.getvalue()), name, folder, to_js({"PYODIDE_SOURCE": "a test"}))
        import installed_one
        distribution = importlib.metadata.distribution("installed-one")
        found = [installed_one.value, distribution.version, distribution.read_text("PYODIDE_SOURCE")]
        try:
            await _api.install(to_js(b"no zip"), name, folder, to_js({}))
        except shutil.ReadError as error:
            found.append("no wheel")
    finally:
        sys.path.remove(folder)
        shutil.rmtree(folder)
    found
  `);

  assert.deepEqual(result, [7, "1.2", "a test", "no wheel"]);
});

test("JX-api: a shared library that is none is refused", async () => {
  const refused = await answer(`
    from pyodide_js import _api
    open("/tmp/no-library.so", "w").write("text")
    try:
        await _api.loadDynlib("/tmp/no-library.so")
    except Exception as error:
        refused = type(error).__name__
    refused
  `);

  assert.equal(refused, "JsException");
});
