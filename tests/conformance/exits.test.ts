import assert from "node:assert/strict";
import { type Failure, failsInPython, failureOf, rejectionOf } from "../support/failures.ts";
import { type Any, load } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const EXITED = "Pyodide already exited and can no longer be used.";
const FAILED = "Pyodide already fatally failed and can no longer be used.";

/** What the console was told while `body` ran. */
async function consoleErrors(body: () => Promise<unknown>): Promise<unknown[][]> {
  const printed: unknown[][] = [];
  const { error } = console;
  console.error = (...args: unknown[]) => printed.push(args);
  try {
    await body();
  } finally {
    console.error = error;
  }
  return printed;
}

/** What an ended interpreter's object still has; where the kernel has a life of its own, also what gives it another (BY-restart). */
const LASTING = new Set(["version", "restart", "terminate"]);

/** Every other public member throws `message`. */
async function checkEnded(py: Any, message: string): Promise<void> {
  for (const name of Object.getOwnPropertyNames(py)) {
    if (LASTING.has(name) || name.startsWith("_")) continue;
    assert.equal((await failureOf(() => py[name])).message, message, name);
  }
  assert.equal((await failureOf(() => py.runPython("1"))).message, message);
  assert.match(py.version, /^\d/);
  assert.ok(py._api);
}

test("JS-exit.2: sys.exit in runPython is a PythonError, with its status", async () => {
  const py = await load();

  await failsInPython(() => py.runPython("import sys; sys.exit(3)"), "SystemExit", /SystemExit: 3/);
  assert.equal(await py.runPython("sys.last_exc.code"), 3);
  assert.equal(await py.runPython("1 + 1"), 2);
});

test("JS-exit.2: sys.exit in every other entry point", async () => {
  const py = await load();
  const leave = await py.runPython("import sys\ndef leave(*args): sys.exit(4)\nleave");
  const object = await py.runPython(`
    class Leaver:
        def __getattr__(self, name):
            if name == "then": raise AttributeError(name)
            leave()
        def __getitem__(self, key): leave()
        def __setitem__(self, key, value): leave()
        def __delitem__(self, key): leave()
        def __contains__(self, key): leave()
        def __len__(self): leave()
        def __str__(self): leave()
        def __iter__(self):
            yield 1
            leave()
    Leaver()
  `);
  await py.runPython(
    "with open('/home/pyodide/leaving.py', 'w') as file: file.write('import sys\\nsys.exit(5)');",
  );

  for (const entry of [
    () => py.runPythonAsync("sys.exit(4)"),
    () => py.runPythonAsync("import asyncio\nawait asyncio.sleep(0)\nsys.exit(4)"),
    () => leave(),
    () => leave.callKwargs({}),
    () => object.anything,
    () => object.get(1),
    () => object.set(1, 2),
    () => object.delete(1),
    () => object.has(1),
    () => object.length,
    () => object.toString(),
    async () => {
      for await (const item of object) assert.equal(item, 1);
    },
    () => py.pyimport("leaving"),
    () => py.runPython("async def f(): sys.exit(8)\nf()"),
  ]) {
    await failsInPython(entry, "SystemExit");
  }
  assert.equal(await py.runPython("1 + 1"), 2);
});

testOfValues(
  "JS-exit.2: sys.exit in a callback that JavaScript calls goes through its frames",
  async () => {
    const py = await load();
    await py.registerJsModule("caller", { call: (callback: () => void) => callback() });

    await failsInPython(
      () => py.runPython("import caller, sys\ncaller.call(lambda: sys.exit(6))"),
      "SystemExit",
      /SystemExit: 6/,
    );
    const caught = await py.runPython(`
    try:
        caller.call(lambda: sys.exit(7))
    except SystemExit as e:
        code = e.code
    code
  `);
    assert.equal(caught, 7);
  },
);

test("JS-exit: os._exit in runPython ends the interpreter, with nothing on the console", async () => {
  const py = await load();
  let exit: Failure | undefined;

  const printed = await consoleErrors(async () => {
    exit = await failureOf(() => py.runPython("import os; os._exit(9)"));
  });

  assert.equal(exit?.name, "Exit");
  assert.equal(exit?.status, 9);
  assert.equal(exit?.message, "Program terminated with exit(9)");
  assert.deepEqual(printed, []);
  await checkEnded(py, EXITED);
});

testOfValues(
  "JS-exit: os._exit cannot be caught in Python, also below JavaScript frames",
  async () => {
    const py = await load();
    const noted: string[] = [];
    await py.registerJsModule("caller", {
      call: (callback: () => void) => callback(),
      note: (text: string) => noted.push(text),
    });

    const exit = await failureOf(() =>
      py.runPython(`
      import caller, os
      try:
          caller.call(lambda: os._exit(2))
      except BaseException:
          caller.note("caught")
      finally:
          caller.note("finally")
    `),
    );

    assert.equal(exit.name, "Exit");
    assert.equal(exit.status, 2);
    assert.deepEqual(noted, []);
    await checkEnded(py, EXITED);
  },
);

test("JS-exit: os._exit in runPythonAsync, at once and after an await", async () => {
  for (const [code, status] of [
    ["import os; os._exit(0)", 0],
    ["import os, asyncio\nawait asyncio.sleep(0.001)\nos._exit(7)", 7],
  ] as const) {
    const py = await load();
    const exit = await rejectionOf(() => py.runPythonAsync(code));

    assert.equal(exit.name, "Exit");
    assert.equal(exit.status, status);
    await checkEnded(py, EXITED);
  }
});

test("JS-exit: an exit settles what still waits for Python", async () => {
  const py = await load();
  const waiting = rejectionOf(() => py.runPythonAsync("import asyncio\nawait asyncio.sleep(3600)"));
  await new Promise((resolve) => setTimeout(resolve, 20));

  await failureOf(() => py.runPython("import os; os._exit(1)"));

  assert.match((await waiting).message, /exit/);
}, 10_000);

test("JS-exit: proxies of an ended interpreter throw, destroying them is allowed", async () => {
  const py = await load();
  const list = await py.runPython("[1]");
  const namespace = await py.runPython("import types; types.SimpleNamespace(a=[1])");
  const inner = await namespace.a;

  await failureOf(() => py.runPython("import os; os._exit(1)"));

  for (const use of [
    () => list.get(0),
    () => list.length,
    () => list.append,
    () => inner.get(0),
    () => list.copy().get(0),
  ]) {
    assert.ok((await failureOf(use)) instanceof Error, String(use));
  }
  await list.destroy();
  await namespace.destroy();
});

test("JS-fatal: an abort is thrown, reported once, and ends only this interpreter", async () => {
  const py = await load();
  let fatal: Any;

  const printed = await consoleErrors(async () => {
    fatal = await failureOf(() => py.runPython("import os; os.abort()"));
    await failureOf(() => py.runPython("1"));
  });

  assert.equal(fatal.pyodide_fatal_error, true);
  assert.equal(printed.length, 1);
  await checkEnded(py, FAILED);
  assert.equal(await (await load()).runPython("1"), 1);
});

test("JS-fatal: what still waits is rejected, proxies throw", async () => {
  const py = await load();
  const list = await py.runPython("[1]");
  const waiting = rejectionOf(() => py.runPythonAsync("import asyncio\nawait asyncio.sleep(3600)"));
  await new Promise((resolve) => setTimeout(resolve, 20));

  await consoleErrors(() => failureOf(() => py.runPython("import os; os.abort()")));

  assert.equal(((await waiting) as Any).pyodide_fatal_error, true);
  assert.ok((await failureOf(() => list.get(0))) instanceof Error);
  await list.destroy();
}, 10_000);
