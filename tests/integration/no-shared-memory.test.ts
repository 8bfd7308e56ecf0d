import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { distUrl } from "../support/dist.ts";

const run = promisify(execFile);
const LIMIT_MS = 60_000;

/** What a program prints, in a process whose engine has no shared memory, as in a page that is not isolated. */
async function outputOf(body: string): Promise<unknown> {
  const program = `
    import "node:worker_threads";
    delete globalThis.SharedArrayBuffer;
    const { loadPyodide } = await import(${JSON.stringify(distUrl("pyodide.mjs"))});
    const lines = [];
    const py = await loadPyodide({ kernel: "worker", stdout: (line) => lines.push(line) });
    const failure = async (ask) => { try { await ask(); } catch (error) { return [error.type ?? error.name, error.message]; } };
    console.log(JSON.stringify(await (async () => { ${body} })()));
    py.terminate();`;
  const args = ["--input-type=module", "--eval", program];
  const { stdout } = await run(process.execPath, args, { timeout: LIMIT_MS });
  return JSON.parse(stdout);
}

test("worker without shared memory: chains, output, timers, files and failures", async () => {
  const results = await outputOf(`
    await py.runPython("print('printed')");
    const file = await py.FS.open("/tmp/x", "w");
    await py.FS.write(file, new TextEncoder().encode("written"), 0, 7);
    await py.FS.close(file);
    return [
      await py.runPython("'abc'").upper(),
      await py.globals.get("len")([1, 2].length ? "four" : ""),
      await py.runPythonAsync("import asyncio; await asyncio.sleep(0.01, 'slept')"),
      await py.runPython("open('/tmp/x').read()"),
      (await failure(() => py.runPython("1 / 0")))[0],
      lines,
    ];`);

  assert.deepEqual(results, ["ABC", 4, "slept", "written", "ZeroDivisionError", ["printed"]]);
});

test("worker without shared memory: a question of Python's fails and names the headers", async () => {
  const [callback, attribute] = (await outputOf(`
    return [
      await failure(() => py.runPython("lambda f: f()")(() => 1)),
      await failure(() => py.runPython("import js; js.console")),
    ];`)) as [string, string][];

  for (const [type, message] of [callback, attribute] as [string, string][]) {
    assert.equal(type, "RuntimeError");
    assert.match(message, /Document-Isolation-Policy.*Cross-Origin-Opener-Policy/);
  }
});

test("worker without shared memory: an awaited call is cancelled by its signal", async () => {
  const results = await outputOf(`
    const controller = new AbortController();
    const asked = py.runPythonAsync("import asyncio; await asyncio.sleep(60)", { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 20);
    return [(await failure(() => asked))[1], await py.runPython("1 + 1")];`);

  assert.deepEqual(results, ["enough", 2]);
});
