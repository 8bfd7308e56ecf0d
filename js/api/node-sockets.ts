import type { Environment } from "../kernel/environment.ts";
import { locate } from "../kernel/files.ts";
import type { AsyncSide } from "../proxy/async/async-side.ts";
import { lazy } from "../proxy/async/lazy.ts";
import { imported } from "../proxy/async/steps.ts";
import { SOCKET_WORKER_FILE } from "../services/sockets/socket-messages.ts";
import type { SocketWatch } from "../services/sockets/socket-watch.ts";
import { resolveLocation } from "./index-url.ts";

/** What it takes to give Python sockets. */
export interface SocketParts {
  readonly host: Environment;
  readonly indexURL: string;
  readonly link: { readonly async: AsyncSide };
  readonly kernel: {
    /** Absent where Python has the system's own. Safe to repeat. @param url of the script of the sockets' thread */
    useSockets?(url: string): Promise<SocketWatch>;
  };
}

/** Lets Python's sockets connect through Node's, and its event loop wait for them (JS-useNodeSockFS). */
export async function useNodeSockets(parts: SocketParts): Promise<void> {
  const { host, indexURL, link, kernel } = parts;
  if (host.kind !== "node") throw new Error("useNodeSockFS only works in Node");
  const url = await resolveLocation(locate(indexURL, SOCKET_WORKER_FILE));
  const watch = await kernel.useSockets?.(url);
  if (watch === undefined) return;
  await lazy(imported(link.async, "_pyodide._loop_sockets.use").call([watch.ready]));
}
