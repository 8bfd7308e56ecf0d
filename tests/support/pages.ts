import { after, before } from "node:test";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { launchChromium } from "./chromium.mjs";

const TIMEOUT_MS = 120_000;

/**
 * Has Chromium for the tests of a file; gives what opens a page there, waits for its title, and gives that.
 * @param options of its pages
 */
export function openPages(options: BrowserContextOptions = {}): (url: string) => Promise<string> {
  let browser: Browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser.close());
  return async (url) => {
    const page = await browser.newPage(options);
    try {
      await page.goto(url);
      await page.waitForFunction(() => document.title !== "", undefined, { timeout: TIMEOUT_MS });
      return await page.title();
    } finally {
      await page.close();
    }
  };
}
