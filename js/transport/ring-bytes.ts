import type { Frame, Lane } from "./channel.ts";
import type { RingWords } from "./ring-memory.ts";

/** Before each piece: its byte length, then its lane and whether more of the frame follows. */
const HEADER_BYTES = 8;
const MORE = 0x8000_0000;
const ALIGNMENT = 8;

function padded(byteLength: number): number {
  return (byteLength + ALIGNMENT - 1) & -ALIGNMENT;
}

/** The writing end of one ring. A frame that is large for the ring crosses it in pieces. */
export class RingWriter {
  readonly #ring: RingWords;
  readonly #header = new Uint32Array(2);
  readonly #headerBytes = new Uint8Array(this.#header.buffer);
  readonly #maxPieceBytes: number;

  constructor(ring: RingWords) {
    this.#ring = ring;
    this.#maxPieceBytes = ring.bytes.length / 4;
  }

  /**
   * Writes as much of the frame as there is room for.
   * @param from how many of its bytes were written before
   * @returns how many are written now; the frame is complete when `isComplete` says so
   */
  write(lane: Lane, frame: Uint8Array, from: number): number {
    const { words, tail } = this.#ring;
    let written = from;
    do {
      const length = Math.min(frame.length - written, this.#maxPieceBytes);
      if (!this.#hasRoom(HEADER_BYTES + padded(length))) return written;
      const end = written + length;
      this.#header[0] = length;
      this.#header[1] = lane | (end < frame.length ? MORE : 0);
      const at = Atomics.load(words, tail) >>> 0;
      this.#copy(at, this.#headerBytes);
      this.#copy(at + HEADER_BYTES, length === frame.length ? frame : frame.subarray(written, end));
      // Publishes the piece.
      Atomics.store(words, tail, (at + HEADER_BYTES + padded(length)) | 0);
      written = end;
    } while (written < frame.length);
    return COMPLETE;
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
  readonly #header = new Uint32Array(2);
  readonly #headerBytes = new Uint8Array(this.#header.buffer);
  /** The pieces of a frame that is not complete yet. */
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;

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
      const piece = this.#readPiece();
      if ((this.#header[1] as number) & MORE) {
        this.#keep(piece);
        continue;
      }
      const lane = this.#header[1] as Lane;
      if (this.#pieces.length === 0) return { lane, bytes: piece };
      this.#keep(piece);
      return { lane, bytes: this.#join() };
    }
    return undefined;
  }

  #readPiece(): Uint8Array<ArrayBuffer> {
    const { words, tail, head, bytes } = this.#ring;
    const at = Atomics.load(words, head) >>> 0;
    const available = (Atomics.load(words, tail) - at) >>> 0;
    if (available < HEADER_BYTES || available > bytes.length) throw damaged(available);
    this.#copy(at, this.#headerBytes);
    const length = this.#header[0] as number;
    if (length > available - HEADER_BYTES) throw damaged(length);
    const piece = new Uint8Array(length);
    this.#copy(at + HEADER_BYTES, piece);
    Atomics.store(words, head, (at + HEADER_BYTES + padded(length)) | 0);
    return piece;
  }

  #copy(at: number, to: Uint8Array): void {
    const { bytes } = this.#ring;
    const start = at & (bytes.length - 1);
    const first = Math.min(to.length, bytes.length - start);
    to.set(bytes.subarray(start, start + first));
    if (first < to.length) to.set(bytes.subarray(0, to.length - first), first);
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
    if (this.#pieceBytes > this.maxFrameBytes) {
      throw new RangeError(`a frame has more than ${this.maxFrameBytes} bytes, the limit`);
    }
  }

  #join(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#pieceBytes);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.#pieceBytes = 0;
    return whole;
  }
}

function damaged(length: number): RangeError {
  return new RangeError(`the ring is damaged: a piece of ${length} bytes`);
}
