/**
 * The service worker of the console: keeps what the page and its interpreter fetch, and serves that when the network does not answer.
 * What the network has comes first, so that a new version is seen at once.
 */
import { FILE_NAMES } from "../kernel/start-plan.ts";
import { PULL_PATH } from "../worker/pull-messages.ts";

interface OfflineScope {
  readonly clients: { claim(): Promise<void> };
  readonly location: { readonly origin: string };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, listener: (event: any) => void): void;
  importScripts(url: string): void;
}

const scope = globalThis as unknown as OfflineScope;
const CACHE = "krait-console";
/** All that a visit without a network needs from the start. What else is fetched is kept as it comes. */
const FILES = [
  ...["console.html", "console.mjs", "console.css", "inspector.mjs"],
  ...["pyodide.mjs", "krait.mjs", "krait.worker.mjs"],
  ...[FILE_NAMES.glue, FILE_NAMES.core, FILE_NAMES.snapshot, FILE_NAMES.symbols, FILE_NAMES.stdlib],
  "pyodide-lock.json",
];

// A folder has one service worker: this one does the work of krait's own, too (docs/async.md).
scope.importScripts("krait.sw.js");

scope.addEventListener("install", (event) => event.waitUntil(keepFiles()));
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  const { request } = event as { request: Request };
  const { origin, pathname } = new URL(request.url);
  const isFile = origin === scope.location.origin && !pathname.endsWith(`/${PULL_PATH}`);
  if (isFile && request.method === "GET") event.respondWith(fromNetworkOrCache(request));
});

async function keepFiles(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(FILES.map((file) => cache.add(file)));
  await scope.skipWaiting();
}

async function fromNetworkOrCache(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.status === 200) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const isPage = request.mode === "navigate";
    const kept = await cache.match(isPage ? "console.html" : request);
    if (kept !== undefined) return kept;
    throw error;
  }
}
