import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { distUrl } from "../support/dist.ts";
import { test } from "../support/test.ts";

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
