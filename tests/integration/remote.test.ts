import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { fails, failsInPython, failureOf } from "../support/failures.ts";
import { type Any, loadPyodide } from "../support/kernel.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";
import { Kraitd } from "./support/kraitd.ts";

const server = await Kraitd.start();
after(() => server.stop());

const open: Any[] = [];
after(() => {
  for (const py of open) if (!py.isEnded) py.terminate();
});

async function load(options: object = {}): Promise<Any> {
  const py = await loadPyodide({ kernel: `unix:${server.path}`, ...options });
  open.push(py);
  return py;
}

test("BY-place, BY-async: the same program as elsewhere, in a native interpreter", async () => {
  const py = await load();

  assert.equal(await py.runPython("import sys; sys.platform"), "linux");
  assert.equal(await py.runPython("'abc'").upper(), "ABC");
  assert.deepEqual([...(await py.runPython("{'a': [1, 2]}").toJs())], [["a", [1, 2]]]);
  assert.equal(await py.toPy([1, { x: 2 }]).toString(), "[1, {'x': 2}]");
  assert.equal(await py.globals.get("len")("four"), 4);
  assert.equal(
    await py.runPythonAsync("import asyncio; await asyncio.sleep(0.01, 'slept')"),
    "slept",
  );
  const items: unknown[] = [];
  for await (const item of py.runPython("range(3)")) items.push(item);
  assert.deepEqual(items, [0, 1, 2]);
  await failsInPython(() => py.runPython("1 / 0"), "ZeroDivisionError");
});

test("remote: Python calls the program's functions, and awaits their promises", async () => {
  const py = await load();

  assert.equal(await py.runPython("lambda f: f(20) + 2")((x: number) => x * 2), 42);
  const call = await py.runPython("async def call(f): return await f(4)\ncall");
  assert.equal(await call(async (x: number) => x * 10), 40);
});

test("remote: what Python prints is there before the call that prints returns; input comes from the program", async () => {
  const lines: string[] = [];
  const answers = ["typed", null];
  const py = await load({
    stdout: (line: string) => lines.push(line),
    stdin: () => answers.shift(),
  });

  await py.runPython("print('first', 'é\u{1f40d}')");
  assert.deepEqual(lines, ["first é\u{1f40d}"]);
  assert.equal(await py.runPython("input()"), "typed");
});

test("remote: files are the server's, failures have its errno", async () => {
  const py = await load();
  const folder = await temporaryFolder();
  const file = join(folder, "note");

  await py.FS.writeFile(file, new TextEncoder().encode("written"));
  assert.equal(readFileSync(file, "utf8"), "written");
  assert.equal(await py.FS.readFile(file, { encoding: "utf8" }), "written");
  assert.deepEqual(await py.FS.readdir(folder), [".", "..", "note"]);
  assert.equal((await py.FS.stat(file)).size, 7);
  assert.equal((await py.FS.analyzePath(join(folder, "none"))).exists, false);
  const error = (await failureOf(() => py.FS.unlink(join(folder, "none")))) as Any;
  assert.deepEqual([error.name, error.code], ["ErrnoError", "ENOENT"]);
});

test("BY-deadline, BY-interrupt: in a remote kernel deadlines and signals reach what computes, sleeps and waits", async () => {
  const py = await load();

  await failsInPython(() => py.runPython("while True: pass", { timeout: 100 }), "TimeoutError");
  const asleep = py.runPython("import time; time.sleep(60)");
  setTimeout(() => py.interrupt(), 100);
  await failsInPython(() => asleep, "KeyboardInterrupt");
  assert.equal(await py.runPython("1 + 1"), 2);
});

test("remote: Python has the objects that it is given, and no way from them to code of its own", async () => {
  const py = await load({ jsglobals: { answer: 42 } });

  assert.equal(await py.runPython("import js; js.answer"), 42);
  for (const name of ["constructor", "__proto__", "prototype"]) {
    await failsInPython(
      () => py.runPython(`lambda f: getattr(f, ${JSON.stringify(name)})`)(() => 1),
      "PermissionError",
      /may not reach/,
    );
  }
  const bare = await load();
  await failsInPython(() => bare.runPython("import js; js.console"), "AttributeError");
  await failsInPython(
    () => bare.runPython("from pyodide.code import run_js; run_js('1')"),
    "RuntimeError",
  );
});

test("BY-restart, BY-fatal: the end of a remote kernel fails what waits, and a successor is behind the same object", async () => {
  const py = await load();
  const list = await py.runPython("[1]");
  await py.registerJsModule("given", { value: 7 });
  const asleep = py.runPython("import time; time.sleep(60)");

  py.terminate();
  await fails(() => asleep, "KernelDied");
  await py.restart();
  assert.equal(await py.runPython("import given; given.value"), 7);
  assert.equal((await failureOf(() => list.get(0))).name, "StaleHandle");

  await fails(() => py.runPython("import os; os._exit(3)"), "KernelDied");
  await py.restart();
  assert.equal(await py.runPython("2 + 2"), 4);
});

test("remote: who is not let in is told why", async () => {
  const folder = await temporaryFolder();
  await fails(
    () => loadPyodide({ kernel: `unix:${folder}/none` }),
    "KraitError",
    /kraitd --listen/,
  );
  await fails(() => load({ sync: true }), "SyncUnavailable", /promises/);

  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, "a secret of some length\n");
  const guarded = await Kraitd.start("--token-file", tokenFile);
  try {
    const kernel = `unix:${guarded.path}`;
    const refused = await fails(
      () => loadPyodide({ kernel, token: "wrong" }),
      "KraitError",
      /refused/,
    );
    assert.equal((refused as Any).kind, "permission");
    const py = await loadPyodide({ kernel, token: "a secret of some length" });
    assert.equal(await py.runPython("1 + 1"), 2);
    py.terminate();
  } finally {
    await guarded.stop();
  }
});
