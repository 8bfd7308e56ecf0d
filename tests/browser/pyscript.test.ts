import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openPages } from "../support/pages.ts";
import { serveFolder } from "../support/static-server.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** A page of PyScript's own making, but for the interpreter that it names. */
const page = (script: string) => `<!doctype html><meta charset="utf-8">
<script type="module" src="/node_modules/@pyscript/core/dist/core.js"></script>
<py-config>
interpreter = "/build/dist/pyodide.mjs"
[files]
"/build/npm-parts.json" = "./data.json"
</py-config>
<div id="out"></div><button id="button">press</button>
${script}`;

const titleOf = openPages();

async function visit(script: string): Promise<string> {
  const server = await serveFolder({ folder: ROOT, page: page(script), headers: ISOLATED });
  try {
    return await titleOf(server.url);
  } finally {
    server.close();
  }
}

test("PyScript: scripts of the page have files, display, events and await", async () => {
  const title = await visit(`<script type="py">
import asyncio, json, sys
from pyscript import display, document, when
@when("click", "#button")
def pressed(event):
    display("pressed", target="out")
    document.title = f"{document.querySelector('#out').innerText.split()} {sys.platform} {name}"
name = json.load(open("data.json"))[0]["name"]
display("first", target="out")
await asyncio.sleep(0.01)
document.querySelector("#button").click()
</script>`);

  assert.equal(title, "['first', 'pressed'] emscripten @lezer/common");
});

test("PyScript: scripts in workers reach the page", async () => {
  const title = await visit(`<script type="py" worker>
import sys
from pyscript import document, window
window.eval("globalThis.double = (n) => n * 2")
document.title = f"{window.double(21)} {sys.platform}"
</script>`);

  assert.equal(title, "42 emscripten");
});
