import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { krait } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";
import { WebConsole } from "../support/web-console.ts";

test("krait web: serves the page isolated, the package's files and the packages, and nothing else", async () => {
  const packages = await temporaryFolder();
  await writeFile(join(packages, "pyodide-lock.json"), "{}");
  await mkdir(join(packages, "inner"));
  const server = await WebConsole.start("--packages", packages);
  const status = async (path: string) => (await fetch(new URL(path, server.url))).status;
  try {
    const page = await fetch(server.url);
    assert.match(await page.text(), /<title>krait: Python console<\/title>/);
    assert.equal(page.headers.get("cross-origin-opener-policy"), "same-origin");
    assert.equal(page.headers.get("cross-origin-embedder-policy"), "require-corp");
    const wasm = await fetch(new URL("krait.core.wasm", server.url));
    assert.equal(wasm.headers.get("content-type"), "application/wasm");
    await wasm.arrayBuffer();
    assert.equal(await status("packages/pyodide-lock.json"), 200);
    for (const path of [
      "none",
      "packages/none",
      "..%2f..%2fpackage.json",
      "packages/..%2f..%2fetc/passwd",
    ]) {
      assert.equal(await status(path), 404, path);
    }
  } finally {
    assert.equal(await server.stop(), 0);
  }
});

test("krait web: help, and mistakes that say what is wrong", async () => {
  const help = await krait(["web", "--help"]);
  assert.equal(help.status, 0);
  assert.match(help.stdout, /--port PORT/);
  const wrong: Record<string, RegExp> = {
    "--port=x": /x is no port/,
    "--port=70000": /70000 is no port/,
    "--packages=/none": /\/none has no pyodide-lock\.json/,
    "--other": /--other/,
    "--host=no.such.host.invalid": /ENOTFOUND|EAI_AGAIN/,
  };
  for (const [word, message] of Object.entries(wrong)) {
    const { status, stderr } = await krait(["web", word]);
    assert.equal(status, 2, word);
    assert.match(stderr, message);
  }
  const server = await WebConsole.start();
  const taken = await krait(["web", "--port", new URL(server.url).port]);
  assert.equal(taken.status, 2);
  assert.match(taken.stderr, /EADDRINUSE/);
  await server.stop();
});
