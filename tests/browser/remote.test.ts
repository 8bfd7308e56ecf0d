import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { makeCertificate } from "../support/certificate.ts";
import { Kraitd } from "../support/kraitd.ts";
import { openPages } from "../support/pages.ts";
import { serveFolder } from "../support/static-server.mjs";

const DIST = path.join(fileURLToPath(new URL("../../", import.meta.url)), "build/dist");
const TOKEN = "a token of some length";
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** A page that runs `body` with `connect(options)` for a kernel of the server that its address names; see `visit`. */
const page = (body: string) => `<!doctype html><meta charset="utf-8"><h1>page</h1>
<script type="module">
  import { loadPyodide } from "./pyodide.mjs";
  const server = { kernel: location.hash.slice(1), token: ${JSON.stringify(TOKEN)} };
  const connect = (options) => loadPyodide({ ...server, ...options });
  const run = async () => { ${body} };
  run().then((value) => "ok " + JSON.stringify(value), (error) => "error " + error.name + ": " + error.message)
    .then((title) => { document.title = title; });
</script>`;

const titleOf = openPages({ ignoreHTTPSErrors: true });

interface Visit {
  /** Whether pages of the origin may connect. */
  readonly isAllowed?: boolean;
  readonly headers?: Record<string, string>;
  readonly isEncrypted?: boolean;
}

/** What the page's body returned, with a server of its own. */
async function visit(
  body: string,
  { isAllowed = true, headers = {}, isEncrypted = false }: Visit = {},
): Promise<string> {
  const files = await serveFolder({ folder: DIST, page: page(body), headers });
  const origin = isAllowed ? new URL(files.url).origin : "http://another.example";
  const listen = [isEncrypted ? "wss" : "ws", "://127.0.0.1:0"].join("");
  const words = ["--listen", listen, "--allow-origin", origin, "--token", TOKEN];
  const { certificate, key } = await makeCertificate();
  const kernels = await Kraitd.start(...words, "--tls-cert", certificate, "--tls-key", key);
  await kernels.logged("detail=ws");
  const address = /detail=(wss?:\S+)/.exec(kernels.log)?.[1];
  try {
    return await titleOf(`${files.url}#${address}`);
  } finally {
    await kernels.stop();
    files.close();
  }
}

test("remote: Python of a server works with the page that trusts it", async () => {
  const body = `
    const py = await connect({ trustRemote: true });
    const text = await py.runPython(\`
      import sys
      from js import document
      document.querySelector("h1").textContent = f"made on {sys.platform}"
      document.title or "none"
    \`);
    return [text, document.querySelector("h1").textContent];`;

  assert.equal(await visit(body), 'ok ["none","made on linux"]');
});

test("remote: without trust the page's objects are out of reach", async () => {
  const body = `
    const py = await connect({});
    const given = await py.runPython("lambda f: f(20) + 2")((x) => x * 2);
    const taken = await py.runPython("import js; hasattr(js, 'document')");
    return [given, taken];`;

  assert.equal(await visit(body), "ok [42,false]");
});

test("remote: a page of an origin that is not allowed is refused", async () => {
  const answer = await visit("await connect({})", { isAllowed: false });
  assert.match(answer, /^error KraitError: no kernel server can be reached at ws:.*refused/);
});

test("remote: members give values in a worker of the page", async () => {
  const body = `
    const code = \`
      onmessage = async ({ data: { module, server } }) => {
        const { loadPyodide } = await import(module);
        const py = await loadPyodide({ ...server, sync: true });
        const text = "x".repeat(3_000_000);
        postMessage([py.runPython("6 * 7"), py.runPython("len")(text), [...py.runPython("range(3)")]]);
      };\`;
    const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })), { type: "module" });
    const answer = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    worker.postMessage({ module: new URL("./pyodide.mjs", location.href).href, server });
    return answer;`;

  assert.equal(await visit(body, { headers: ISOLATED }), "ok [42,3000000,[0,1,2]]");
});

test("remote: on a page's own thread values are refused with what to do", async () => {
  const answer = await visit("await connect({ sync: true })", { headers: ISOLATED });
  assert.match(answer, /^error SyncUnavailable: .*leave sync away, or call from a worker/);
});

test("remote: a page reaches a server by TLS", async () => {
  const body = `
    const py = await connect({ trustRemote: true });
    return [await py.runPython("6 * 7"), (await py.globals.get("len")("x".repeat(300_000)))];`;
  assert.equal(await visit(body, { isEncrypted: true }), "ok [42,300000]");
});
