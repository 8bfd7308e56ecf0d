import assert from "node:assert/strict";
import { failureOf } from "../support/failures.ts";
import { load } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const FAILED = /^Pyodide already |exited/;

test("PY-run_sync: when the interpreter ends, suspended calls reject and never go on", async () => {
  const py = await load();
  const reached: string[] = [];
  await py.globals.set("note", (text: string) => void reached.push(text));
  const waiting = py.runPythonAsync(`
import asyncio
from pyodide.ffi import run_sync
note("waits")
run_sync(asyncio.sleep(0.02))
note("went on")
  `);
  const rejected = failureOf(() => waiting);
  await py.runPythonAsync("await asyncio.sleep(0.001)");

  const ended = await failureOf(() => py.runPython("import os; os._exit(5)"));
  const death = await rejected;
  await new Promise((resolve) => setTimeout(resolve, 60));

  assert.equal(death, ended);
  assert.deepEqual(reached, ["waits"]);
  assert.match((await failureOf(() => py.runPython("1"))).message, FAILED);
});

test("PY-run_sync: a suspended call may end the interpreter itself", async () => {
  const py = await load();
  const code =
    "import asyncio, os\nfrom pyodide.ffi import run_sync\nrun_sync(asyncio.sleep(0.001))\nos._exit(6)";

  const ended = await failureOf(() => py.runPythonAsync(code));

  assert.match(String(ended), /6/);
  assert.match((await failureOf(() => py.runPython("1"))).message, FAILED);
});

test("BY-snapshot: no snapshot is taken while a call is suspended", async () => {
  const py = await load();
  const waiting = py.runPythonAsync(
    "import asyncio\nfrom pyodide.ffi import run_sync\nrun_sync(asyncio.sleep(0.02, 9))",
  );
  await py.runPythonAsync("await asyncio.sleep(0.001)");

  const refused = await failureOf(() => py._module.takeSnapshot());

  assert.match(refused.message, /1 calls? of Python/);
  assert.equal(await waiting, 9);
});
