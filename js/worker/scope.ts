import { nodeBuiltin } from "../kernel/node-builtin.ts";

/** How this worker talks to whoever made it, in Node and on the web. */
export interface WorkerScope<To, From> {
  post(message: From, transfer?: Transferable[]): void;
  onMessage(receive: (message: To) => void): void;
  /** Ends this thread. */
  close(): void;
}

export async function workerScope<To, From>(): Promise<WorkerScope<To, From>> {
  if (typeof process === "object" && process.versions?.node !== undefined) {
    return nodeScope<To, From>();
  }
  const scope = globalThis as unknown as DedicatedWorkerGlobal;
  return {
    post: (message, transfer = []) => scope.postMessage(message, transfer),
    onMessage: (receive) => {
      scope.onmessage = ({ data }) => receive(data as To);
    },
    close: () => scope.close(),
  };
}

interface DedicatedWorkerGlobal {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

async function nodeScope<To, From>(): Promise<WorkerScope<To, From>> {
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
