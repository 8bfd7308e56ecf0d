import { Worker } from "node:worker_threads";

/**
 * Ends this process when a test blocks its thread past a deadline: a timer of the same thread would never fire.
 * The thread of the watchdog sleeps on word 0, the deadline in milliseconds from its last change; 0 is none.
 */
const BODY = `
  const { workerData: { words, name }, parentPort } = require("node:worker_threads");
  const decoder = new TextDecoder();
  for (;;) {
    const limit = Atomics.load(words, 0);
    const outcome = Atomics.wait(words, 0, limit, limit || Infinity);
    if (outcome !== "timed-out") continue;
    const bytes = name.slice(0, Atomics.load(words, 1));
    require("node:fs").writeSync(2, "watchdog: blocked for " + limit + " ms in: " + decoder.decode(bytes) + "\\n");
    process.kill(process.pid, "SIGKILL");
  }
`;
const MAX_NAME_BYTES = 1024;

let words: Int32Array<SharedArrayBuffer> | undefined;
let name: Uint8Array<SharedArrayBuffer> | undefined;

/** Starts or restarts the clock for what runs now. */
export function armWatchdog(what: string, limitMs: number): void {
  if (words === undefined || name === undefined) {
    words = new Int32Array(new SharedArrayBuffer(8));
    name = new Uint8Array(new SharedArrayBuffer(MAX_NAME_BYTES));
    new Worker(BODY, { eval: true, workerData: { words, name } }).unref();
  }
  const bytes = new TextEncoder().encode(what).subarray(0, MAX_NAME_BYTES);
  name.set(bytes);
  Atomics.store(words, 1, bytes.length);
  // The limit itself is changed by one each time, so that the sleeping thread cannot miss a restart.
  Atomics.store(words, 0, limitMs + (Atomics.load(words, 0) === limitMs ? 1 : 0));
  Atomics.notify(words, 0);
}

/** Stops the clock. */
export function disarmWatchdog(): void {
  if (words === undefined) return;
  Atomics.store(words, 0, 0);
  Atomics.notify(words, 0);
}
