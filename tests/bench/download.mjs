/**
 * What a page downloads until the first result: Chromium loads each runtime from a local server, and the files that
 * it asked for are compressed with brotli -9, as a server would send them. Also the time from navigation to the result.
 */
import { createReadStream, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { chromium } from "playwright-core";
import { entry, folders } from "./subjects.mjs";

const TYPES = { ".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };
const PAGE = `<!doctype html><meta charset="utf-8"><title>bench</title><script type="module">
  const { loadPyodide } = await import("./${entry}");
  const pyodide = await loadPyodide();
  document.title = "result " + pyodide.runPython("1 + 1") + " " + performance.now();
</script>`;

function serve(folder, requested) {
  const server = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, "http://localhost").pathname).slice(1);
    if (name === "") {
      response.setHeader("content-type", "text/html");
      response.end(PAGE);
      return;
    }
    const file = path.join(folder, name);
    if (!file.startsWith(folder) || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.statusCode = 404;
      response.end();
      return;
    }
    requested.add(name);
    response.setHeader("content-type", TYPES[path.extname(name)] ?? "application/octet-stream");
    response.setHeader("cache-control", "max-age=3600");
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** Brotli -9 bytes of one file. */
export function brotliSize(file) {
  return brotliCompressSync(readFileSync(file), { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length;
}

/** Files, brotli bytes and navigation-to-result milliseconds (cold and warm HTTP cache) of one runtime. */
export async function measureDownload(subject) {
  const requested = new Set();
  const server = await serve(folders[subject], requested);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
  });
  try {
    const context = await browser.newContext();
    const times = [];
    for (let visit = 0; visit < 4; visit++) {
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      await page.waitForFunction(() => document.title.startsWith("result"), undefined, { timeout: 120_000 });
      const [, result, ms] = (await page.title()).split(" ");
      if (result !== "2") throw new Error(`${subject} computed ${result}`);
      times.push(Number(ms));
      await page.close();
    }
    const files = Object.fromEntries([...requested].sort().map((name) => [name, brotliSize(path.join(folders[subject], name))]));
    const bytes = Object.values(files).reduce((sum, size) => sum + size, 0);
    const warm = times.slice(1).sort((a, b) => a - b);
    return { files, bytes, coldMs: times[0], warmMs: warm[warm.length >> 1] };
  } finally {
    await browser.close();
    server.close();
  }
}
