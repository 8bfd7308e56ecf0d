/** What a worker asks of its page through the service worker (`service-worker.ts`), by synchronous requests. */

/** The last part of the requests' paths, beside the service worker's script. */
export const PULL_PATH = "krait.pull";
/** The service worker's script, among the kernel's files. */
export const SERVICE_WORKER_FILE = "krait.sw.js";

/** A request without `channel` asks whether there is anybody, and is answered with this status. */
export const HERE_STATUS = 204;

/** From the service worker to every page, with a port for the answer: an ArrayBuffer as of `encodeMessages`. */
export interface PullRequest {
  readonly kind: "krait.pull";
  readonly channel: string;
  readonly seen: number;
  readonly waitMs: number;
}
