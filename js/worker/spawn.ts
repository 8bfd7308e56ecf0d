import { nodeBuiltin } from "../kernel/node-builtin.ts";
import { lifeOf } from "./node-life.ts";

/** A worker as its maker sees it, in Node and on the web: what is posted to it, and what it posts. */
export interface WorkerHandle<To, From> {
  post(message: To, transfer?: Transferable[]): void;
  onMessage: ((message: From) => void) | undefined;
  /** Called once, when the thread has ended or cannot start; says why. */
  onEnd: ((reason: string) => void) | undefined;
  /** Ends the thread, whatever it is doing. */
  terminate(): void;
  /** Whether the worker keeps the process alive (Node). */
  keepAlive(isWanted: boolean): void;
  /** Whether the thread is there, as far as that can be told without the event loop. */
  isAlive(): boolean;
}

/** Megabytes of stack: Python's own recursion limit is met before the end of it. */
const STACK_MEGABYTES = 16;

/**
 * Makes a worker of a module.
 * @throws {Error} when the platform refuses to
 */
export async function spawnWorker<To, From>(url: string): Promise<WorkerHandle<To, From>> {
  const isNode = typeof process === "object" && process.versions?.node !== undefined;
  return isNode && (process as { type?: string }).type !== "renderer"
    ? spawnNodeWorker<To, From>(url)
    : spawnWebWorker<To, From>(url);
}

async function spawnNodeWorker<To, From>(url: string): Promise<WorkerHandle<To, From>> {
  const { Worker } = await nodeBuiltin("node:worker_threads");
  const worker = new Worker(new URL(url), {
    resourceLimits: { stackSizeMb: STACK_MEGABYTES },
    // Options of the program's own process are not meant for the kernel.
    execArgv: [],
  });
  let failure: Error | undefined;
  const handle: WorkerHandle<To, From> = {
    onMessage: undefined,
    onEnd: undefined,
    post: (message, transfer = []) =>
      worker.postMessage(
        message,
        transfer as unknown as import("node:worker_threads").Transferable[],
      ),
    terminate: () => void worker.terminate(),
    keepAlive: (isWanted) => (isWanted ? worker.ref() : worker.unref()),
    isAlive: lifeOf(worker),
  };
  worker.on("message", (message: From) => handle.onMessage?.(message));
  worker.on("error", (error: Error) => {
    failure = error;
  });
  worker.on("exit", (status) => {
    handle.onEnd?.(failure?.message ?? `its thread ended with status ${status}`);
  });
  return handle;
}

function spawnWebWorker<To, From>(url: string): WorkerHandle<To, From> {
  const worker = new Worker(sameOrigin(url), { type: "module", name: "krait" });
  const handle: WorkerHandle<To, From> = {
    onMessage: undefined,
    onEnd: undefined,
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    terminate: () => worker.terminate(),
    keepAlive: () => undefined,
    isAlive: () => true,
  };
  worker.onmessage = ({ data }) => handle.onMessage?.(data as From);
  worker.onerror = (event) => {
    event.preventDefault?.();
    handle.onEnd?.(event.message || `its script ${url} cannot be loaded`);
  };
  return handle;
}

/** Workers must be of the page's origin: a script from elsewhere is imported by one that is. */
function sameOrigin(url: string): string {
  if (new URL(url).origin === globalThis.location?.origin) return url;
  const source = `import ${JSON.stringify(url)};`;
  return URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
}
