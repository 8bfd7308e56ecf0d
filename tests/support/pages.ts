import { after, before } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium } from "./chromium.mjs";

const TIMEOUT_MS = 120_000;

/** Has Chromium for the tests of a file; gives what opens a page there, waits for its title, and gives that. */
export function openPages(): (url: string) => Promise<string> {
  let browser: Browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser.close());
  return async (url) => {
    const page = await browser.newPage();
    try {
      await page.goto(url);
      await page.waitForFunction(() => document.title !== "", undefined, { timeout: TIMEOUT_MS });
      return await page.title();
    } finally {
      await page.close();
    }
  };
}
