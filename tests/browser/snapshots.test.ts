import assert from "node:assert/strict";
import { test } from "node:test";
import { DIST_PATH } from "../support/dist.ts";
import { openPages } from "../support/pages.ts";
import { serveFolder } from "../support/static-server.mjs";

/** Saves a program in a worker, starts it in the page, and tells in the title what came of it. */
const PAGE = `<!doctype html><meta charset="utf-8"><script type="module">
import { loadPyodide } from "/pyodide.mjs";
try {
  const first = await loadPyodide({ kernel: "worker", sync: false });
  await first.FS.writeFile("/tmp/kept.txt", "from the worker");
  await first.runPython("import decimal; kept = decimal.Decimal('1.10'); count = 1");
  const bytes = await first.makeSnapshot();
  const second = await loadPyodide({ snapshot: bytes });
  second.runPython("count += 1");
  const third = await loadPyodide({ kernel: "worker", sync: false, snapshot: await second.makeSnapshot() });
  const address = new URL(URL.createObjectURL(new Blob([bytes])));
  const fourth = await loadPyodide({ snapshot: address });
  document.title = [
    second.runPython("str(kept + 1)"),
    second.FS.readFile("/tmp/kept.txt", { encoding: "utf8" }),
    await third.runPython("count"),
    second.runPython("import js; js.document.nodeName"),
    fourth.runPython("count"),
  ].join("|");
} catch (error) {
  document.title = String(error?.stack ?? error);
}
</script>`;

const titleOf = openPages();

test("BY-snapshot: a program that was saved in a worker starts in the page, and the other way round", async () => {
  const server = await serveFolder({ folder: DIST_PATH.replace(/\/$/, ""), page: PAGE });
  try {
    assert.equal(await titleOf(server.url), "2.10|from the worker|2|#document|1");
  } finally {
    server.close();
  }
});
