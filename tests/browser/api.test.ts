import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.mjs";
import { serveFolder } from "../support/static-server.mjs";

const DIST = path.join(fileURLToPath(new URL("../../", import.meta.url)), "build/dist");
const TIMEOUT_MS = 60_000;

/** A page that loads the package as `window.pyodide`, under a content security policy where one is given. */
const page = (policy?: string) => `<!doctype html><meta charset="utf-8">
${policy === undefined ? "" : `<meta http-equiv="Content-Security-Policy" content="${policy}">`}
<script type="module" src="./start.mjs"></script>`;

const START = `
import { loadPyodide } from "./pyodide.mjs";
try {
  window.pyodide = await loadPyodide({ stdout: () => undefined });
  document.title = "loaded";
} catch (error) {
  document.title = "error " + error.message;
}`;

let browser: Browser;
before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());

/** Opens the page and waits until Python is loaded; a page error fails the test. */
async function withPage(
  html: string,
  use: (page: Page, warnings: string[]) => Promise<void>,
): Promise<void> {
  const server = await serveFolder({ folder: DIST, page: html });
  const opened = await browser.newPage();
  const errors: string[] = [];
  const warnings: string[] = [];
  opened.on("pageerror", (error) => errors.push(String(error)));
  opened.on("console", (message) => {
    if (message.type() === "warning") warnings.push(message.text());
  });
  await opened.route("**/start.mjs", (route) =>
    route.fulfill({ contentType: "text/javascript", body: START }),
  );
  try {
    await opened.goto(server.url);
    await opened.waitForFunction(() => document.title !== "", undefined, { timeout: TIMEOUT_MS });
    assert.equal(await opened.title(), "loaded");
    await use(opened, warnings);
    assert.deepEqual(errors, []);
  } finally {
    await opened.close();
    server.close();
  }
}

test("JS-csp: a policy that allows WebAssembly but no eval", async () => {
  const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

  await withPage(page(policy), async (opened) => {
    const outcome = await opened.evaluate(async () => {
      const { pyodide } = window as any;
      const list = pyodide.runPython("import json, re, decimal\n[1, 2]");
      const values = [
        pyodide.runPython("6 * 7"),
        await pyodide.runPythonAsync("import asyncio\nawait asyncio.sleep(0)\n5"),
        list.map((x: number) => x + 1).join(),
        pyodide.runPython("lambda f: f(1)")((x: number) => x + 1),
      ];
      try {
        pyodide.runPython("from pyodide.code import run_js\nrun_js('1 + 1')");
        values.push("eval was allowed");
      } catch (error) {
        values.push((error as { type: string }).type);
      }
      return values;
    });

    assert.deepEqual(outcome, [42, 5, "2,3", 2, "JsException"]);
  });
});

test("JS-useNodeSockFS: a page says that it needs Node, and has no sockets", async () => {
  await withPage(page(), async (opened) => {
    const outcome = await opened.evaluate(async () => {
      const { pyodide } = window as any;
      const refusal = await pyodide.useNodeSockFS().catch((error: Error) => error.message);
      const code =
        "import socket\ntry: socket.socket()\nexcept OSError as e: name = type(e).__name__\nname";
      return [refusal, pyodide.runPython(code)];
    });

    assert.deepEqual(outcome, ["useNodeSockFS only works in Node", "OSError"]);
  });
});

test("TC-js.string, TC-py.str: long texts of every kind cross unchanged in a page", async () => {
  await withPage(page(), async (opened) => {
    const changed = await opened.evaluate(() => {
      const same = (window as any).pyodide.runPython("lambda text: text");
      const units = ["a", "é", "€", "🐍", "\ud83d", "\ufeffx"];
      const texts = units.flatMap((unit) => [30, 5000, 140_000].map((count) => unit.repeat(count)));
      return texts.filter((text) => same(text) !== text).length;
    });

    assert.equal(changed, 0);
  });
});

test("JS-canvas: the 3D pair is the 2D pair; another id is warned of", async () => {
  await withPage(page(), async (opened, warnings) => {
    const outcome = await opened.evaluate(() => {
      const { canvas } = (window as any).pyodide;
      const seen = [canvas.getCanvas2D()];
      const element = document.createElement("canvas");
      element.id = "canvas";
      canvas.setCanvas2D(element);
      seen.push(canvas.getCanvas2D() === element, canvas.getCanvas3D() === element);
      const other = document.createElement("canvas");
      other.id = "other";
      canvas.setCanvas3D(other);
      seen.push(canvas.getCanvas2D() === other);
      return seen.map(String);
    });

    assert.deepEqual(outcome, ["undefined", "true", "true", "true"]);
    const told = warnings.filter((text) => text.includes("canvas"));
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /other/);
  });
});

test("CF-browserStdin: input() asks with prompt(), whose dismissal is the end", async () => {
  await withPage(page(), async (opened) => {
    const answers = ["typed", undefined];
    opened.on("dialog", async (dialog) => {
      const answer = answers.shift();
      await (answer === undefined ? dialog.dismiss() : dialog.accept(answer));
    });

    const outcome = await opened.evaluate(() => {
      const { pyodide } = window as any;
      const seen = [pyodide.runPython("input('what? ')")];
      try {
        seen.push(pyodide.runPython("input()"));
      } catch (error) {
        seen.push((error as { type: string }).type);
      }
      return seen;
    });
    assert.deepEqual(outcome, ["typed", "EOFError"]);
  });
});
