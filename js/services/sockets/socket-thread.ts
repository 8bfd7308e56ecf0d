import { nodeBuiltin } from "../../kernel/node-builtin.ts";
import type { FromKernel, ToKernel } from "./socket-messages.ts";

type MessagePort = import("node:worker_threads").MessagePort;

/** What the thread starts with. */
export interface SocketThreadData {
  readonly kernel: MessagePort;
  readonly client: MessagePort;
  /** One word of shared memory, counted up with each message to the kernel. */
  readonly arrivals: Int32Array;
}

/** The thread that holds Node's sockets, as a kernel sees it: it can be asked while the event loop does not run. */
export class SocketThread {
  /** For the client of the kernel: see SocketWatch. */
  readonly client: MessagePort;
  readonly #port: MessagePort;
  readonly #arrivals: Int32Array;
  readonly #receive: (port: MessagePort) => { message: unknown } | undefined;
  /** Of `#arrivals`, before the messages were taken last. */
  #seen = 0;

  private constructor(
    client: MessagePort,
    port: MessagePort,
    arrivals: Int32Array,
    receive: (port: MessagePort) => { message: unknown } | undefined,
  ) {
    this.client = client;
    this.#port = port;
    this.#arrivals = arrivals;
    this.#receive = receive;
  }

  /** Starts the thread. It does not keep the process alive. */
  static async start(url: string): Promise<SocketThread> {
    const { MessageChannel, Worker, receiveMessageOnPort } =
      await nodeBuiltin("node:worker_threads");
    const kernel = new MessageChannel();
    const client = new MessageChannel();
    const arrivals = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const workerData: SocketThreadData = { kernel: kernel.port2, client: client.port2, arrivals };
    const transferList = [kernel.port2, client.port2];
    const worker = new Worker(new URL(url), { workerData, transferList, execArgv: [] });
    worker.unref();
    kernel.port1.unref();
    client.port1.unref();
    return new SocketThread(client.port1, kernel.port1, arrivals, receiveMessageOnPort);
  }

  post(message: FromKernel): void {
    const transfer = message.kind === "write" ? [message.bytes.buffer as ArrayBuffer] : [];
    this.#port.postMessage(message, transfer);
  }

  /** Gives what has arrived, in order. */
  *arrived(): Generator<ToKernel> {
    this.#seen = Atomics.load(this.#arrivals, 0);
    for (;;) {
      const received = this.#receive(this.#port);
      if (received === undefined) return;
      yield received.message as ToKernel;
    }
  }

  /** Sleeps until more arrives than `arrived` saw, or so many milliseconds. */
  wait(milliseconds: number): void {
    Atomics.wait(this.#arrivals, 0, this.#seen, milliseconds);
  }
}
