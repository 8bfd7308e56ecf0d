import { MAX_UNDER_WAY, type SocketAddress, type SocketOption } from "./socket-messages.ts";

/** A socket as the kernel knows it: what has arrived and was not read, and how far it is. */
export class KernelSocket {
  readonly id: number;
  /** Of `socket()`: 2 for IPv4, 10 for IPv6. */
  readonly family: number;
  readonly options: Record<SocketOption, boolean> = { keepAlive: false, noDelay: false };
  phase: "fresh" | "connecting" | "connected" | "failed" = "fresh";
  /** The POSIX name of an error that was not told yet. */
  error: string | undefined;
  local: SocketAddress | undefined;
  peer: SocketAddress | undefined;
  /** The peer has finished. */
  hasEnded = false;
  /** This side has finished. */
  isFinished = false;
  /** Bytes that were written and are not with the system yet. */
  unsent = 0;
  readonly #chunks: Uint8Array[] = [];
  /** Of the first chunk, what was read. */
  #offset = 0;
  #unread = 0;

  constructor(id: number, family: number) {
    this.id = id;
    this.family = family;
  }

  /** Whether a read gives something: bytes, the end, or an error. */
  get isReadable(): boolean {
    return this.#unread > 0 || this.hasEnded || this.phase === "failed";
  }

  /** Whether a write takes something, or fails. */
  get isWritable(): boolean {
    const hasRoom = this.phase === "connected" && this.unsent < MAX_UNDER_WAY;
    return hasRoom || this.phase === "failed";
  }

  add(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#unread += bytes.length;
  }

  /** Copies what there is, as far as it fits. @param isPeek it can be read again; gives the count */
  read(into: Uint8Array, isPeek: boolean): number {
    let count = 0;
    let offset = this.#offset;
    for (const chunk of this.#chunks) {
      if (count === into.length) break;
      const part = chunk.subarray(offset, offset + into.length - count);
      into.set(part, count);
      count += part.length;
      offset = 0;
    }
    if (!isPeek) this.#drop(count);
    return count;
  }

  #drop(count: number): void {
    this.#unread -= count;
    this.#offset += count;
    while (this.#chunks[0] !== undefined && this.#offset >= this.#chunks[0].length) {
      this.#offset -= this.#chunks[0].length;
      this.#chunks.shift();
    }
  }
}
