import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openPages } from "../support/pages.ts";
import { serveFolder } from "../support/static-server.mjs";

const DIST = path.join(fileURLToPath(new URL("../../", import.meta.url)), "build/dist");

const COOP_COEP = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const DOCUMENT_ISOLATION = { "Document-Isolation-Policy": "isolate-and-credentialless" };

/** A page whose main thread runs `body` with a kernel in a worker; the title gets what it returns, as JSON. */
const page = (body: string) => `<!doctype html><meta charset="utf-8"><h1>page</h1>
<script type="module">
  import { loadPyodide } from "./pyodide.mjs";
  const options = { kernel: "worker", sync: true, syncBudgetMs: 20000 };
  const run = async () => { ${body} };
  run().then((value) => "ok " + JSON.stringify(value), (error) => "error " + error.name + ": " + error.message)
    .then((title) => { document.title = title; });
</script>`;

const titleOf = openPages();

/** What the page's body returned. */
async function visit(body: string, headers: Record<string, string>): Promise<string> {
  const server = await serveFolder({ folder: DIST, page: page(body), headers });
  try {
    return await titleOf(server.url);
  } finally {
    server.close();
  }
}

const DOM = `
  const py = await loadPyodide(options);
  window.add = (a, b) => a + b;
  const text = py.runPython(\`
from js import document, add
heading = document.querySelector("h1")
heading.textContent = "made by Python in a worker"
f"{heading.textContent} {add(40, 2)}"
\`);
  const later = await py.runPythonAsync("import asyncio; await asyncio.sleep(0.01); 'later'");
  return [text, document.querySelector("h1").textContent, later];`;

for (const [name, headers] of Object.entries({ COOP_COEP, DOCUMENT_ISOLATION })) {
  test(`worker: Python reaches the page's objects from its worker, ${name}`, async () => {
    const made = "made by Python in a worker";

    assert.equal(await visit(DOM, headers), `ok ${JSON.stringify([`${made} 42`, made, "later"])}`);
  });
}

test("JS-loadPyodide.7, BY-classicWorker: krait loads in a classic worker, by importScripts from anywhere", async () => {
  const body = `
    const code = \`
      importScripts("\${location.origin}/pyodide.js");
      loadPyodide().then((py) => postMessage(py.runPython("import sys; sys.platform")),
                         (error) => postMessage(String(error)));\`;
    const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
    });`;

  assert.equal(await visit(body, {}), 'ok "emscripten"');
});

test("worker: the page draws on while Python computes", async () => {
  const body = `
    const py = await loadPyodide(options);
    let frames = 0;
    let isDone = false;
    const count = () => { frames++; if (!isDone) requestAnimationFrame(count); };
    requestAnimationFrame(count);
    await py.runPythonAsync("import asyncio, time\\nawait asyncio.sleep(0)\\nend = time.time() + 1\\nwhile time.time() < end: pass");
    isDone = true;
    return frames > 5;`;

  assert.equal(await visit(body, COOP_COEP), "ok true");
});

test("BY-sync: a synchronous call that is not answered in its budget says so and leaves the page usable", async () => {
  const body = `
    const py = await loadPyodide({ ...options, syncBudgetMs: 3000 });
    let name;
    try { py.runPython("import time; time.sleep(5)"); } catch (error) { name = error.name; }
    await new Promise((resolve) => setTimeout(resolve, 3000));
    return [name, py.runPython("1 + 1")];`;

  assert.equal(await visit(body, COOP_COEP), 'ok ["SyncUnavailable",2]');
});

test("BY-sync: without isolation the headers to set are named", async () => {
  const title = await visit("await loadPyodide(options);", {});

  assert.match(
    title,
    /^error SyncUnavailable: .*Document-Isolation-Policy.*Cross-Origin-Opener-Policy/,
  );
});

test("BY-sync: a page's main thread gets promises when it does not ask for values", async () => {
  const body = `
    const py = await loadPyodide({ kernel: "worker" });
    return [await py.runPython("40 + 2"), await py.pyimport("math").floor(2.5)];`;

  assert.equal(await visit(body, COOP_COEP), "ok [42,2]");
});

/** What a program does with promises alone: chains, items, iteration, coroutines, files, a package of the stdlib. */
const PROMISES = `
  const py = await loadPyodide({ kernel: "worker", sync: false });
  const results = [];
  results.push(await py.runPython("[3, 1, 2]").copy());
  await results[0].sort();
  results[0] = await results[0].toJs();
  await py.globals.set("table", await py.toPy({ key: [1, 2] }));
  results.push(await py.globals.get("table").get("key").length);
  for await (const item of py.runPython("range(2)")) results.push(item);
  results.push(await py.runPythonAsync("import asyncio; await asyncio.sleep(0.01, 'slept')"));
  await py.FS.writeFile("/tmp/note", "from the page");
  results.push(await py.runPython("open('/tmp/note').read()"));
  results.push(await py.runPython("import time; t = time.monotonic(); time.sleep(0.05); time.monotonic() - t >= 0.05"));
  results.push(await py.runPython("while True: pass", { timeout: 100 }).catch((error) => error.type ?? error.name));`;
const GIVEN = [[1, 2, 3], 2, 0, 1, "slept", "from the page", true];

test("BY-async: promises in an isolated page, where Python reaches the page too", async () => {
  const body = `${PROMISES}
    results.push(await py.runPython("from js import document; document.querySelector('h1').textContent"));
    results.push(await py.runPython("lambda f: f(20)")((x) => x * 2));
    return results;`;

  const expected = JSON.stringify([...GIVEN, "TimeoutError", "page", 40]);
  assert.equal(await visit(body, COOP_COEP), `ok ${expected}`);
});

test("BY-async: without isolation and service worker, what needs Python to wait names the headers", async () => {
  const body = `${PROMISES.replace("sync: false", "sync: false, serviceWorker: false")}
    const again = await loadPyodide({ kernel: "worker", serviceWorker: false });
    for (const code of ["import js; js.document", "input()"]) {
      const error = await again.runPython(code).catch((error) => error);
      results.push(error.message.includes("Document-Isolation-Policy") || error.type);
    }
    return results;`;

  // Nothing reaches Python while it computes, so that the kernel is ended.
  const expected = JSON.stringify([...GIVEN, "KernelDied", true, "OSError"]);
  assert.equal(await visit(body, {}), `ok ${expected}`);
});

test("BY-async: without isolation a service worker lets Python wait for the page", async () => {
  const body = `${PROMISES}
    results.push(await py.runPython("from js import document; document.querySelector('h1').textContent"));
    const ask = await py.runPython("lambda f, n: f(n) + 1");
    results.push(await ask(async (n) => 1, 1).catch((error) => error.type), await ask((n) => 2 * n, 20));
    results.push(await ask(() => "x".repeat(3_000_000) + 1, 1).catch((error) => error.type));
    const lines = ["typed", "again"];
    await py.setStdin({ stdin: () => lines.shift() });
    results.push(await py.runPython("[input(), input()]").toJs(), document.querySelector("h1").textContent);
    return results;`;

  const expected = JSON.stringify([
    ...[...GIVEN, "TimeoutError", "page", "TypeError", 41, "TypeError"],
    ...[["typed", "again"], "page"],
  ]);
  assert.equal(await visit(body, {}), `ok ${expected}`);
});

test("BY-interrupt: without isolation a service worker brings signals to Python, computing, sleeping and reading", async () => {
  const body = `
    const py = await loadPyodide({ kernel: "worker" });
    const results = [];
    for (const code of ["while True: pass", "import time; time.sleep(30)"]) {
      const running = py.runPython(code).catch((error) => error.type);
      setTimeout(() => py.interrupt(), 500);
      results.push(await running);
    }
    results.push(await py.runPython("1 + 1"));
    return results;`;

  const expected = JSON.stringify(["KeyboardInterrupt", "KeyboardInterrupt", 2]);
  assert.equal(await visit(body, {}), `ok ${expected}`);
});
