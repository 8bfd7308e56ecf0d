import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "./chromium.mjs";
import { WebConsole } from "./web-console.ts";

const TIMEOUT_MS = 60_000;

/** A visit of the web console, with what the page complained of. */
export class ConsoleVisit {
  readonly page: Page;
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
  }

  static async begin(context: BrowserContext, url: string): Promise<ConsoleVisit> {
    const visit = new ConsoleVisit(await context.newPage());
    await visit.page.goto(url);
    await visit.ready();
    return visit;
  }

  async ready(): Promise<void> {
    await this.#until(() =>
      /^ready|could not/.test(document.getElementById("status")?.textContent ?? ""),
    );
  }

  /** Types keys, a line at a time, and waits until the terminal shows what is expected of them. */
  async enter(text: string, expected: RegExp): Promise<void> {
    await this.page.keyboard.type(`${text}\n`);
    await this.shows(expected);
  }

  async shows(expected: RegExp): Promise<void> {
    const end = Date.now() + TIMEOUT_MS;
    while (!expected.test(await this.text())) {
      if (Date.now() > end) {
        assert.fail(`the terminal never showed ${expected}, but:\n${await this.text()}`);
      }
      await this.page.waitForTimeout(20);
    }
  }

  /** What the terminal shows, as a screen reader is told. */
  async text(): Promise<string> {
    const rows = await this.page.locator(".xterm-accessibility-tree > div").allTextContents();
    return rows
      .map((row) => row.trimEnd())
      .join("\n")
      .trimEnd();
  }

  /** Waits for the prompt. */
  prompt(): Promise<void> {
    return this.shows(/>>>$/);
  }

  /** Waits until a picture has a pixel of such a colour. */
  async showsPicture(isIt: (red: number, green: number, blue: number) => boolean): Promise<void> {
    const test = isIt.toString();
    await this.page.waitForFunction(
      (source) => {
        const canvas = document.querySelector<HTMLCanvasElement>("canvas.xterm-image-layer");
        const pixels = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height);
        const isIt = new Function(`return ${source}`)() as (...colour: number[]) => boolean;
        const { data = new Uint8ClampedArray(0) } = pixels ?? {};
        for (let at = 0; at < data.length; at += 4) {
          const [red = 0, green = 0, blue = 0, alpha] = data.subarray(at, at + 4);
          if (alpha === 255 && isIt(red, green, blue)) return true;
        }
        return false;
      },
      test,
      { timeout: TIMEOUT_MS },
    );
  }

  async #until(condition: () => boolean): Promise<void> {
    await this.page.waitForFunction(condition, undefined, { timeout: TIMEOUT_MS });
  }
}

/** Has Chromium and a console for the tests of a file; gives the server, and what visits it in a profile of its own. */
export function openConsole() {
  const opened = {} as { browser: Browser; server: WebConsole };
  before(async () => {
    opened.browser = await launchChromium();
    opened.server = await WebConsole.start();
  });
  after(async () => {
    await opened.browser.close();
    await opened.server.stop();
  });
  /** The page may not complain of anything. */
  const visiting = async (
    use: (visit: ConsoleVisit, context: BrowserContext) => Promise<void>,
    query = "",
  ) => {
    const context = await opened.browser.newContext();
    try {
      const visit = await ConsoleVisit.begin(context, `${opened.server.url}${query}`);
      await visit.prompt();
      await use(visit, context);
      assert.deepEqual(visit.complaints, []);
    } finally {
      await context.close();
    }
  };
  return { opened, visiting };
}
