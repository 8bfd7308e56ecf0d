import puppeteer, { type Browser } from "puppeteer-core";

/** Starts the Firefox that the toolchain brings; by WebDriver BiDi, which it speaks as it is. `FIREFOX` names another program. */
export function launchFirefox(): Promise<Browser> {
  return puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    headless: true,
  });
}
