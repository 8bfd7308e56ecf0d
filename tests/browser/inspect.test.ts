import assert from "node:assert/strict";
import { test } from "node:test";
import { violations } from "../support/axe.ts";
import { launchChromium } from "../support/chromium.mjs";
import { Inspection } from "../support/inspection.ts";
import { loadPyodide } from "../support/kernel.ts";
import { Kraitd } from "../support/kraitd.ts";

test("krait inspect: its page shows the sessions of programs, as they come and go", async () => {
  const server = await Kraitd.start();
  const inspection = await Inspection.start(`unix:${server.path}`, "--quiet");
  const browser = await launchChromium();
  try {
    const first = await loadPyodide({ kernel: inspection.address, sync: false });
    await first.runPython("kept = {}\n'before the page'");

    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.goto(inspection.url);
    const lines = page.locator("krait-inspector tbody tr");
    await lines.filter({ hasText: "before the page" }).first().waitFor();
    await page.locator("krait-inspector svg[aria-label*='greeting']").waitFor();
    await first.runPython("'while it is shown'");
    await lines.filter({ hasText: "while it is shown" }).first().waitFor();
    await page.click("text=Look at handles and memory");
    await page.getByRole("cell", { name: "blocks of Python objects" }).waitFor();
    assert.deepEqual(await violations(page), []);

    const second = await loadPyodide({ kernel: inspection.address, sync: false });
    await page
      .locator("#session option", { hasText: /^session 2$/ })
      .waitFor({ state: "attached" });
    assert.equal(await page.locator("#session").inputValue(), "2");
    await second.runPython("'of the second'");
    await lines.filter({ hasText: "of the second" }).first().waitFor();
    await first.terminate();
    const over = page.locator("#session option", { hasText: "session 1, over" });
    await over.waitFor({ state: "attached" });
    await second.terminate();
    assert.deepEqual(complaints, []);
    await page.close();
  } finally {
    await browser.close();
    await inspection.stop();
    await server.stop();
  }
});
