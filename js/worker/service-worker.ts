/**
 * The service worker of pages that have no shared memory: a kernel in a worker that waits for its page asks here, by a
 * synchronous request, and the page answers with what the worker cannot receive meanwhile. It serves nothing else.
 */
import { HERE_STATUS, PULL_PATH, type PullRequest } from "./pull-messages.ts";

interface ServiceWorkerScope {
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { includeUncontrolled: boolean; type: ClientType }): Promise<Client[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, listener: (event: any) => void): void;
}

type ClientType = "window" | "worker" | "sharedworker";

/** Programs that have a kernel; pages first, since Firefox finds no workers while one of them waits for an answer. */
const PROGRAMS: readonly ClientType[] = ["window", "sharedworker", "worker"];

interface Client {
  postMessage(message: PullRequest, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as ServiceWorkerScope;
/** How long after the time that a pull gives its page nobody is expected to answer any more. */
const GRACE_MS = 5000;

scope.addEventListener("install", () => void scope.skipWaiting());
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  const { pathname, searchParams } = new URL(event.request.url);
  if (pathname.endsWith(`/${PULL_PATH}`)) event.respondWith(answer(searchParams));
});

async function answer(parameters: URLSearchParams): Promise<Response> {
  const channel = parameters.get("channel");
  if (channel === null) return new Response(null, { status: HERE_STATUS });
  const waitMs = Number(parameters.get("wait"));
  const request: PullRequest = {
    kind: "krait.pull",
    channel,
    seen: Number(parameters.get("seen")),
    waitMs,
  };
  return new Promise((resolve) => {
    const askAll = async (type: ClientType) => {
      for (const client of await scope.clients.matchAll({ includeUncontrolled: true, type })) {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => resolve(new Response(data as ArrayBuffer));
        client.postMessage(request, [port2]);
      }
    };
    for (const type of PROGRAMS) void askAll(type);
    const nobody = () => resolve(new Response(null, { status: 504 }));
    setTimeout(nobody, waitMs + GRACE_MS);
  });
}
