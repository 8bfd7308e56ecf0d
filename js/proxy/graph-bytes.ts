import { type GraphKind, TextEncoding } from "#vocabulary";
import type { Parts } from "../wire/parts.ts";
import { ProtocolError } from "./errors.ts";
import { encodeText, isShort, readText, writeShortText } from "./text.ts";

const START_BYTES = 4096;
/** A larger buffer is not kept for the next graph. */
const MAX_SPARE_BYTES = 1 << 18;
/** Longer blobs are not copied: they are pieces of their own. */
const MAX_COPIED_BYTES = 1 << 15;

/** Of a graph that was read: allocating and clearing costs more than writing. */
let spare: Uint8Array<ArrayBuffer> | undefined;

function takeBuffer(): Uint8Array<ArrayBuffer> {
  const bytes = spare ?? new Uint8Array(START_BYTES);
  spare = undefined;
  return bytes;
}

/** Nobody will look at these records of a `GraphBytes` any more. */
export function giveBack(records: Parts): void {
  if (records.length > 1) return;
  const { buffer } = records[0] as Uint8Array;
  if (buffer.byteLength <= MAX_SPARE_BYTES) spare = new Uint8Array(buffer as ArrayBuffer);
}

/** Takes the records of a graph (vocabulary.capnp, GraphKind) into bytes that grow. Every record is padded to 4 bytes. */
export class GraphBytes {
  #bytes = takeBuffer();
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  /** What comes before the bytes from `#start` on. */
  readonly #parts: Uint8Array[] = [];
  #start = 0;

  /** What was written: views, of long blobs too, to be read before anything else is written or they are changed. */
  get written(): Parts {
    const last = this.#bytes.subarray(this.#start, this.#length);
    return this.#parts.length === 0 ? [last] : [...this.#parts, last];
  }

  kind(kind: GraphKind): void {
    this.word(kind);
  }

  word(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  float(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  floats(values: readonly number[]): void {
    // Platforms with WebAssembly are little-endian, as records are.
    const bytes = new Uint8Array(new Float64Array(values).buffer);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A byte length, then the bytes. */
  blob(bytes: Uint8Array): void {
    if (bytes.length > MAX_COPIED_BYTES) return this.#longBlob(bytes);
    this.#reserve(4 + bytes.length + 3);
    this.word(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += (bytes.length + 3) & ~3;
  }

  #longBlob(bytes: Uint8Array): void {
    this.word(bytes.length);
    this.#parts.push(this.#bytes.subarray(this.#start, this.#length), bytes);
    this.#start = this.#length;
    const padding = -bytes.length & 3;
    this.#reserve(padding);
    this.#bytes.fill(0, this.#length, this.#length + padding);
    this.#length += padding;
  }

  /** An encoding, a byte length, then the bytes. */
  text(text: string): void {
    if (isShort(text)) return this.#shortText(text);
    const { encoding, bytes } = encodeText(text);
    this.word(encoding);
    this.blob(bytes);
  }

  #shortText(text: string): void {
    this.#reserve(8 + 2 * text.length + 3);
    const at = this.#length;
    const written = writeShortText(text, this.#bytes, at + 8);
    const byteLength = written < 0 ? ~written : written;
    this.#view.setUint32(at, written < 0 ? TextEncoding.utf16 : TextEncoding.latin1, true);
    this.#view.setUint32(at + 4, byteLength, true);
    this.#length = at + 8 + ((byteLength + 3) & ~3);
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/**
 * Reads the records of a graph one field at a time.
 * @throws {ProtocolError} from every method when the bytes end too early
 */
export class GraphCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  word(): number {
    const at = this.#take(4);
    return this.#view.getUint32(at, true);
  }

  float(): number {
    const at = this.#take(8);
    return this.#view.getFloat64(at, true);
  }

  /** A count of things that take at least `minBytes` each. */
  count(minBytes: number): number {
    const count = this.word();
    if (count * minBytes > this.#bytes.length - this.#at) {
      throw new ProtocolError(`a graph announces ${count} values and ends before them`);
    }
    return count;
  }

  floats(): number[] {
    const count = this.count(8);
    const at = this.#take(count * 8);
    // A copy, as records are aligned to 4 bytes only.
    const numbers = new Float64Array(this.#bytes.slice(at, at + count * 8).buffer);
    const values = new Array<number>(count);
    for (let i = 0; i < count; i++) values[i] = numbers[i] as number;
    return values;
  }

  /** The bytes of a blob: a view, good as long as the graph's own bytes are. */
  blob(): Uint8Array {
    const length = this.count(1);
    const at = this.#take(length);
    this.#at = Math.min((this.#at + 3) & ~3, this.#bytes.length);
    return this.#bytes.subarray(at, at + length);
  }

  text(): string {
    const encoding = this.word();
    if (encoding > TextEncoding.utf16) throw new ProtocolError(`no text encoding ${encoding}`);
    const bytes = this.blob();
    return readText(bytes, 0, bytes.length, encoding);
  }

  #take(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.#bytes.length) throw new ProtocolError("a graph ends inside a record");
    this.#at = at + bytes;
    return at;
  }
}
