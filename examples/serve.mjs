// Serves the examples, with krait at /krait/ and its packages at /packages/, isolated (docs/async.md).
// usage: node examples/serve.mjs [PORT]
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import sirv from "sirv";

const folder = (path) => sirv(fileURLToPath(new URL(path, import.meta.url)), { dev: true });
const FOLDERS = {
  "/krait/": folder("../build/dist/"),
  "/packages/": folder("../build/packages/"),
  "/": folder("."),
};
const HEADERS = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

const server = createServer((request, response) => {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const [prefix, serve] = Object.entries(FOLDERS).find(([path]) => request.url.startsWith(path));
  request.url = request.url.slice(prefix.length - 1);
  serve(request, response, () => {
    response.statusCode = 404;
    response.end();
  });
});
server.listen(Number(process.argv[2] ?? 8765), "127.0.0.1", () => {
  console.log(`the examples are at http://127.0.0.1:${server.address().port}/`);
});
