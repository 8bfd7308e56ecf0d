import { TextEncoding } from "#vocabulary";
import { LimitPassed, ProtocolError } from "../proxy/errors.ts";
import { encodeText, isShort, writeShortText } from "../proxy/text.ts";

const WORD = 8;
const TABLE_BYTES = 8;
const START_BYTES = 4096;
/** A longer buffer is not kept for the next message. */
const KEPT_BYTES = 1 << 20;
/** Up to this many bytes a loop beats `fill`. */
const SHORT_FILL = 256;

/** What a list pointer says of its elements. */
const BYTES = 2;
const POINTERS = 6;
const COMPOSITE = 7;
const LIST = 1;

const encoder = new TextEncoder();

/**
 * Writes one message of a single segment into a buffer that is used again. Addresses are byte offsets in it; whoever
 * holds one uses the views afresh after every method that takes room, since they are replaced when the buffer grows.
 */
export class Writer {
  u8!: Uint8Array<ArrayBuffer>;
  u16!: Uint16Array;
  u32!: Uint32Array;
  f64!: Float64Array;

  #top = 0;
  #maxBytes = 0;
  /** Where the room ends: of the buffer, or of what the receiver takes. */
  #limit = 0;

  constructor() {
    this.#use(new ArrayBuffer(START_BYTES));
  }

  /** Begins a message with its root and gives the root's address. */
  begin(dataWords: number, pointers: number, maxBytes: number): number {
    this.#maxBytes = maxBytes;
    this.#limit = Math.min(this.u8.length, maxBytes);
    this.#top = 0;
    const table = this.#take(TABLE_BYTES + WORD);
    return this.struct(table + TABLE_BYTES, dataWords, pointers);
  }

  /** Ends the message: its bytes, a view that the next message overwrites. */
  end(): Uint8Array<ArrayBuffer> {
    this.u32[1] = (this.#top - TABLE_BYTES) / WORD;
    const message = this.u8.subarray(0, this.#top);
    if (this.u8.length > KEPT_BYTES) this.#use(new ArrayBuffer(START_BYTES));
    return message;
  }

  /** Takes room for a struct and points to it. */
  struct(pointer: number, dataWords: number, pointers: number): number {
    const at = this.#take((dataWords + pointers) * WORD);
    // A struct without content is pointed to with an offset of -1, since 0 would be null.
    const offset = dataWords + pointers === 0 ? -1 : (at - pointer - WORD) / WORD;
    this.#point(pointer, offset << 2, dataWords | (pointers << 16));
    return at;
  }

  /** Takes room for a list of structs, points to it, and gives the address of the first one. */
  structs(pointer: number, count: number, dataWords: number, pointers: number): number {
    const words = count * (dataWords + pointers);
    const tag = this.#take(WORD + words * WORD);
    this.#pointToList(pointer, tag, COMPOSITE, words);
    this.#point(tag, count << 2, dataWords | (pointers << 16));
    return tag + WORD;
  }

  /** UTF-8; lone surrogates become U+FFFD. */
  text(pointer: number, text: string): void {
    if (text.length === 0) return;
    const room = text.length * 3 + 1;
    const at = this.#take((room + 7) & -8);
    const { written } = encoder.encodeInto(text, this.u8.subarray(at, at + room));
    this.#giveBack(at, written + 1);
    this.#pointToList(pointer, at, BYTES, written + 1);
  }

  bytes(pointer: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const at = this.#take((bytes.length + 7) & -8);
    this.u8.set(bytes, at);
    this.#pointToList(pointer, at, BYTES, bytes.length);
  }

  /** Text with all its code points; its encoding goes to `encodingAt`. */
  exactText(pointer: number, encodingAt: number, text: string): void {
    if (text.length === 0) return;
    if (!isShort(text)) {
      const { encoding, bytes } = encodeText(text);
      this.bytes(pointer, bytes);
      this.u16[encodingAt >>> 1] = encoding;
      return;
    }
    const at = this.#take((text.length * 2 + 7) & -8);
    const written = writeShortText(text, this.u8, at);
    const length = written < 0 ? ~written : written;
    this.u16[encodingAt >>> 1] = written < 0 ? TextEncoding.utf16 : TextEncoding.latin1;
    this.#giveBack(at, length);
    this.#pointToList(pointer, at, BYTES, length);
  }

  texts(pointer: number, list: readonly string[]): void {
    this.#each(pointer, list, (at, text) => {
      // An empty text and an absent one are the same to every reader.
      this.text(at, text);
    });
  }

  datas(pointer: number, list: readonly Uint8Array[]): void {
    this.#each(pointer, list, (at, bytes) => this.bytes(at, bytes));
  }

  /** A list of numbers of `bytes` bytes each; `code` is what the pointer says of them. */
  scalars<T>(
    pointer: number,
    code: number,
    bytes: number,
    list: readonly T[],
    write: (w: Writer, at: number, item: T) => void,
  ): void {
    if (list.length === 0) return;
    const at = this.#take((list.length * bytes + 7) & -8);
    this.#pointToList(pointer, at, code, list.length);
    for (let i = 0; i < list.length; i++) write(this, at + i * bytes, list[i] as T);
  }

  setBit(at: number, mask: number): void {
    this.u8[at] = (this.u8[at] as number) | mask;
  }

  int64(at: number, value: number): void {
    this.u32[at >>> 2] = value;
    this.u32[(at >>> 2) + 1] = Math.floor(value / 0x1_0000_0000);
  }

  float32(at: number, value: number): void {
    new DataView(this.u8.buffer).setFloat32(at, value, true);
  }

  unknownMember(): ProtocolError {
    return new ProtocolError("a member of a later version cannot be written");
  }

  #each<T>(pointer: number, list: readonly T[], write: (at: number, item: T) => void): void {
    if (list.length === 0) return;
    const start = this.#take(list.length * WORD);
    this.#pointToList(pointer, start, POINTERS, list.length);
    for (let i = 0; i < list.length; i++) write(start + i * WORD, list[i] as T);
  }

  #pointToList(pointer: number, target: number, code: number, count: number): void {
    const offset = (target - pointer - WORD) / WORD;
    this.#point(pointer, (offset << 2) | LIST, code | (count << 3));
  }

  #point(pointer: number, low: number, high: number): void {
    this.u32[pointer >>> 2] = low;
    this.u32[(pointer >>> 2) + 1] = high;
  }

  /** Zeroed room for a number of bytes that is a multiple of 8. `& -8` above rounds up to one. */
  #take(bytes: number): number {
    const at = this.#top;
    const end = at + bytes;
    if (end > this.#limit) this.#grow(end);
    this.#top = end;
    if (bytes <= SHORT_FILL) {
      const { f64 } = this;
      for (let i = at >>> 3; i < end >>> 3; i++) f64[i] = 0;
    } else {
      this.u8.fill(0, at, end);
    }
    return at;
  }

  /** Keeps the first `bytes` bytes of what was taken last, at `at`. */
  #giveBack(at: number, bytes: number): void {
    const end = at + bytes;
    this.#top = (end + 7) & -8;
    this.u8.fill(0, end, this.#top);
  }

  #grow(bytes: number): void {
    if (bytes > this.#maxBytes) {
      throw new LimitPassed(`a message of ${bytes} bytes passes the limit, ${this.#maxBytes}`);
    }
    const old = this.u8;
    this.#use(new ArrayBuffer(Math.max(bytes, Math.min(old.length * 2, this.#maxBytes & -8))));
    this.#limit = Math.min(this.u8.length, this.#maxBytes);
    this.u8.set(old.subarray(0, this.#top));
  }

  #use(buffer: ArrayBuffer): void {
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }
}
