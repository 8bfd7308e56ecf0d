import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";

/**
 * A server on the loopback interface for the tests of a file, which tells what it was asked. Its address, without a
 * slash at the end. Pages of any origin may ask it.
 *
 * - `/echo` answers with the body, and headers `x-method`, `x-query`, `x-got-<name>` for each header it got
 * - `/status/<code>` with that status, its text and a body
 * - `/slow` never, `/redirect` with a redirection to `/echo`
 * - `/files/<name>` with the bytes of `files`
 */
export async function startEchoServer(files: Record<string, Uint8Array> = {}): Promise<string> {
  const server = createServer((request, response) => answer(request, response, files));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const OPEN = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, PUT, DELETE, HEAD, PATCH, OPTIONS",
  "access-control-allow-headers": "authorization, content-type, x-a",
};

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: Record<string, Uint8Array>,
): void {
  const { pathname, search } = new URL(request.url ?? "/", "http://host");
  const [, first = "", second = ""] = pathname.split("/");
  for (const [name, value] of Object.entries(OPEN)) response.setHeader(name, value);
  response.setHeader("access-control-expose-headers", "*");
  switch (first) {
    case "slow":
      return;
    case "redirect":
      response.writeHead(302, { location: "/echo" }).end();
      return;
    case "status":
      response.writeHead(Number(second)).end(`body of ${second}`);
      return;
    case "files":
      response.end(files[second]);
      return;
  }
  response.setHeader("x-method", request.method ?? "");
  response.setHeader("x-query", search);
  for (const [name, value] of Object.entries(request.headers)) {
    response.setHeader(`x-got-${name}`, String(value));
  }
  const type = request.headers["content-type"];
  if (type !== undefined) response.setHeader("content-type", type);
  request.pipe(response);
}
