import assert from "node:assert/strict";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { build as buildWithVite } from "vite";
import webpack from "webpack";
import { launchChromium } from "../support/chromium.mjs";
import { codeBlocks } from "../support/code-blocks.ts";
import { DIST_PATH } from "../support/dist.ts";
import { serveFolder } from "../support/static-server.mjs";
import { temporaryFolder } from "../support/temporary.ts";

let browser: Browser;
before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());

/** Opens a page beside a folder `krait`; gives what `look` finds, once that is true. The page may not complain. */
async function visit(folder: string, html: string, look: string): Promise<string> {
  const server = await serveFolder({ folder, page: html.replace("<head>", ICON) });
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} ${message.location().url}`);
  });
  try {
    await page.goto(server.url);
    const found = await page.waitForFunction(look, undefined, { timeout: 60_000 });
    const text = String(await found.jsonValue());
    assert.deepEqual(
      complaints.filter((text) => !text.includes("favicon")),
      [],
    );
    return text;
  } catch (error) {
    throw new Error(`${complaints.join("\n")}\n${error}`);
  } finally {
    await page.close();
    server.close();
  }
}

const ICON = '<head><link rel="icon" href="data:,">';

async function folderWithKrait(): Promise<string> {
  const folder = await temporaryFolder();
  cpSync(DIST_PATH, join(folder, "krait"), { recursive: true });
  return folder;
}

/** What is seen of each page when it is done. */
const SEEN: readonly (readonly [sign: string, look: string, expected: RegExp])[] = [
  [
    "krait-inspector",
    "document.querySelector('krait-inspector')?.shadowRoot.querySelector('svg[aria-label*=connect]')?.tagName",
    /svg/,
  ],
  [
    "primes",
    "/\\d/.test(document.querySelector('#answer').textContent) && document.querySelector('#answer').textContent",
    /^669 primes$/,
  ],
  [
    "sum(range(10))",
    "/\\d/.test(document.querySelector('#answer').textContent) && document.querySelector('#answer').textContent",
    /^45$/,
  ],
];

for (const { where, code } of codeBlocks("html")) {
  test(`documentation, ${where}: the page works`, async () => {
    const [, look, expected] = SEEN.find(([sign]) => code.includes(sign)) ?? assert.fail("unknown");
    const html = code
      .replaceAll('"./pyodide.mjs"', '"./krait/pyodide.mjs"')
      .replaceAll('"./inspector.mjs"', '"./krait/inspector.mjs"');
    assert.match(await visit(await folderWithKrait(), html, look), expected);
  });
}

const bundled = codeBlocks("js").find(({ code }) => code.includes("document.baseURI"));

/** A project with krait as a dependency, and the program of the documentation. */
async function project(): Promise<string> {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(DIST_PATH, join(folder, "node_modules", "krait"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "main.js"), bundled?.code ?? "");
  writeFileSync(
    join(folder, "index.html"),
    '<!doctype html><html><head></head><script type="module" src="./main.js"></script></html>',
  );
  return folder;
}

test("documentation: the program of the bundlers, built by Vite", async () => {
  const root = await project();
  await buildWithVite({
    root,
    base: "./",
    logLevel: "error",
    build: {
      target: "es2022",
      outDir: "out",
      rollupOptions: { output: { entryFileNames: "main.js" } },
    },
  });
  cpSync(DIST_PATH, join(root, "out/krait"), { recursive: true });
  const html = '<html><head></head><script type="module" src="./main.js"></script></html>';
  assert.equal(await visit(join(root, "out"), html, "document.title"), "3.142");
});

test("documentation: the program of the bundlers, built by webpack", async () => {
  const context = await project();
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
    webpack(
      {
        context,
        mode: "production",
        entry: "./main.js",
        experiments: { topLevelAwait: true, outputModule: true },
        output: { path: join(context, "out"), filename: "main.js", module: true },
        target: ["web", "es2022"],
        resolve: { symlinks: false },
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    );
  });
  assert.deepEqual(stats?.toJson().errors, []);
  cpSync(DIST_PATH, join(context, "out/krait"), { recursive: true });
  const html = '<html><head></head><script type="module" src="./main.js"></script></html>';
  assert.equal(await visit(join(context, "out"), html, "document.title"), "3.142");
});
