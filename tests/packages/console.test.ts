import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium.mjs";
import { ConsoleVisit } from "../support/console-visit.ts";
import { WebConsole } from "../support/web-console.ts";

let browser: Browser;
let server: WebConsole;
before(async () => {
  browser = await launchChromium();
  server = await WebConsole.start();
});
after(async () => {
  await browser.close();
  await server.stop();
});

test("web console: an import loads the package, plt.show() shows the figure", async () => {
  const context = await browser.newContext();
  const visit = await ConsoleVisit.begin(context, server.url);
  await visit.prompt();

  await visit.enter("import pandas as pd; pd.Series([1, 2, 4]).sum()", /int64\(7\)\n>>>$/);
  await visit.enter("import matplotlib.pyplot as plt; 'imported'", /^'imported'\n>>>$/m);
  await visit.enter(
    "plt.figure(figsize=(3, 2), facecolor='red'); plt.show(); 'shown'",
    /^'shown'\n>>>$/m,
  );
  await visit.showsPicture((red, green) => red === 255 && green === 0);

  assert.deepEqual(visit.complaints, []);
  await context.close();
});
