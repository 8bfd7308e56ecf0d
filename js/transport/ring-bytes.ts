import type { Parts } from "../wire/parts.ts";
import type { Frame, Landing, Lane } from "./channel.ts";
import type { RingWords } from "./ring-memory.ts";

/** Before each piece: its byte length, then its lane and whether more of the frame follows, the frame's length, and 0. */
const HEADER_BYTES = 16;
const MORE = 0x8000_0000;
const ALIGNMENT = 8;
/** Shorter frames do not land in foreign memory. */
const MIN_LANDING_BYTES = 1 << 16;

function padded(byteLength: number): number {
  return (byteLength + ALIGNMENT - 1) & -ALIGNMENT;
}

/** The writing end of one ring. A frame that is large for the ring crosses it in pieces. */
export class RingWriter {
  readonly #ring: RingWords;
  readonly #header = new Uint32Array(HEADER_BYTES / 4);
  readonly #headerBytes = new Uint8Array(this.#header.buffer);
  readonly #maxPieceBytes: number;

  constructor(ring: RingWords) {
    this.#ring = ring;
    this.#maxPieceBytes = ring.bytes.length / 4;
  }

  /**
   * Writes as much of the frame as there is room for.
   * @param byteLength of all its parts
   * @param from how many of its bytes were written before
   * @returns how many are written now, or `COMPLETE`
   */
  write(lane: Lane, parts: Parts, byteLength: number, from: number): number {
    const { words, tail } = this.#ring;
    let written = from;
    do {
      const length = Math.min(byteLength - written, this.#maxPieceBytes);
      if (!this.#hasRoom(HEADER_BYTES + padded(length))) return written;
      const end = written + length;
      this.#header[0] = length;
      this.#header[1] = lane | (end < byteLength ? MORE : 0);
      this.#header[2] = byteLength;
      const at = Atomics.load(words, tail) >>> 0;
      this.#copy(at, this.#headerBytes);
      this.#copyParts(at + HEADER_BYTES, parts, written, end);
      // Publishes the piece.
      Atomics.store(words, tail, (at + HEADER_BYTES + padded(length)) | 0);
      written = end;
    } while (written < byteLength);
    return COMPLETE;
  }

  /** Copies the bytes from `start` to `end` of all the parts. */
  #copyParts(at: number, parts: Parts, start: number, end: number): void {
    let partStart = 0;
    for (const part of parts) {
      const from = Math.max(start, partStart);
      const to = Math.min(end, partStart + part.length);
      if (from < to) {
        const isWhole = to - from === part.length;
        this.#copy(
          at + from - start,
          isWhole ? part : part.subarray(from - partStart, to - partStart),
        );
      }
      partStart += part.length;
    }
  }

  #hasRoom(byteLength: number): boolean {
    const { words, tail, head, bytes } = this.#ring;
    const used = (Atomics.load(words, tail) - Atomics.load(words, head)) >>> 0;
    return bytes.length - used >= byteLength;
  }

  #copy(at: number, from: Uint8Array): void {
    const { bytes } = this.#ring;
    const start = at & (bytes.length - 1);
    const first = bytes.length - start;
    if (from.length <= first) {
      bytes.set(from, start);
      return;
    }
    bytes.set(from.subarray(0, first), start);
    bytes.set(from.subarray(first), 0);
  }
}

/** What `RingWriter.write` answers when all of the frame is in the ring. */
export const COMPLETE = -1;

/** The reading end of one ring. What it reads is checked: the other side's words may be anything. */
export class RingReader {
  readonly #ring: RingWords;
  readonly #header = new Uint32Array(HEADER_BYTES / 4);
  readonly #headerBytes = new Uint8Array(this.#header.buffer);
  /** A frame that is not complete yet, and how much of it is there. */
  #frame: Frame | undefined;
  #filled = 0;
  /** Where long frames go, if not to memory of their own. */
  landing: Landing | undefined;

  constructor(
    ring: RingWords,
    /** Frames above this are refused. */
    private readonly maxFrameBytes: number,
  ) {
    this.#ring = ring;
  }

  get isEmpty(): boolean {
    const { words, tail, head } = this.#ring;
    return Atomics.load(words, tail) === Atomics.load(words, head);
  }

  /**
   * The next frame, once all of it has arrived.
   * @throws {RangeError} when the ring does not hold what it says: nothing more can be read then
   */
  read(): Frame | undefined {
    while (!this.isEmpty) {
      const frame = this.#readPiece();
      if (frame !== undefined) return frame;
    }
    return undefined;
  }

  /** Takes one piece out; the frame, when it was the last one. */
  #readPiece(): Frame | undefined {
    const { words, tail, head, bytes } = this.#ring;
    const at = Atomics.load(words, head) >>> 0;
    const available = (Atomics.load(words, tail) - at) >>> 0;
    if (available < HEADER_BYTES || available > bytes.length) throw damaged(available);
    this.#copy(at, this.#headerBytes);
    const length = this.#header[0] as number;
    const lane = this.#header[1] as number;
    const total = this.#header[2] as number;
    if (length > available - HEADER_BYTES) throw damaged(length);
    const frame = this.#frame ?? this.#begin((lane & ~MORE) as Lane, total);
    const target = frame.bytes;
    const end = this.#filled + length;
    if (end > target.length) throw damaged(length);
    this.#copy(at + HEADER_BYTES, target.subarray(this.#filled, end));
    Atomics.store(words, head, (at + HEADER_BYTES + padded(length)) | 0);
    if (lane & MORE) {
      this.#frame = frame;
      this.#filled = end;
      return undefined;
    }
    if (end !== target.length) throw damaged(length);
    this.#frame = undefined;
    this.#filled = 0;
    return frame;
  }

  /** Room for a frame, so that each of its pieces is copied once. */
  #begin(lane: Lane, byteLength: number): Frame {
    if (byteLength > this.maxFrameBytes) {
      throw new RangeError(`a frame has more than ${this.maxFrameBytes} bytes, the limit`);
    }
    const isLong = byteLength >= MIN_LANDING_BYTES;
    const landed = isLong ? this.landing?.begin(lane, byteLength) : undefined;
    return landed ?? { lane, bytes: new Uint8Array(byteLength) };
  }

  #copy(at: number, to: Uint8Array): void {
    const { bytes } = this.#ring;
    const start = at & (bytes.length - 1);
    const first = Math.min(to.length, bytes.length - start);
    to.set(bytes.subarray(start, start + first));
    if (first < to.length) to.set(bytes.subarray(0, to.length - first), first);
  }
}

function damaged(length: number): RangeError {
  return new RangeError(`the ring is damaged: a piece of ${length} bytes`);
}
