import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.mjs";
import { serveFolder } from "../support/static-server.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DIST = path.join(ROOT, "build/dist");
const SCREENSHOTS = path.join(ROOT, "build/screenshots");
const TIMEOUT_MS = 60_000;

/** The page of a new user: loads the runtime, shows what Python prints and computes. */
const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>krait smoke test</title></head>
<body><h1>Python in this page</h1><pre id="out"></pre>
<script type="module">
  import { loadPyodide } from "./pyodide.mjs";
  const out = document.getElementById("out");
  const pyodide = await loadPyodide({ stdout: (line) => { out.textContent += line + "\\n"; } });
  window.pyodide = pyodide;
  pyodide.runPython(\`
import sys, json, sqlite3
print("Python", sys.version.split()[0], "on", sys.platform)
from js import document
heading = document.createElement("h2")
heading.textContent = "made by Python"
document.body.appendChild(heading)
print(json.dumps({"six times seven": 6 * 7}))
print(sqlite3.connect(":memory:").execute("select 'a row from ' || 'sqlite'").fetchone()[0])
\`);
  document.body.dataset.state = "done";
</script></body></html>`;

const CLASSIC_PAGE = `<!doctype html><meta charset="utf-8"><title>classic script</title>
<script src="pyodide.js"></script>
<script>
  loadPyodide().then((pyodide) => { document.title = "sum " + pyodide.runPython("sum(range(10))"); });
</script>`;

let browser: Browser;
before(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  browser = await launchChromium();
});
after(() => browser.close());

/** Opens `html` beside the package's files; fails on any console error or page error. */
async function withPage(html: string, use: (page: Page, errors: string[]) => Promise<void>) {
  const server = await serveFolder({ folder: DIST, page: html });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    const isFavicon = message.location().url.endsWith("/favicon.ico");
    if (message.type() === "error" && !isFavicon) errors.push(message.text());
  });
  try {
    await page.goto(server.url);
    await use(page, errors);
    assert.deepEqual(errors, []);
  } finally {
    await page.close();
    server.close();
  }
}

test("a page runs Python from the module build, prints, and reaches the DOM", async () => {
  await withPage(PAGE, async (page) => {
    await page.waitForSelector("body[data-state=done]", { timeout: TIMEOUT_MS });
    const out = await page.textContent("#out");

    assert.match(out ?? "", /^Python 3\.13\.\d+ on emscripten\n/);
    assert.match(out ?? "", /\{"six times seven": 42\}\na row from sqlite\n$/);
    assert.equal(await page.textContent("h2"), "made by Python");
    await page.screenshot({ path: path.join(SCREENSHOTS, "smoke.png") });
  });
});

test("asynchronous Python awaits browser promises and timers", async () => {
  await withPage(PAGE, async (page) => {
    await page.waitForSelector("body[data-state=done]", { timeout: TIMEOUT_MS });

    const result = await page.evaluate(() =>
      (window as any).pyodide.runPythonAsync(`
import asyncio
from js import fetch
response = await fetch("./package.json")
await asyncio.sleep(0.01)
(await response.json()).name
`),
    );

    assert.equal(result, "krait");
  });
});

test("a Python error is a PythonError with its traceback, and the page goes on", async () => {
  await withPage(PAGE, async (page) => {
    await page.waitForSelector("body[data-state=done]", { timeout: TIMEOUT_MS });

    const [name, type, message, next] = await page.evaluate(() => {
      const { pyodide } = window as any;
      try {
        pyodide.runPython("1 / 0");
        return [];
      } catch (error) {
        const { name, type, message } = error as { name: string; type: string; message: string };
        return [name, type, message, pyodide.runPython("2 + 2")];
      }
    });

    assert.deepEqual([name, type, next], ["PythonError", "ZeroDivisionError", 4]);
    assert.match(String(message), /^Traceback \(most recent call last\):/);
  });
});

test("the classic script build defines loadPyodide", async () => {
  await withPage(CLASSIC_PAGE, async (page) => {
    await page.waitForFunction(() => document.title === "sum 45", undefined, {
      timeout: TIMEOUT_MS,
    });
  });
});
