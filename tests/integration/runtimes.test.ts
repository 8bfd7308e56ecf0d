// The package in the other JavaScript runtimes that have Node's API.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { distUrl } from "../support/dist.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

const run = promisify(execFile);
const require = createRequire(import.meta.url);

const PROGRAM = `
  import { loadPyodide } from ${JSON.stringify(distUrl("pyodide.mjs"))};
  const python = await loadPyodide();
  const worker = await loadPyodide({ kernel: "worker" });
  console.log(python.runPython("6 * 7"), await python.runPythonAsync("import asyncio; await asyncio.sleep(0, 'slept')"));
  console.log(worker.runPython("from js import Math; Math.max(3, 4)"));
  worker.terminate();
`;

/** What the program prints in a runtime, which is a file of an npm package. */
async function output(executable: string, ...args: string[]): Promise<string> {
  const program = path.join(await temporaryFolder(), "program.mjs");
  await writeFile(program, PROGRAM);
  const { stdout } = await run(require.resolve(executable), [...args, program]);
  return stdout;
}

test("Deno runs it in the page and in a worker", async () => {
  assert.equal(await output("@deno/linux-x64-glibc/deno", "run", "--allow-all"), "42 slept\n4\n");
});

test("Bun runs it in the page and in a worker", async () => {
  assert.equal(await output("@oven/bun-linux-x64/bin/bun", "run"), "42 slept\n4\n");
});
