import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";

/** What a path answers with: bytes, or whatever the function does with the request of that number, from 1 on. */
export type Answer = Uint8Array | ((response: ServerResponse, attempt: number) => void);

export interface FileServer {
  /** With a trailing slash. */
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly requests: string[];
  readonly answers: Map<string, Answer>;
}

/** Serves files from memory until the tests of the file have ended. */
export async function serveFiles(): Promise<FileServer> {
  const requests: string[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "/").slice(1));
    requests.push(path);
    const answer = answers.get(path);
    if (typeof answer === "function") {
      answer(response, requests.filter((each) => each === path).length);
      return;
    }
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, requests, answers };
}
