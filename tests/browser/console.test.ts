import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { violations } from "../support/axe.ts";
import { openConsole } from "../support/console-visit.ts";
import { Kraitd } from "../support/kraitd.ts";

const TOKEN = "a token of some length";

const { opened, visiting } = openConsole();

for (const place of ["worker", "in-page"]) {
  test(`web console, ${place}: values, blocks, errors, and names that are completed`, async () => {
    await visiting(async (visit) => {
      await visit.enter("6 * 7", /^42$/m);
      await visit.enter("for i in range(2):\nprint(i + 10)\n", /10\s+11\s+>>>$/);
      await visit.enter("1 / 0", /ZeroDivisionError: division by zero\s+>>>$/);
      await visit.enter("await __import__('asyncio').sleep(0.01, 'later')", /'later'/);
      await visit.page.keyboard.type("len.__na");
      await visit.page.keyboard.press("Tab");
      await visit.shows(/len\.__name__$/);
      await visit.enter("", /'len'/);
    }, `?place=${place}`);
  });
}

test("web console: input() waits for a line, Ctrl-C ends what runs and what waits", async () => {
  await visiting(async (visit) => {
    await visit.enter("name = input('name? ')", /name\?$/);
    await visit.enter("Ada", />>>$/);
    await visit.enter("name.upper()", /'ADA'/);
    await visit.enter("while True: pass", /while True: pass$/);
    await visit.page.keyboard.press("Enter");
    await visit.page.waitForTimeout(300);
    await visit.page.keyboard.press("Control+c");
    await visit.shows(/KeyboardInterrupt\s+>>>$/);
    await visit.enter("other = input('other? ')", /other\?$/);
    await visit.page.keyboard.press("Control+c");
    await visit.shows(/other\? \^C\s+KeyboardInterrupt\s+>>>$/);
    await visit.enter("print('again', input('last? '))", /last\?$/);
    await visit.enter("yes", /again yes/);
  });
});

test("web console: files and history last from visit to visit, and without a network", async () => {
  await visiting(async (visit, context) => {
    await visit.enter("open('kept.txt', 'w').write('from Python')", /^11$/m);
    await visit.page.locator("#file-list", { hasText: "kept.txt" }).waitFor();
    await visit.page.setInputFiles("#upload", {
      name: "given.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("from outside"),
    });
    await visit.page.locator("#file-list", { hasText: "given.txt" }).waitFor();
    const downloading = visit.page.waitForEvent("download");
    await visit.page.getByLabel("Download kept.txt").click();
    const path = await (await downloading).path();
    assert.equal(await readFile(path, "utf8"), "from Python");
    await visit.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

    await context.setOffline(true);
    await visit.page.reload();
    await visit.ready();
    await visit.prompt();
    await visit.enter(
      "open('given.txt').read(), open('kept.txt').read()",
      /'from outside', 'from Python'/,
    );
    await visit.page.keyboard.press("ArrowUp");
    await visit.page.keyboard.press("ArrowUp");
    await visit.shows(/>>> open\('kept\.txt', 'w'\)\.write\('from Python'\)$/);
    visit.complaints.length = 0; // the network's absence is told as an error
  });
});

test("web console: pictures stand between the lines", async () => {
  await visiting(async (visit) => {
    const svg =
      "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><rect width='40' height='20' fill='red'/></svg>";
    await visit.enter(`type('P', (), {'_repr_svg_': lambda self: "${svg}"})()`, />>>$/);
    await visit.showsPicture((red, green) => red === 255 && green === 0);
  });
});

test("web console: another place runs the entries again; a server's Python works like the others", async () => {
  const listen = ["--listen", "ws://127.0.0.1:0", "--token", TOKEN];
  const kernels = await Kraitd.start(...listen, "--allow-origin", opened.server.origin);
  await kernels.logged("detail=ws:");
  const address = /detail=(ws:\S+)/.exec(kernels.log)?.[1] as string;
  try {
    await visiting(async (visit) => {
      await visit.enter("answer = 6 * 7", />>>$/);
      await visit.page.selectOption("#place", "remote");
      await visit.page.fill("#address", address);
      await visit.page.fill("#token", TOKEN);
      await visit.page.click("text=Connect");
      await visit.page.locator("#status", { hasText: "on a server" }).waitFor();
      await visit.enter("import sys; sys.platform", /'linux'/);
      await visit.page.click("#replay");
      await visit.page.locator("#status", { hasText: "run again" }).waitFor();
      await visit.page.locator(".xterm-helper-textarea").focus();
      await visit.enter("answer", /^42$/m);
    });
  } finally {
    await kernels.stop();
  }
});

for (const place of ["worker", "in-page"]) {
  test(`web console, ${place}: the inspector shows the start, messages, memory and handles`, async () => {
    await visiting(async (visit) => {
      const inspector = visit.page.locator("krait-inspector");
      await visit.page.click("#inspect");
      await inspector.locator("svg[aria-label*='connect: from']").waitFor();
      await visit.page.locator(".xterm-helper-textarea").focus();
      await visit.enter("inspected = 6 * 7; inspected", /^42$/m);
      await inspector
        .locator("tbody tr", { hasText: /callMethod|callMember|call/ })
        .first()
        .waitFor();
      await inspector.getByRole("button", { name: "Look at handles and memory" }).click();
      await inspector.getByRole("cell", { name: "blocks of Python objects" }).waitFor();
      await inspector.getByRole("cell", { name: "dict", exact: true }).first().waitFor();

      await inspector.getByRole("button", { name: "Pause" }).click();
      const before = await inspector.locator("tbody").last().textContent();
      await visit.page.locator(".xterm-helper-textarea").focus();
      await visit.enter("'while it is paused'", /^'while it is paused'$/m);
      assert.equal(await inspector.locator("tbody").last().textContent(), before);
      await inspector.getByRole("button", { name: "Pause" }).click();
      assert.notEqual(await inspector.locator("tbody").last().textContent(), before);

      await visit.page.click("#inspect");
      assert.equal(await inspector.count(), 0);
      await visit.page.locator(".xterm-helper-textarea").focus();
    }, `?place=${place}`);
  });
}

test("web console: the inspector follows to the next interpreter", async () => {
  await visiting(async (visit) => {
    await visit.page.click("#inspect");
    await visit.page.locator("krait-inspector svg").waitFor();
    await visit.page.click("#restart");
    await visit.ready();
    // The button has the keys until the files are listed too.
    await visit.page.locator("textarea:focus").waitFor({ state: "attached" });
    await visit.enter("'of the next one'", /'of the next one'/);
    const lines = visit.page.locator("krait-inspector tbody tr");
    await lines.first().waitFor();
  });
});

test("web console: axe finds nothing wrong, in light and in dark", async () => {
  await visiting(async (visit) => {
    await visit.page.click("#inspect");
    await visit.page.locator("krait-inspector svg").waitFor();
    await visit.page.click("text=Look at handles and memory");
    await visit.page.getByRole("cell", { name: "blocks of Python objects" }).waitFor();
    for (const theme of ["light", "dark"]) {
      await visit.page.evaluate((name) => {
        document.documentElement.dataset.theme = name;
      }, theme);
      assert.deepEqual(await violations(visit.page), [], theme);
    }
  });
});
