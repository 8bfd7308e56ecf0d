import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.mjs";
import { serveFolder } from "../support/static-server.mjs";

const DIST = path.join(fileURLToPath(new URL("../../", import.meta.url)), "build/dist");
const TIMEOUT_MS = 60_000;
const ARCHIVE = "python_stdlib.zip";

/** Evaluates code in a kernel of the page; the title gets the result. */
const page = (code: string, options = "{}") => `<!doctype html><meta charset="utf-8">
<script type="module">
  import { loadPyodide } from "./pyodide.mjs";
  try {
    window.pyodide = await loadPyodide(${options});
    document.title = "result " + window.pyodide.runPython(${JSON.stringify(code)});
  } catch (error) {
    document.title = "error " + error.message;
  }
</script>`;

/** The same in a worker. */
const workerPage = (kind: "module" | "classic") => `<!doctype html><meta charset="utf-8">
<script>
  const base = location.href;
  const source = ${JSON.stringify(kind)} === "module"
    ? 'import { loadPyodide } from "' + base + 'pyodide.mjs"; start(loadPyodide);'
    : 'importScripts("' + base + 'pyodide.js"); start(loadPyodide);';
  const start = 'async function start(load) { try {' +
    'const py = await load({ indexURL: "' + base + '" });' +
    'postMessage("result " + py.runPython("import time, decimal; time.sleep(0.01); 6 * 7"));' +
    '} catch (error) { postMessage("error " + error.message); } }';
  const url = URL.createObjectURL(new Blob([source + "\\n" + start], { type: "text/javascript" }));
  const worker = new Worker(url, { type: ${JSON.stringify(kind)} });
  worker.onmessage = ({ data }) => { document.title = data; };
  worker.onerror = (event) => { document.title = "error " + event.message; };
</script>`;

let browser: Browser;
before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());

interface Visit {
  readonly page: Page;
  readonly title: string;
  readonly requested: Set<string>;
  readonly warnings: string[];
}

/** Opens a page beside the package's files and waits for its title. */
async function visit(html: string, use: (visit: Visit) => unknown, hide?: string): Promise<void> {
  const server = await serveFolder({ folder: DIST, page: html });
  const opened = await browser.newPage();
  const warnings: string[] = [];
  opened.on("console", (message) => {
    if (message.type() === "warning") warnings.push(message.text());
  });
  try {
    if (hide !== undefined) await opened.route(`**/${hide}`, (route) => route.abort());
    await opened.goto(server.url);
    await opened.waitForFunction(() => document.title !== "", undefined, { timeout: TIMEOUT_MS });
    const title = await opened.title();
    await use({ page: opened, title, requested: server.requested, warnings });
  } finally {
    await opened.close();
    server.close();
  }
}

test("the first result does without the stdlib archive, which is fetched a little later", async () => {
  await visit(page("1 + 1"), async ({ page: opened, title, requested }) => {
    assert.equal(title, "result 2");
    assert.ok(!requested.has(ARCHIVE));
    assert.ok(!requested.has("krait.wasm"));
    await opened.waitForEvent("requestfinished", {
      predicate: (request) => request.url().endsWith(ARCHIVE),
      timeout: TIMEOUT_MS,
    });
  });
});

test("an import that the snapshot does not hold waits for the archive", async () => {
  const code = "import decimal, xml.dom.minidom; str(decimal.Decimal('0.1') * 3)";

  await visit(page(code), ({ title, requested }) => {
    assert.equal(title, "result 0.3");
    assert.ok(requested.has(ARCHIVE));
  });
});

test("without the snapshot the page starts cold and says so", async () => {
  await visit(
    page("import decimal; 40 + 2"),
    ({ title, warnings }) => {
      assert.equal(title, "result 42");
      assert.equal(warnings.filter((text) => text.includes("krait.snapshot")).length, 1);
    },
    "krait.snapshot",
  );
});

test("a cold start loads the whole module and the archive", async () => {
  await visit(page("1 + 1", '{ snapshot: "none" }'), ({ title, requested }) => {
    assert.equal(title, "result 2");
    assert.ok(requested.has("krait.wasm") && requested.has(ARCHIVE));
  });
});

test("a missing module is named", async () => {
  await visit(
    page("1"),
    ({ title }) => assert.match(title, /^error .*krait\.core\.wasm/),
    "krait.core.wasm",
  );
});

test("a module worker runs Python and may sleep", async () => {
  await visit(workerPage("module"), ({ title }) => assert.equal(title, "result 42"));
});

test("JS-loadPyodide.7, BY-classicWorker: a classic worker does too", async () => {
  await visit(workerPage("classic"), ({ title }) => assert.equal(title, "result 42"));
});
