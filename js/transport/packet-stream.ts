import { byteLengthOf, copyOf, type Parts, setParts } from "../wire/parts.ts";
import type { Frame, Lane } from "./channel.ts";

/** Before each packet: its byte length and its lane (ARCHITECTURE.md, "Messages"). */
const HEAD_BYTES = 8;
/** A longer packet is refused. */
const MAX_FRAME_BYTES = 1 << 30;

/** A frame as it travels over a connection of bytes. */
export function packetOf(lane: Lane, parts: Parts): Uint8Array<ArrayBuffer> {
  const byteLength = byteLengthOf(parts);
  const packet = new Uint8Array(HEAD_BYTES + byteLength);
  const head = new DataView(packet.buffer);
  head.setUint32(0, byteLength, true);
  head.setUint32(4, lane, true);
  setParts(packet, parts, HEAD_BYTES);
  return packet;
}

/** The frame of such a packet. */
export function frameIn(packet: Uint8Array): Uint8Array {
  return packet.subarray(HEAD_BYTES);
}

/** Cuts a stream of bytes into frames, whatever pieces it comes in. */
export class PacketStream {
  /** What has come of a packet that is not whole yet. */
  readonly #pieces: Uint8Array[] = [];
  #pieceBytes = 0;

  add(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#pieceBytes += bytes.length;
  }

  /**
   * Cuts the next whole packet off.
   * @throws {RangeError} when it is too long
   */
  next(): Frame | undefined {
    if (this.#pieceBytes < HEAD_BYTES) return undefined;
    const head = this.#joined(HEAD_BYTES);
    const view = new DataView(head.buffer, head.byteOffset, HEAD_BYTES);
    const length = view.getUint32(0, true);
    if (length > MAX_FRAME_BYTES) {
      throw new RangeError(`a packet of ${length} bytes is longer than ${MAX_FRAME_BYTES}`);
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
