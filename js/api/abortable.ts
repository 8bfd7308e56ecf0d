import { Op } from "#vocabulary";
import { type PyState, stateOf, targetOf } from "../proxy/py-state.ts";
import type { PyAwaitable } from "./py-proxy-types.ts";

/** The promise of a task, which rejects at once when the signal aborts; the task is then cancelled. */
export function abortable(task: PyAwaitable, signal: AbortSignal): Promise<unknown> {
  const target = targetOf(stateOf(task) as PyState);
  target.copies++; // the promise ends the proxy
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason);
      // The task may have ended, and the kernel too.
      target.link.async.callOf(target, Op.callMethod, ["cancel"]).catch(() => undefined);
    };
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    const ended = (): void => {
      signal.removeEventListener("abort", abort);
      target.drop();
    };
    task.then(resolve, reject).then(ended, ended);
  });
}
