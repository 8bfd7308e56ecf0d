/** `krait web`: serves the web console of this package on the loopback interface (docs/web-console.md). */

import { existsSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sirv from "sirv";
import { LOCK_FILE, ownPackages } from "./packages/own-packages.ts";
import { followWords, portOf, refuse } from "./subcommand.ts";

const HELP = `usage: krait web [--host HOST] [--port PORT] [--packages DIR]

Serves a page with Python's prompt, and says where. Ctrl-C ends it.

  --host HOST      the interface to listen on (default 127.0.0.1: this machine alone)
  --port PORT      the port (default 8010; 0: any that is free)
  --packages DIR   a folder with a pyodide-lock.json and wheels, for \`import numpy\` and the like;
                   default: packages/ beside or in the package, where it is there
  -h, --help       this text
`;
const DEFAULT_PORT = "8010";
const COMMAND = "krait web";
const PAGE = "console.html";
/** What makes a page cross-origin isolated: it has shared memory then, so that Python in a worker can wait for it. */
const ISOLATION: Readonly<Record<string, string>> = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
};

const NO_CONTENT = 204;
/** The package that this command is part of. */
const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

/** Serves until the process is ended; gives the exit status when it cannot. */
export function web(words: readonly string[]): Promise<number> {
  return followWords({ name: COMMAND, help: HELP }, () => settingsOf(words), serve);
}

async function serve(settings: WebSettings): Promise<number> {
  const { packages } = settings;
  if (packages !== undefined && !existsSync(join(packages, LOCK_FILE))) {
    return refuse(COMMAND, `${packages} has no ${LOCK_FILE}`);
  }
  const server = createServer(handlerOf(PACKAGE, packages ?? ownPackages()));
  try {
    await listen(server, settings);
  } catch (error) {
    return refuse(COMMAND, `${settings.host}:${settings.port}: ${(error as Error).message}`);
  }
  const { port } = server.address() as AddressInfo;
  const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
  process.stdout.write(`Python's prompt is at http://${host}:${port}/ (Ctrl-C ends it)\n`);
  return new Promise((end) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        server.closeAllConnections();
        server.close(() => end(0));
      });
    }
  });
}

interface WebSettings {
  readonly host: string;
  readonly port: number;
  readonly packages: string | undefined;
  readonly wantsHelp: boolean;
}

/** @throws {Error} that says what is wrong with them */
function settingsOf(words: readonly string[]): WebSettings {
  const { values } = parseArgs({
    args: [...words],
    options: {
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: DEFAULT_PORT },
      packages: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { host, packages, help: wantsHelp } = values;
  const port = portOf(values.port);
  return { host, port, packages: packages && resolve(packages), wantsHelp };
}

function handlerOf(folder: string, packages: string | undefined): RequestListener {
  const options = { dev: true, etag: true };
  const files = sirv(folder, options);
  const wheels = packages === undefined ? undefined : sirv(packages, options);
  return (request, response) => {
    for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
    // Each use asks whether there is a newer one; the service worker has what it needs without a network.
    response.setHeader("cache-control", "no-cache");
    const answer = (status: number) => {
      response.statusCode = status;
      response.end();
    };
    const notFound = () => answer(404);
    const [path = "/"] = (request.url ?? "/").split("?", 1);
    if (path === "/") request.url = `/${PAGE}`;
    if (!path.startsWith("/packages/")) files(request, response, notFound);
    else if (wheels === undefined)
      answer(NO_CONTENT); // a 404 is an error to browsers, and this is none
    else {
      request.url = path.slice("/packages".length);
      wheels(request, response, notFound);
    }
  };
}

function listen(server: Server, { host, port }: WebSettings): Promise<void> {
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, host, done);
  });
}
