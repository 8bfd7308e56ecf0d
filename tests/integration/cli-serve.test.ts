import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { krait, start } from "../support/command-line.ts";
import { loadPyodide } from "../support/kernel.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

test("BY-serve: krait serve hosts kernels, one process a session, until it is told to end", async () => {
  const path = join(await temporaryFolder(), "krait.sock");
  const server = start(["serve", "--listen", `unix:${path}`]);
  let log = "";
  server.stderr?.setEncoding("utf8").on("data", (text) => {
    log += text;
  });
  while (!log.includes("event=listening"))
    await once(server.stderr as NodeJS.ReadableStream, "data");

  const kernel = `unix:${path}`;
  const [first, second] = [await loadPyodide({ kernel }), await loadPyodide({ kernel })];
  first.runPython("import sys; sys.mine = 1");
  assert.equal(second.runPython("import sys; hasattr(sys, 'mine')"), false);
  assert.equal(log.split("event=session").length - 1, 2);
  for (const py of [first, second]) py.terminate();

  server.kill("SIGTERM");
  assert.deepEqual(await once(server, "exit"), [0, null]);
  assert.match(log, /event=draining/);
});

test("BY-serve: help and mistakes are the server's; without one it is said how to get it", async () => {
  const help = await krait(["serve", "--help"]);
  assert.match(help.stdout, /--listen unix:PATH/);
  const mistake = await krait(["serve"]);
  assert.equal(mistake.status, 2);
  assert.match(mistake.stderr, /--listen ADDRESS is needed/);
  const missing = await krait(["serve"], { env: { KRAITD: "/none/kraitd" } });
  assert.equal(missing.status, 127);
  assert.match(missing.stderr, /cannot be started.*\/none\/kraitd/);
});
