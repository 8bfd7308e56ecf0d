import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { answerOf } from "../support/answers.ts";
import { startEchoServer } from "../support/echo-server.ts";
import { failsInPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const files: Record<string, Uint8Array> = { "broken.zip": gzipSync("no zip") };
const base = await startEchoServer(files);
const py = await startKernel();
await py.globals.set("base", base);
await py.runPython(`
import asyncio, os, pickle
import pyodide.http
from pyodide.http import *

async def failure(awaitable):
    """The type and text of what it raises."""
    try:
        await awaitable
    except BaseException as error:
        return [type(error).__name__, str(error)]
`);

const answer = (code: string) => answerOf(py, code);

const zip = await py.runPython(`
import io, zipfile
_file = io.BytesIO()
with zipfile.ZipFile(_file, "w") as _archive: _archive.writestr("inside.txt", "text")
_file.getvalue().hex()
`);
files["data.zip"] = files.data = Buffer.from(zip, "hex");

test("HT-pyfetch: keyword arguments are the options of fetch, dicts become objects", async () => {
  const result = await answer(`
    response = await pyfetch(
        base + "/echo?q=1", method="POST", body="text", headers={"X-A": "b", "Content-Type": "text/x-own"})
    sent = await pyfetch(base + "/echo", method="PUT", body=bytes(range(256)))
    [
        response.headers["x-method"], response.headers["x-query"], response.headers["x-got-x-a"],
        response.headers["x-got-content-type"], await response.text(), list(await sent.bytes()) == list(range(256)),
    ]
  `);

  assert.deepEqual(result, ["POST", "?q=1", "b", "text/x-own", "text", true]);
});

test("HT-pyfetch: a JavaScript Request, and a fetcher in the place of fetch", async () => {
  const result = await answer(`
    import js
    request = js.Request.new(base + "/echo", method="DELETE")
    response = await pyfetch(request)
    seen = []
    async def fetcher(url, options):
        seen.extend([url, options.method, options.signal is not None])
        return await js.fetch(base + "/status/200")
    other = await pyfetch("made:up", fetcher=fetcher, method="PUT")
    [response.headers["x-method"], response.js_request is request, seen, await other.text(), other.js_request]
  `);

  assert.deepEqual(result, ["DELETE", true, ["made:up", "PUT", true], "body of 200", null]);
});

test("HT-pyfetch: without a response it raises AbortError with JavaScript's message", async () => {
  const result = await answer(`
    from js import AbortController, AbortSignal
    controller = AbortController.new()
    waiting = asyncio.ensure_future(pyfetch(base + "/slow", signal=controller.signal))
    await asyncio.sleep(0.01)
    controller.abort()
    [
        await failure(pyfetch("http://127.0.0.1:1/")), await failure(pyfetch("no url")), (await failure(waiting))[0],
        (await failure(pyfetch(base + "/slow", signal=AbortSignal.timeout(5))))[0],
    ]
  `);

  assert.deepEqual(result[0], ["AbortError", "fetch failed"]);
  assert.equal(result[1][0], "AbortError");
  assert.match(result[1][1], /parse URL/);
  assert.deepEqual(result.slice(2), ["AbortError", "AbortError"]);
});

test("HT-pyfetch: canceling the task aborts the request", async () => {
  const result = await answer(`
    import js
    from pyodide.ffi import create_proxy
    signals = []
    def fetcher(url, options):
        signals.append(options.signal)
        return js.fetch(url, options)
    waiting = asyncio.ensure_future(pyfetch(base + "/slow", fetcher=fetcher))
    await asyncio.sleep(0.01)
    before = signals[0].aborted
    waiting.cancel()
    [before, (await failure(waiting))[0], signals[0].aborted]
  `);

  assert.deepEqual(result, [false, "CancelledError", true]);
});

test("HT-FetchResponse: what a response tells", async () => {
  const result = await answer(`
    from pyodide.ffi import JsProxy
    response = await pyfetch(base + "/status/418")
    moved = await pyfetch(base + "/redirect")
    plain = FetchResponse(base, response.js_response)
    [
        [response.ok, response.status, response.status_text, response.url == base + "/status/418", response.redirected],
        [moved.ok, moved.redirected, moved.url == base + "/echo", moved.type, moved.headers["x-method"]],
        [type(moved.headers) is dict, moved.body_used, await moved.text(), moved.body_used],
        [isinstance(getattr(response, n), JsProxy) for n in ("js_response", "abort_controller", "abort_signal")],
        [response.js_request, plain.abort_controller, plain.abort_signal, plain.status],
    ]
  `);

  assert.deepEqual(result, [
    [false, 418, "I'm a Teapot", true, false],
    [true, true, true, "basic", "GET"],
    [true, false, "", true],
    [true, true, true],
    [null, null, null, 418],
  ]);
});

test("HT-body: every form of a body", async () => {
  const result = await answer(`
    body = '{"a": [1, "grün", null], "f": 1.5}'
    async def fetch(): return await pyfetch(base + "/echo", method="POST", body=body)
    view = await (await fetch()).memoryview()
    buffer = await (await fetch()).buffer()
    [
        await (await fetch()).text() == body, await (await fetch()).string() == body, await (await fetch()).json(),
        await (await fetch()).json(parse_float=str), (await (await fetch()).bytes()).decode() == body,
        type(view) is memoryview and bytes(view).decode() == body, buffer.to_bytes().decode() == body,
    ]
  `);

  const parsed = { a: [1, "grün", null] };
  assert.deepEqual(result, [
    true,
    true,
    { ...parsed, f: 1.5 },
    { ...parsed, f: "1.5" },
    true,
    true,
    true,
  ]);
});

test("HT-body: it is read once; error codes do not matter", async () => {
  const result = await answer(`
    failures = []
    for read in ("text", "string", "json", "bytes", "memoryview", "buffer", "unpack_archive"):
        response = await pyfetch(base + "/status/500")
        first = await response.text()
        failures.append(await failure(getattr(response, read)()))
    [first, [f == ["BodyUsedError", "Response body is already used"] for f in failures]]
  `);

  assert.deepEqual(result, ["body of 500", Array(7).fill(true)]);
});

test("HT-clone: an independent response, before the body was read", async () => {
  const result = await answer(`
    response = await pyfetch(base + "/status/200")
    copy = response.clone()
    texts = [await copy.text(), response.body_used, await response.text()]
    try:
        response.clone()
    except BodyUsedError as error:
        refused = str(error)
    [type(copy).__name__, copy.url == response.url, texts, refused]
  `);

  const texts = ["body of 200", false, "body of 200"];
  assert.deepEqual(result, ["FetchResponse", true, texts, "Response body is already used"]);
});

test("HT-raise_for_status: 4xx and 5xx raise, with status, text and URL", async () => {
  const result = await answer(`
    async def status(code):
        try:
            (await pyfetch(f"{base}/status/{code}")).raise_for_status()
        except HttpStatusError as error:
            again = pickle.loads(pickle.dumps(error))
            same = (type(again), str(again), again.status, again.url) == (type(error), str(error), error.status, error.url)
            return [str(error).replace(base, ""), error.status, error.status_text, error.url == f"{base}/status/{code}",
                    isinstance(error, OSError), same]
    [await status(code) for code in (200, 204, 304, 404, 503)]
  `);

  assert.deepEqual(result, [
    null,
    null,
    null,
    ["404 Client Error: Not Found for url: /status/404", 404, "Not Found", true, true, true],
    [
      "503 Server Error: Service Unavailable for url: /status/503",
      503,
      "Service Unavailable",
      true,
      true,
      true,
    ],
  ]);
});

test("HT-abort: it aborts the request; without a controller it is a ValueError", async () => {
  const result = await answer(`
    response = await pyfetch(base + "/status/200")
    response.abort()
    with_reason = await pyfetch(base + "/status/200")
    with_reason.abort("enough")
    bare = FetchResponse(base, response.js_response)
    try:
        bare.abort()
    except ValueError:
        refused = True
    [response.abort_signal.aborted, with_reason.abort_signal.reason, refused, (await failure(response.text()))[0]]
  `);

  assert.deepEqual(result, [true, "enough", true, "AbortError"]);
});

test("HT-unpack, HT-body: the format comes from the URL's file name, or as it is given", async () => {
  const result = await answer(`
    import shutil, tempfile
    found = []
    for name, options in (("data.zip", {}), ("data.zip?x=1", {}), ("data", {"format": "zip"}), ("data", {"format": ".zip"})):
        folder = tempfile.mkdtemp()
        await (await pyfetch(base + "/files/" + name)).unpack_archive(extract_dir=folder, **options)
        found.append(open(folder + "/inside.txt").read())
        shutil.rmtree(folder)
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            await (await pyfetch(base + "/files/data.zip")).unpack_archive()
            found.append(os.listdir(folder))
        finally:
            os.chdir(before)
    unknown = await failure((await pyfetch(base + "/files/data")).unpack_archive(extract_dir="/tmp/never"))
    broken = await failure((await pyfetch(base + "/files/broken.zip")).unpack_archive(extract_dir="/tmp/never"))
    found + [unknown[0], broken[0]]
  `);

  const texts = ["text", "text", "text", "text"];
  assert.deepEqual(result, [...texts, ["inside.txt"], "ReadError", "ReadError"]);
});

test("HT-errors: the errors are OSErrors of pyodide.http", async () => {
  const result = await answer(`
    errors = (AbortError, BodyUsedError, HttpStatusError)
    [[issubclass(e, OSError), e.__module__] for e in errors] + [sorted(pyodide.http.__all__)]
  `);

  const error = [true, "pyodide.http"];
  const names =
    "AbortError BodyUsedError FetchResponse HttpStatusError open_url pyfetch pyxhr".split(" ");
  assert.deepEqual(result, [error, error, error, names]);
});

// With XMLHttpRequest these are in tests/browser.
test("HT-open_url, HT-pyxhr: where there is no XMLHttpRequest they raise", async () => {
  const message = /XMLHttpRequest does not exist/;

  await failsInPython(() => py.runPython("open_url(base)"), "XHRError", message);
  for (const method of ["get", "post", "put", "delete", "head", "patch", "options"]) {
    await failsInPython(() => py.runPython(`pyxhr.${method}(base)`), "XHRError", message);
  }
  const isOSError = "issubclass(pyodide.http.XHRError, OSError)";
  assert.equal(await py.runPython(isOSError), true);
});
