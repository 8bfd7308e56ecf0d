import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.mjs";
import { startEchoServer } from "../support/echo-server.ts";
import { serveFolder } from "../support/static-server.mjs";

const DIST = path.join(fileURLToPath(new URL("../../", import.meta.url)), "build/dist");
const HTML = `<!doctype html><meta charset="utf-8"><script type="module">
  import { loadPyodide } from "./pyodide.mjs";
  window.pyodide = await loadPyodide({ stdout() {}, stderr() {} });
</script>`;

/** What the page has besides its document. */
interface PageWindow {
  pyodide: {
    runPythonAsync(code: string): Promise<unknown>;
    runPython(code: string): unknown;
  };
}

let browser: Browser;
let page: Page;
let closeServer: () => void;
const echo = await startEchoServer();
before(async () => {
  browser = await launchChromium();
  const server = await serveFolder({ folder: DIST, page: HTML });
  closeServer = server.close;
  page = await browser.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => "pyodide" in window);
});
after(async () => {
  await browser.close();
  closeServer();
});

/** Runs code in the page's kernel, from its event loop. */
function run(code: string): Promise<unknown> {
  return page.evaluate(
    (text) => (window as unknown as PageWindow).pyodide.runPythonAsync(text),
    code,
  );
}

test("PY-run_sync, WL-runUntilComplete, WL-sleep: Chromium switches stacks by default", async () => {
  const result = await run(`
    import asyncio, random, time
    from pyodide.ffi import can_run_sync, run_sync
    assert can_run_sync()
    async def task(n):
        total = 0
        for _ in range(4):
            total += run_sync(asyncio.sleep(random.random() * 0.01, n))
            time.sleep(random.random() * 0.005)
        return total
    results = await asyncio.gather(*(task(n) for n in range(100)))
    assert results == [4 * n for n in range(100)]
    asyncio.run(asyncio.sleep(0.001, "done"))
  `);

  assert.equal(result, "done");
});

test("HT-open_url: a synchronous request gives a text stream", async () => {
  const result = await run(`
    import io
    from pyodide.http import open_url
    stream = open_url("${echo}/status/200")
    assert isinstance(stream, io.StringIO)
    stream.read()
  `);

  assert.equal(result, "body of 200");
});

test("HT-pyxhr: methods, parameters, bodies and authentication", async () => {
  const result = await run(`
    from pyodide.http import pyxhr
    from base64 import b64encode
    url = "${echo}/echo"
    for name in "get post put delete patch options".split():
        assert getattr(pyxhr, name)(url).headers["x-method"] == name.upper() or name == "options", name
    assert pyxhr.head(url).ok
    assert pyxhr.get(url, params={"a": "1 2", "b": ["x", "y"]}).headers["x-query"] == "?a=1+2&b=x&b=y"
    assert pyxhr.get(url + "?q=0", params={"a": 1}).headers["x-query"] == "?q=0&a=1"
    sent = pyxhr.post(url, json={"a": [1, None]})
    assert sent.json() == {"a": [1, None]} and sent.headers["x-got-content-type"] == "application/json"
    form = pyxhr.post(url, data={"k": "v w"})
    assert form.text == "k=v+w" and form.headers["x-got-content-type"] == "application/x-www-form-urlencoded"
    assert pyxhr.put(url, data=bytes(range(256))).content == bytes(range(256))
    assert pyxhr.post(url, data="gr\\u00fcn").text == "gr\\u00fcn"
    assert pyxhr.get(url, headers={"X-A": "b"}).headers["x-got-x-a"] == "b"
    signed = pyxhr.get(url, auth=("me", "secret"))
    assert signed.headers["x-got-authorization"] == "Basic " + b64encode(b"me:secret").decode()
    assert (signed.status_code, signed.ok, signed.url) == (200, True, url)
    "done"
  `);

  assert.equal(result, "done");
});

test("HT-pyxhr: statuses and failures", async () => {
  const result = await run(`
    from pyodide.http import pyxhr, HttpStatusError, XHRError, XHRNetworkError
    missing = pyxhr.get("${echo}/status/404")
    assert not missing.ok and missing.status_code == 404 and missing.text == "body of 404"
    try:
        missing.raise_for_status()
    except HttpStatusError as error:
        text = str(error)
    try:
        pyxhr.get("http://127.0.0.1:1/")
    except XHRNetworkError as error:
        assert isinstance(error, XHRError) and isinstance(error, OSError)
        text += "; no network"
    text
  `);

  assert.equal(result, `404 Client Error: Not Found for url: ${echo}/status/404; no network`);
});

test("WL-scheduler: callbacks without delay are not slowed down by the browser's clamp", async () => {
  const milliseconds = await run(`
    import asyncio, time
    start = time.perf_counter()
    for _ in range(200): await asyncio.sleep(0)
    (time.perf_counter() - start) * 1000
  `);

  // Nested timers would take 4 ms each.
  assert.ok((milliseconds as number) < 400, `${milliseconds} ms`);
});

test("WL-call_soon: promise reactions of the page come first", async () => {
  const result = await run(`
    import asyncio, js
    from pyodide.ffi import create_once_callable
    seen = []
    asyncio.get_running_loop().call_soon(seen.append, "callback")
    js.queueMicrotask(create_once_callable(lambda: seen.append("microtask")))
    await asyncio.sleep(0.001)
    " ".join(seen)
  `);

  assert.equal(result, "microtask callback");
});

test("CF-browserStdin: input() asks with the page's prompt, canceled it is the end of input", async () => {
  const answers: (string | undefined)[] = ["typed in", undefined];
  page.on("dialog", async (dialog) => {
    assert.equal(dialog.type(), "prompt");
    const answer = answers.shift();
    await (answer === undefined ? dialog.dismiss() : dialog.accept(answer));
  });

  const result = await run(`
    seen = [input()]
    try:
        input()
    except EOFError:
        seen.append("the end")
    ", ".join(seen)
  `);

  assert.equal(result, "typed in, the end");
});
