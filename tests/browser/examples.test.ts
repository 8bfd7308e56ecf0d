import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { violations } from "../support/axe.ts";
import { launchChromium } from "../support/chromium.mjs";
import { Kraitd } from "../support/kraitd.ts";

const SERVER = fileURLToPath(new URL("../../examples/serve.mjs", import.meta.url));
const TIMEOUT_MS = 60_000;

let browser: Browser;
let server: ChildProcess;
let url = "";

before(async () => {
  browser = await launchChromium();
  server = spawn(process.execPath, [SERVER, "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(server.stdout as NodeJS.ReadableStream, "data");
  url = /http:\S+/.exec(String(line))?.[0] ?? assert.fail(String(line));
});
after(async () => {
  await browser.close();
  server.kill();
});

/** Opens an example, which may not complain, and in which axe finds nothing wrong. */
async function visiting(
  path: string,
  use: (page: Page, context: BrowserContext) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.setDefaultTimeout(TIMEOUT_MS);
  try {
    await page.goto(url + path);
    await use(page, context);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

const told = (page: Page, text: string | RegExp) =>
  page.locator("#status", { hasText: text }).waitFor();

test("examples: the page of them leads to each", async () => {
  await visiting("", async (page) => {
    const paths = await page
      .locator("a")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    assert.equal(paths.length, 5);
    for (const path of paths) assert.equal((await fetch(url + path)).status, 200, String(path));
  });
});

test("examples: data analysis describes and draws a file", async () => {
  await visiting("analysis/", async (page) => {
    await told(page, /^ready$/);
    await page.click("#sample");
    await told(page, /^done$/);
    assert.match(String(await page.locator("#table").textContent()), /mean\s+497\.83\s+1\.54/);
    const [width] = await page
      .locator("#plot")
      .evaluateAll((plots) => plots.map((plot) => (plot as HTMLImageElement).naturalWidth));
    assert.equal(width, 700);
    assert.deepEqual(await violations(page), []);
    await page.setInputFiles("#file", {
      name: "x.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("a\nb\n"),
    });
    await told(page, "ValueError: the file has no column of numbers");
  });
});

for (const place of ["in a worker", "at a server"]) {
  test(`examples: a long computation ${place} tells how far it is, ends when it is told to, and can begin again`, async () => {
    const token = "a token of some length";
    const listen = ["--listen", "ws://127.0.0.1:0", "--token", token];
    const kernels =
      place === "at a server"
        ? await Kraitd.start(...listen, "--allow-origin", new URL(url).origin)
        : undefined;
    await kernels?.logged("detail=ws:");
    const address = /detail=(ws:\S+)/.exec(kernels?.log ?? "")?.[1];
    const query =
      address === undefined ? "" : `?${new URLSearchParams({ server: address, token })}`;
    try {
      await visiting(`long-job/${query}`, async (page) => {
        await told(page, /^ready/);
        await page.fill("#limit", "5000");
        await page.click("#start");
        await page.waitForFunction(
          () => (document.querySelector("progress") as HTMLProgressElement).value > 0,
        );
        await page.click("#stop");
        await told(page, /^stopped$/);
        await page.fill("#limit", "40");
        await page.click("#start");
        await told(page, /^\d+ numbers$/);
        assert.match(
          String(await page.locator("#found").textContent()),
          /^1729\n4104\n13832\n20683/,
        );
        assert.deepEqual(await violations(page), []);
      });
    } finally {
      await kernels?.stop();
    }
  });
}

test("examples: the page from Python keeps what is to do", async () => {
  await visiting("dom/", async (page) => {
    await told(page, "0 to do");
    for (const what of ["write", "read"]) {
      await page.fill("#what", what);
      await page.press("#what", "Enter");
    }
    await told(page, "2 to do");
    await page.getByLabel("Done: write").click();
    await told(page, "1 to do");
    await page.reload();
    await told(page, "1 to do");
    assert.match(String(await page.locator("#list").textContent()), /^read/);
    assert.deepEqual(await violations(page), []);
  });
});

test("examples: the notebook runs cells, shows tables and figures, and can be interrupted", async () => {
  await visiting("notebook/", async (page) => {
    await told(page, /^ready$/);
    const enter = async (source: string) => {
      await page.locator("textarea").last().fill(source);
      await page.locator("textarea").last().press("Shift+Enter");
    };
    const cell = page.locator("#cells section").last();
    await enter("x = 20\nprint('printed')\nx + 22");
    await cell.locator("pre", { hasText: /^42$/ }).waitFor();
    assert.match(String(await cell.textContent()), /printed/);
    await enter("1 / 0");
    await cell.locator("pre", { hasText: "ZeroDivisionError" }).waitFor();
    await page.click("#add");
    await enter("import pandas as pd\npd.DataFrame({'a': [x, 2]})");
    await cell.locator("td", { hasText: /^20$/ }).waitFor();
    await enter("import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])");
    await cell.locator("img").waitFor();
    await enter("while True: pass");
    await told(page, /^running/);
    await page.waitForTimeout(500);
    await page.click("#interrupt");
    await cell.locator("pre", { hasText: "KeyboardInterrupt" }).waitFor();
    assert.deepEqual(await violations(page), []);
  });
});

test("examples: the offline app computes without a network after the first visit", async () => {
  await visiting("offline/", async (page, context) => {
    await told(page, /^ready$/);
    assert.equal(await page.locator("#answer").textContent(), "= 16");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await context.setOffline(true);
    await page.reload();
    await told(page, /^ready$/);
    await page.fill("#question", "6 * 7");
    await page.locator("#answer", { hasText: "= 42" }).waitFor();
    await page.fill("#question", "open('x')");
    await told(page, "ValueError: only numbers can be computed");
    assert.deepEqual(await violations(page), []);
  });
});
