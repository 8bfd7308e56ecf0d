import { byteLengthOf, copyOf, type Parts, setParts } from "../wire/parts.ts";
import type { ByteConnection } from "./byte-connection.ts";
import {
  type Channel,
  ChannelClosed,
  ChannelFull,
  type Frame,
  type Lane,
  WaitImpossible,
  type WaitMode,
} from "./channel.ts";

/** Before each packet: its byte length and its lane (ARCHITECTURE.md, "Messages"). */
const HEAD_BYTES = 8;
/** A longer packet is refused. */
const MAX_FRAME_BYTES = 1 << 30;
/** What may wait for the socket to take it. */
const MAX_QUEUED_BYTES = 1 << 28;

/** A channel over a connection of bytes. Nothing can be waited for: frames arrive in the event loop. */
export class SocketChannel implements Channel {
  onReadable: (() => void) | undefined;
  readonly waitMode: WaitMode = "none";

  readonly #connection: ByteConnection;
  readonly #inbox: Frame[] = [];
  /** What has come of a packet that is not whole yet. */
  readonly #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  #closed: ChannelClosed | undefined;

  /** Takes over the connection. */
  constructor(connection: ByteConnection) {
    this.#connection = connection;
    connection.onBytes = (bytes) => this.#receive(bytes);
    connection.onEnd = (reason) => this.#end(reason);
  }

  get closed(): ChannelClosed | undefined {
    return this.#closed;
  }

  send(lane: Lane, parts: Parts): void {
    if (this.#closed !== undefined) throw this.#closed;
    const { unsentBytes } = this.#connection;
    if (unsentBytes > MAX_QUEUED_BYTES) {
      throw new ChannelFull(`${unsentBytes} bytes wait for the other side to read`);
    }
    const byteLength = byteLengthOf(parts);
    const packet = new Uint8Array(HEAD_BYTES + byteLength);
    const head = new DataView(packet.buffer);
    head.setUint32(0, byteLength, true);
    head.setUint32(4, lane, true);
    setParts(packet, parts, HEAD_BYTES);
    this.#connection.write(packet);
  }

  take(): Frame | undefined {
    return this.#inbox.shift();
  }

  wait(_untilMs: number): Frame | undefined {
    const frame = this.take();
    if (frame !== undefined) return frame;
    if (this.#closed !== undefined) throw this.#closed;
    throw new WaitImpossible(
      "this thread cannot wait for a socket: frames arrive in its event loop",
    );
  }

  close(reason = "it was closed"): void {
    if (this.#closed !== undefined) return;
    this.#closed = new ChannelClosed(`The channel is closed: ${reason}`);
    this.#connection.end();
  }

  /** Whether the connection keeps the process alive. */
  keepAlive(isWanted: boolean): void {
    this.#connection.keepAlive(isWanted);
  }

  #end(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = new ChannelClosed(`The channel is closed: ${reason}`);
    this.#connection.destroy();
    this.onReadable?.();
  }

  #receive(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#pieceBytes += bytes.length;
    let hasCome = false;
    for (let frame = this.#nextFrame(); frame !== undefined; frame = this.#nextFrame()) {
      this.#inbox.push(frame);
      hasCome = true;
    }
    if (hasCome) this.onReadable?.();
  }

  /** Cuts the next whole packet off. */
  #nextFrame(): Frame | undefined {
    if (this.#pieceBytes < HEAD_BYTES || this.#closed !== undefined) return undefined;
    const head = this.#joined(HEAD_BYTES);
    const view = new DataView(head.buffer, head.byteOffset, HEAD_BYTES);
    const length = view.getUint32(0, true);
    if (length > MAX_FRAME_BYTES) {
      this.#end(`a packet of ${length} bytes is longer than ${MAX_FRAME_BYTES}`);
      return undefined;
    }
    if (this.#pieceBytes < HEAD_BYTES + length) return undefined;
    const whole = this.#joined(HEAD_BYTES + length);
    const packet = whole.slice(HEAD_BYTES, HEAD_BYTES + length);
    const rest = whole.subarray(HEAD_BYTES + length);
    this.#pieces.splice(0, 1, ...(rest.length > 0 ? [rest] : []));
    this.#pieceBytes -= HEAD_BYTES + length;
    return { lane: view.getUint32(4, true) as Lane, bytes: packet };
  }

  /** The first pieces as one, of at least so many bytes. */
  #joined(byteLength: number): Uint8Array {
    const first = this.#pieces[0] as Uint8Array;
    if (first.length >= byteLength) return first;
    let count = 0;
    let total = 0;
    while (total < byteLength) total += (this.#pieces[count++] as Uint8Array).length;
    const joined = copyOf(this.#pieces.splice(0, count));
    this.#pieces.unshift(joined);
    return joined;
  }
}
