import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "puppeteer-core";
import { DIST_PATH } from "../support/dist.ts";
import { launchFirefox } from "../support/firefox.ts";
import { serveFolder } from "../support/static-server.mjs";
import { WebConsole } from "../support/web-console.ts";

const TIMEOUT_MS = 60_000;
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

let browser: Browser;
before(async () => {
  browser = await launchFirefox();
});
after(() => browser.close());

/** A page that does with `py`, a kernel of those options, what `body` says, and shows the array that comes of it. */
const page = (options: object, body: string) => `<!doctype html><meta charset="utf-8">
<link rel="icon" href="data:,"><script type="module">
import { loadPyodide } from "/pyodide.mjs";
try {
  const py = await loadPyodide(${JSON.stringify(options)});
  document.title = JSON.stringify(await (async () => { ${body} })());
} catch (error) {
  document.title = "failed: " + error?.message;
}
</script>`;

/** The page may not complain of anything. */
async function visiting(url: string, use: (page: Page) => Promise<void>): Promise<void> {
  const visit = await browser.newPage();
  const complaints: string[] = [];
  visit.on("pageerror", (error) => complaints.push(String(error)));
  visit.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  try {
    await visit.goto(url);
    await use(visit);
    assert.deepEqual(complaints, []);
  } finally {
    await visit.close();
  }
}

async function titleOf(html: string, headers: Record<string, string>): Promise<string> {
  const server = await serveFolder({ folder: DIST_PATH.replace(/\/$/, ""), page: html, headers });
  let title = "";
  try {
    await visiting(server.url, async (visit) => {
      await visit.waitForFunction(() => document.title !== "", { timeout: TIMEOUT_MS });
      title = await visit.title();
    });
    return title;
  } finally {
    server.close();
  }
}

const PROGRAM = `
  const list = await py.runPython("import js\\nprint('printed')\\n[1, 2, 3]");
  return [
    await py.runPython("sum(range(10))"),
    await list.length,
    await py.runPython("js.document.nodeName"),
    await py.runPythonAsync("import asyncio; await asyncio.sleep(0.01, 'slept')"),
  ];
`;
const INPUT = `
  await py.setStdin({ stdin: () => new Promise((resolve) => setTimeout(() => resolve("Ada"), 50)) });
  const endless = py.runPython("while True: pass").then(() => "ended", (error) => error.type);
  setTimeout(() => py.interrupt(), 300);
  return [await py.runPython("input('name? ').upper()"), await endless];
`;

for (const isolation of ["isolated", "without shared memory"]) {
  const headers = isolation === "isolated" ? ISOLATED : {};
  for (const [place, options] of [
    ["in the page", {}],
    ["in a worker", { kernel: "worker" }],
  ] as const) {
    test(`Firefox, ${isolation}, ${place}: Python, the page from Python, and await`, async () => {
      assert.equal(await titleOf(page(options, PROGRAM), headers), '[45,3,"#document","slept"]');
    });
  }
  test(`Firefox, ${isolation}, in a worker: input() waits for a promise, interrupts come`, async () => {
    const html = page({ kernel: "worker" }, INPUT);
    assert.equal(await titleOf(html, headers), '["ADA","KeyboardInterrupt"]');
  });
}

test("Firefox: a program that was saved starts again", async () => {
  const html = page(
    { kernel: "worker", sync: false },
    `
    await py.runPython("import decimal; kept = decimal.Decimal('1.10')");
    const again = await loadPyodide({ snapshot: await py.makeSnapshot() });
    return again.runPython("str(kept + 1)");
  `,
  );
  assert.equal(await titleOf(html, {}), '"2.10"');
});

test("Firefox: the web console runs entries", async () => {
  const console = await WebConsole.start();
  try {
    await visiting(console.url, async (visit) => {
      await visit.waitForFunction(
        () => /^ready/.test(document.getElementById("status")?.textContent ?? ""),
        { timeout: TIMEOUT_MS },
      );
      await visit.keyboard.type("6 * 7\n");
      await visit.waitForFunction(
        () =>
          /^\s*42\s*$/m.test(
            document.querySelector(".xterm-accessibility-tree")?.textContent ?? "",
          ) ||
          [...document.querySelectorAll(".xterm-accessibility-tree > div")].some(
            (row) => row.textContent?.trim() === "42",
          ),
        { timeout: TIMEOUT_MS },
      );
    });
  } finally {
    await console.stop();
  }
});
