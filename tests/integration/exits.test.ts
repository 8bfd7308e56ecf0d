import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { distUrl } from "../support/dist.ts";
import { rejectionOf, rejectsPython, thrownBy, throwsPython } from "../support/failures.ts";
import { type Any, load } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const EXITED = "Pyodide already exited and can no longer be used.";

test("JS-exit.2: sys.exit in runPython is a PythonError, with its status", async () => {
  const py = await load();

  throwsPython(() => py.runPython("import sys; sys.exit(3)"), "SystemExit", /SystemExit: 3/);
  assert.equal(py.runPython("sys.last_exc.code"), 3);
  assert.equal(py.runPython("1 + 1"), 2);
});

test("JS-exit.2: sys.exit in every other entry point", async () => {
  const py = await load();
  const leave = py.runPython("import sys\ndef leave(*args): sys.exit(4)\nleave");

  await rejectsPython(() => py.runPythonAsync("sys.exit(4)"), "SystemExit");
  await rejectsPython(
    () => py.runPythonAsync("import asyncio\nawait asyncio.sleep(0)\nsys.exit(4)"),
    "SystemExit",
  );
  throwsPython(() => leave(), "SystemExit");
  throwsPython(() => leave.callKwargs({}), "SystemExit");
  const object = py.runPython(`
    class Leaver:
        def __getattr__(self, name): leave()
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
  const entries = [
    () => object.anything,
    () => object.get(1),
    () => object.set(1, 2),
    () => object.delete(1),
    () => object.has(1),
    () => object.length,
    () => String(object),
    () => [...object],
    () => py.pyimport("leaving"),
  ];
  py.FS.writeFile("/home/pyodide/leaving.py", "import sys\nsys.exit(5)");
  for (const entry of entries) throwsPython(entry, "SystemExit");
  assert.equal(py.runPython("1 + 1"), 2);
});

test("JS-exit.2: sys.exit in a callback that JavaScript calls goes through its frames", async () => {
  const py = await load();
  py.registerJsModule("caller", { call: (callback: () => void) => callback() });

  throwsPython(
    () => py.runPython("import caller, sys\ncaller.call(lambda: sys.exit(6))"),
    "SystemExit",
    /SystemExit: 6/,
  );
  const caught = py.runPython(`
    try:
        caller.call(lambda: sys.exit(7))
    except SystemExit as e:
        code = e.code
    code
  `);
  assert.equal(caught, 7);
});

test("JS-exit.2: sys.exit in an awaited proxy rejects", async () => {
  const py = await load();
  const coroutine = py.runPython("import sys\nasync def f(): sys.exit(8)\nf()");

  await rejectsPython(() => coroutine, "SystemExit");
  assert.equal(py.runPython("1"), 1);
});

async function checkExited(py: Any): Promise<void> {
  assert.equal(thrownBy(() => py.runPython("1")).message, EXITED);
  assert.equal(thrownBy(() => py.globals).message, EXITED);
  assert.equal(thrownBy(() => py.FS).message, EXITED);
  assert.match(py.version, /^\d/);
}

test("JS-exit: os._exit in runPython ends the interpreter, with nothing on the console", async () => {
  const py = await load();
  const printed: unknown[] = [];
  const { error } = console;
  console.error = (...args: unknown[]) => printed.push(args);

  const exit = thrownBy(() => py.runPython("import os; os._exit(9)"));

  console.error = error;
  assert.equal(exit.name, "Exit");
  assert.equal(exit.status, 9);
  assert.equal(exit.message, "Program terminated with exit(9)");
  assert.deepEqual(printed, []);
  await checkExited(py);
});

test("JS-exit: os._exit cannot be caught in Python, also below JavaScript frames", async () => {
  const py = await load();
  const noted: string[] = [];
  py.registerJsModule("caller", {
    call: (callback: () => void) => callback(),
    note: (text: string) => noted.push(text),
  });

  const exit = thrownBy(() =>
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
  await checkExited(py);
});

test("JS-exit: os._exit in runPythonAsync, at once and after an await", async () => {
  const before = await load();
  assert.equal(
    (await rejectionOf(() => before.runPythonAsync("import os; os._exit(0)"))).name,
    "Exit",
  );
  await checkExited(before);

  const after = await load();
  const exit = await rejectionOf(() =>
    after.runPythonAsync("import os, asyncio\nawait asyncio.sleep(0.001)\nos._exit(7)"),
  );
  assert.equal(exit.name, "Exit");
  assert.equal(exit.status, 7);
  await checkExited(after);
});

test("JS-exit: an exit settles what still waits for Python", async () => {
  const py = await load();
  const waiting = rejectionOf(() => py.runPythonAsync("import asyncio\nawait asyncio.sleep(3600)"));
  await new Promise((resolve) => setTimeout(resolve, 20));

  thrownBy(() => py.runPython("import os; os._exit(1)"));

  assert.match((await waiting).message, /exit/);
}, 10_000);

test("JS-exit: proxies of an ended interpreter throw, destroying them is allowed", async () => {
  const py = await load();
  const list = py.runPython("[1]");

  thrownBy(() => py.runPython("import os; os._exit(1)"));

  thrownBy(() => list.get(0));
  list.destroy();
});

test("an abort of C code is fatal, reported, and ends only this interpreter", async () => {
  const py = await load();
  const { error } = console;
  console.error = () => undefined;

  const fatal = thrownBy(() => py.runPython("import os; os.abort()"));

  console.error = error;
  assert.equal((fatal as unknown as { pyodide_fatal_error: boolean }).pyodide_fatal_error, true);
  assert.equal(
    thrownBy(() => py.runPython("1")).message,
    "Pyodide already fatally failed and can no longer be used.",
  );
  assert.equal((await load()).runPython("1"), 1);
});

test("JS-exit: timers of an ended interpreter do not keep Node alive", () => {
  const program = `
    import { loadPyodide } from ${JSON.stringify(distUrl("pyodide.mjs"))};
    const py = await loadPyodide();
    py.runPythonAsync("import asyncio; await asyncio.sleep(3600)").catch(() => undefined);
    setTimeout(() => {
      try {
        py.runPython("import os; os._exit(4)");
      } catch (exit) {
        console.log(exit.status);
      }
    }, 10);
  `;
  const args = ["--input-type=module", "-e", program];
  const ran = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 20_000 });

  assert.equal(ran.stdout, "4\n", ran.stderr);
  assert.equal(ran.signal, null);
});
