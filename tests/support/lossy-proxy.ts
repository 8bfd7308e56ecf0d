import { once } from "node:events";
import { Worker } from "node:worker_threads";

const THREAD = new URL("./lossy-proxy-thread.mjs", import.meta.url);

/** Passes bytes on between clients and a server, from a thread of its own, and loses connections when it is told to. */
export class LossyProxy {
  readonly port: number;
  readonly #worker: Worker;
  readonly #count: Int32Array;

  private constructor(worker: Worker, port: number, counter: SharedArrayBuffer) {
    this.#worker = worker;
    this.port = port;
    this.#count = new Int32Array(counter);
  }

  /**
   * @param target port of the server
   * @param isRough each connection is lost by itself after some thousand bytes
   */
  static async start(target: number, isRough = false): Promise<LossyProxy> {
    const counter = new SharedArrayBuffer(4);
    const worker = new Worker(THREAD, { workerData: { target, counter, isRough }, execArgv: [] });
    const [port] = await once(worker, "message");
    worker.unref();
    return new LossyProxy(worker, port, counter);
  }

  /** Connections that were made so far. */
  get count(): number {
    return Atomics.load(this.#count, 0);
  }

  /** Loses all connections, so many milliseconds from now. */
  cut(delayMs = 0): void {
    this.#worker.postMessage({ delayMs });
  }

  /** Loses them, and takes no more. */
  stop(): void {
    this.#worker.postMessage({ delayMs: 0, isLast: true });
  }
}
