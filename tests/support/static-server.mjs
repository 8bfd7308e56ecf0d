/** Serves one folder and one page on a free port of the loopback interface, and notes which files were asked for. */
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/**
 * @param {{ folder: string, page: string, headers?: Record<string, string> }} options `page` is the HTML text at "/";
 *   `headers` are added to every answer.
 * @returns {Promise<{ url: string, requested: Set<string>, close: () => void }>} `requested`: file names below `folder`.
 */
export function serveFolder({ folder, page, headers = {} }) {
  const requested = new Set();
  const server = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname).slice(
      1,
    );
    for (const [key, value] of Object.entries(headers)) response.setHeader(key, value);
    if (name === "") {
      response.setHeader("content-type", "text/html");
      response.end(page);
      return;
    }
    const file = path.join(folder, name);
    if (
      !file.startsWith(folder + path.sep) ||
      !statSync(file, { throwIfNoEntry: false })?.isFile()
    ) {
      response.statusCode = 404;
      response.end();
      return;
    }
    requested.add(name);
    response.setHeader("content-type", TYPES[path.extname(name)] ?? "application/octet-stream");
    response.setHeader("cache-control", "max-age=3600");
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      resolve({
        url: `http://127.0.0.1:${port}/`,
        requested,
        close: () => {
          server.closeAllConnections();
          server.close();
        },
      });
    });
  });
}
