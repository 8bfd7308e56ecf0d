/** The process's standard input, read a chunk at a time and only when asked, so that what is not read is not taken. */
import { ReadStream } from "node:tty";
import type { ByteSource } from "./stdin-channel.ts";

type InputStream = NodeJS.ReadStream | ReadStream;

interface Waiter {
  resolve(chunk: Uint8Array | undefined): void;
  reject(reason: Error): void;
}

export class StdinSource implements ByteSource {
  readonly isTerminal: boolean;
  #stream: InputStream | undefined;
  #hasEnded = false;
  #waiter: Waiter | undefined;

  constructor(isTerminal: boolean) {
    this.isTerminal = isTerminal;
  }

  /** The stream itself, paused, for line editing; not to be used while `next` is pending. */
  get stream(): InputStream {
    this.#stream ??= this.#open();
    return this.#stream;
  }

  /**
   * The end of input lasts, except at a terminal, where it is only said once (as by Ctrl-D).
   * @throws what the stream fails with.
   */
  next(): Promise<Uint8Array | undefined> {
    if (this.takeEnd()) return Promise.resolve(undefined);
    const { stream } = this;
    return new Promise((resolve, reject) => {
      const onData = (chunk: Uint8Array) => this.#waiter?.resolve(chunk);
      const settled = () => {
        this.#waiter = undefined;
        stream.off("data", onData).pause();
      };
      this.#waiter = {
        resolve: (chunk) => {
          settled();
          resolve(chunk);
        },
        reject: (reason) => {
          settled();
          reject(reason);
        },
      };
      stream.on("data", onData).resume();
    });
  }

  /** Whether the end has been met, without waiting; counts as said. */
  takeEnd(): boolean {
    const hasEnded = this.#hasEnded;
    if (this.isTerminal) this.#hasEnded = false;
    return hasEnded;
  }

  /** The end and errors may come while nobody waits, so they are listened to all the time. */
  #open(): InputStream {
    const stream = this.isTerminal ? new ReadStream(0) : process.stdin;
    stream.once("end", () => {
      if (this.isTerminal) this.#stream = undefined;
      this.#hasEnded = !this.isTerminal || !this.#waiter;
      this.#waiter?.resolve(undefined);
    });
    stream.on("error", (error) => this.#waiter?.reject(error));
    return stream;
  }
}
