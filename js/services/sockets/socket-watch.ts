import type { Ready } from "./socket-messages.ts";

/** The port to the thread of the sockets, as the client of a kernel has it. */
export interface WatchPort {
  postMessage(message: unknown): void;
  on(event: "message", listener: (message: Ready) => void): unknown;
  ref(): void;
  unref(): void;
}

/** Tells asyncio when a socket can be read or written (WL-sockets). Someone who waits keeps the process alive. */
export class SocketWatch {
  readonly #port: WatchPort;
  readonly #waiting = new Map<number, () => void>();
  #last = 0;

  constructor(port: WatchPort) {
    this.#port = port;
    port.on("message", ({ number }) => {
      const resolve = this.#waiting.get(number);
      this.#waiting.delete(number);
      if (this.#waiting.size === 0) port.unref();
      resolve?.();
    });
    port.unref();
  }

  /** Resolves when the descriptor can be read, or written, or is closed. It may come too early, never too late. */
  ready = (fd: number, isReading: boolean): Promise<void> =>
    new Promise((resolve) => {
      const number = ++this.#last;
      this.#waiting.set(number, resolve);
      this.#port.ref();
      this.#port.postMessage({ number, fd, isReading });
    });
}
