import { nodeBuiltin } from "../kernel/node-builtin.ts";
import type { FromWorker, ToWorker } from "./start-message.ts";

/** How this worker talks to whoever made it, in Node and on the web. */
export interface WorkerScope {
  post(message: FromWorker, transfer?: Transferable[]): void;
  onMessage(receive: (message: ToWorker) => void): void;
  /** Ends this thread. */
  close(): void;
}

export async function workerScope(): Promise<WorkerScope> {
  if (typeof process === "object" && process.versions?.node !== undefined) return nodeScope();
  const scope = globalThis as unknown as DedicatedWorkerGlobal;
  return {
    post: (message, transfer = []) => scope.postMessage(message, transfer),
    onMessage: (receive) => {
      scope.onmessage = ({ data }) => receive(data as ToWorker);
    },
    close: () => scope.close(),
  };
}

interface DedicatedWorkerGlobal {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

async function nodeScope(): Promise<WorkerScope> {
  const { parentPort } = await nodeBuiltin("node:worker_threads");
  if (parentPort === null) throw new Error("this module is to be run in a worker");
  return {
    post: (message, transfer = []) =>
      parentPort.postMessage(
        message,
        transfer as unknown as import("node:worker_threads").Transferable[],
      ),
    onMessage: (receive) => void parentPort.on("message", receive),
    close: () => process.exit(),
  };
}
