import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import { throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const server: Server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://host");
  if (pathname === "/slow") return; // never answers
  response.statusCode = pathname === "/missing" ? 404 : 200;
  response.setHeader("X-Method", request.method ?? "");
  request.pipe(response);
});
await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
after(() => {
  server.closeAllConnections();
  server.close();
});

const py = await startKernel();
py.globals.set("base", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
py.runPython("import asyncio\nfrom pyodide.http import *");

test("HT-pyfetch, HT-body: a request with options, and its body", async () => {
  const result = await py.runPythonAsync(`
response = await pyfetch(base + "/echo", method="POST", body='{"a": [1, 2]}', headers={"X-A": "b"})
copy = response.clone()
assert response.status == 200 and response.ok and not response.body_used
assert response.headers["x-method"] == "POST"
assert response.url == base + "/echo"
assert await response.json() == {"a": [1, 2]} and response.body_used
assert await copy.bytes() == b'{"a": [1, 2]}'
try:
    await response.text()
except BodyUsedError as error:
    message = str(error)
message
`);

  assert.equal(result, "Response body is already used");
});

test("HT-pyfetch: bytes are sent as they are", async () => {
  const result = await py.runPythonAsync(`
response = await pyfetch(base, method="POST", body=bytes(range(256)))
(await response.bytes()) == bytes(range(256))
`);

  assert.equal(result, true);
});

test("HT-raise_for_status: error codes raise when asked", async () => {
  await py.runPythonAsync("response = await pyfetch(base + '/missing')");

  throwsPython(
    () => py.runPython("response.raise_for_status()"),
    "HttpStatusError",
    /404 Client Error: Not Found/,
  );
});

test("HT-pyfetch: no server is an AbortError, and so is an abort", async () => {
  const result = await py.runPythonAsync(`
from js import AbortController
errors = []
try:
    await pyfetch("http://127.0.0.1:1/")
except AbortError as error:
    errors.append(str(error))
controller = AbortController.new()
waiting = asyncio.ensure_future(pyfetch(base + "/slow", signal=controller.signal))
await asyncio.sleep(0.01)
controller.abort()
try:
    await waiting
except AbortError as error:
    errors.append(str(error))
del controller, waiting
repr(errors)
`);

  assert.match(result, /^\['fetch failed', '.*aborted.*'\]$/);
});

test("HT-pyfetch: canceling the task aborts the request", async () => {
  const result = await py.runPythonAsync(`
waiting = asyncio.ensure_future(pyfetch(base + "/slow"))
await asyncio.sleep(0.01)
waiting.cancel()
try:
    await waiting
except asyncio.CancelledError:
    outcome = "canceled"
del waiting
outcome
`);

  assert.equal(result, "canceled");
});

test("HT-open_url: without XMLHttpRequest it raises", () => {
  throwsPython(() => py.runPython("open_url(base)"), "XHRError", /XMLHttpRequest does not exist/);
});
