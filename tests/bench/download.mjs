/**
 * What a page downloads until the first result: Chromium loads each runtime from a local server, and the files that
 * it asked for are compressed with brotli -9, as a server would send them. Also the time from navigation to the result.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { launchChromium } from "../support/chromium.mjs";
import { serveFolder } from "../support/static-server.mjs";
import { entry, folders } from "./subjects.mjs";

const PAGE = `<!doctype html><meta charset="utf-8"><title>bench</title><script type="module">
  const { loadPyodide } = await import("./${entry}");
  const pyodide = await loadPyodide();
  document.title = "result " + pyodide.runPython("1 + 1") + " " + performance.now();
</script>`;

/** Brotli -9 bytes of one file. */
export function brotliSize(file) {
  return brotliCompressSync(readFileSync(file), { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
    .length;
}

/** Files, brotli bytes and navigation-to-result milliseconds (cold and warm HTTP cache) of one runtime. */
export async function measureDownload(subject) {
  const server = await serveFolder({ folder: folders[subject], page: PAGE });
  const browser = await launchChromium();
  try {
    const context = await browser.newContext();
    const times = [];
    for (let visit = 0; visit < 4; visit++) {
      const page = await context.newPage();
      await page.goto(server.url);
      await page.waitForFunction(() => document.title.startsWith("result"), undefined, {
        timeout: 120_000,
      });
      const [, result, ms] = (await page.title()).split(" ");
      if (result !== "2") throw new Error(`${subject} computed ${result}`);
      times.push(Number(ms));
      await page.close();
    }
    const files = Object.fromEntries(
      [...server.requested]
        .sort()
        .map((name) => [name, brotliSize(path.join(folders[subject], name))]),
    );
    const bytes = Object.values(files).reduce((sum, size) => sum + size, 0);
    const warm = times.slice(1).sort((a, b) => a - b);
    return { files, bytes, coldMs: times[0], warmMs: warm[warm.length >> 1] };
  } finally {
    await browser.close();
    server.close();
  }
}
