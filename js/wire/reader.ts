import { LimitPassed, ProtocolError } from "../proxy/errors.ts";
import { readText } from "../proxy/text.ts";

/** An absent list. */
export const NONE: readonly never[] = [];
/** Absent bytes. */
export const NO_BYTES = new Uint8Array(0);
const EMPTY_VIEW = new DataView(NO_BYTES.buffer);

/** The low two bits of a pointer. */
const STRUCT = 0;
const LIST = 1;
/** What a list pointer says of its elements. */
const BYTES = 2;
const POINTERS = 6;
const COMPOSITE = 7;

const WORD = 8;
/** Words that may be read for each word of the message, and beside that: what the C++ half allows as well. */
const TRAVERSALS = 4;
const EXTRA_WORDS = 1024;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads one message of a single segment. Everything that a pointer says is checked against the segment before it is
 * used; what is read is counted, so that pointers that overlap or form cycles end in an error, in time and memory
 * proportional to the message. Every method throws ProtocolError for what cannot be right.
 *
 * `struct` and `structs` leave what they found in `at`, `data` and `pointers`, which the next one overwrites.
 */
export class Reader {
  /** Of the whole buffer that holds the message; addresses count from its start. */
  view: DataView = EMPTY_VIEW;
  /** Address of the struct, or of the first one of the list. */
  at = 0;
  /** Bytes of its data section. */
  data = 0;
  /** Count of its pointers. */
  pointers = 0;

  #bytes: Uint8Array = NO_BYTES;
  #start = 0;
  #end = 0;
  #wordsLeft = 0;
  #maxDepth = 0;

  /** Stands at the segment of `words` words at `start`, a position in `bytes`. */
  begin(bytes: Uint8Array, start: number, words: number, maxDepth: number): void {
    const { buffer, byteOffset } = bytes;
    if (this.view.buffer !== buffer) {
      this.view = new DataView(buffer);
      this.#bytes = new Uint8Array(buffer);
    }
    this.#start = byteOffset + start;
    this.#end = this.#start + words * WORD;
    this.#wordsLeft = words * TRAVERSALS + EXTRA_WORDS;
    this.#maxDepth = maxDepth;
  }

  /** Lets go of the buffer. */
  end(): void {
    this.view = EMPTY_VIEW;
    this.#bytes = NO_BYTES;
  }

  /** Follows a pointer to a struct; `false` when it is null. */
  struct(pointer: number, depth: number): boolean {
    const low = this.view.getInt32(pointer, true);
    const high = this.view.getInt32(pointer + 4, true);
    if ((low | high) === 0) return false;
    if ((low & 3) !== STRUCT) throw wrongPointer(low, "a struct");
    const data = (high & 0xffff) * WORD;
    const pointers = high >>> 16;
    const bytes = data + pointers * WORD;
    this.at = this.#target(pointer, low, bytes);
    this.data = data;
    this.pointers = pointers;
    this.#count(bytes === 0 ? 1 : bytes / WORD);
    this.#checkDepth(depth);
    return true;
  }

  /** Follows a pointer to a list of structs; 0 when it is null or empty. */
  structs(pointer: number, depth: number): number {
    const words = this.#list(pointer, COMPOSITE, WORD, WORD);
    if (words < 0) return 0;
    const tag = this.at;
    const low = this.view.getInt32(tag, true);
    const high = this.view.getInt32(tag + 4, true);
    if ((low & 3) !== STRUCT) throw wrongPointer(low, "a list of structs");
    const count = low >>> 2;
    const step = (high & 0xffff) + (high >>> 16);
    if (count * step > words) {
      throw new ProtocolError(`a list announces ${count} structs and ends before them`);
    }
    // Structs without content take no room, but time.
    if (step === 0) this.#count(count);
    this.#checkDepth(depth);
    this.at = tag + WORD;
    this.data = (high & 0xffff) * WORD;
    this.pointers = high >>> 16;
    return count;
  }

  text(pointer: number): string {
    const length = this.#list(pointer, BYTES, 1, 0);
    if (length < 0) return "";
    const end = this.at + length - 1;
    if (length === 0 || this.#bytes[end] !== 0) throw new ProtocolError("a text has no end");
    return utf8.decode(this.#bytes.subarray(this.at, end));
  }

  /** A view of the message's own bytes. */
  bytes(pointer: number): Uint8Array {
    const length = this.#list(pointer, BYTES, 1, 0);
    if (length <= 0) return NO_BYTES;
    return this.#bytes.subarray(this.at, this.at + length);
  }

  /** Bytes as text in an encoding of the vocabulary. */
  exactText(pointer: number, encoding: number): string {
    const length = this.#list(pointer, BYTES, 1, 0);
    if (encoding > 2) throw new ProtocolError(`there is no text encoding ${encoding}`);
    if (length <= 0) return "";
    if (encoding === 2 && length % 2 !== 0) throw new ProtocolError("a text ends inside a unit");
    return readText(this.#bytes, this.at, length, encoding);
  }

  texts(pointer: number, depth: number): readonly string[] {
    return this.#each(pointer, depth, (at) => this.text(at));
  }

  datas(pointer: number, depth: number): readonly Uint8Array[] {
    return this.#each(pointer, depth, (at) => this.bytes(at));
  }

  /** A list of numbers of `bytes` bytes each; `code` is what the pointer must say of them. */
  scalars<T>(
    pointer: number,
    code: number,
    bytes: number,
    read: (r: Reader, at: number) => T,
  ): readonly T[] {
    const count = this.#list(pointer, code, bytes, 0);
    if (count <= 0) return NONE;
    const start = this.at;
    const list = new Array<T>(count);
    for (let i = 0; i < count; i++) list[i] = read(this, start + i * bytes);
    return list;
  }

  /** As a number; one that a number does not hold exactly is refused. */
  int64(at: number): number {
    return this.#wide(this.view.getInt32(at + 4, true), this.view.getUint32(at, true));
  }

  /** As `int64`. */
  uint64(at: number): number {
    return this.#wide(this.view.getUint32(at + 4, true), this.view.getUint32(at, true));
  }

  unknownMember(struct: string, tag: number): ProtocolError {
    return new ProtocolError(`${struct} has no member ${tag} in this version`);
  }

  #each<T>(pointer: number, depth: number, read: (at: number) => T): readonly T[] {
    const count = this.#list(pointer, POINTERS, WORD, 0);
    if (count <= 0) return NONE;
    this.#checkDepth(depth);
    const start = this.at;
    const list = new Array<T>(count);
    for (let i = 0; i < count; i++) list[i] = read(start + i * WORD);
    return list;
  }

  #wide(high: number, low: number): number {
    const value = high * 0x1_0000_0000 + low;
    if (!Number.isSafeInteger(value)) throw new ProtocolError("an integer is not a safe one");
    return value;
  }

  /** Follows a pointer to a list and gives its count of elements, or -1 when it is null. */
  #list(pointer: number, code: number, elementBytes: number, extraBytes: number): number {
    const low = this.view.getInt32(pointer, true);
    const high = this.view.getInt32(pointer + 4, true);
    if ((low | high) === 0) return -1;
    if ((low & 3) !== LIST || (high & 7) !== code) throw wrongPointer(low, "a list of this kind");
    const count = high >>> 3;
    const bytes = count * elementBytes + extraBytes;
    this.at = this.#target(pointer, low, bytes);
    this.#count(((bytes + 7) >>> 3) + 1);
    return count;
  }

  /** The address that a pointer leads to, where `bytes` bytes lie inside the segment. */
  #target(pointer: number, low: number, bytes: number): number {
    const target = pointer + WORD + (low >> 2) * WORD;
    if (target < this.#start || target + bytes > this.#end) {
      throw new ProtocolError("a pointer leads out of its message");
    }
    return target;
  }

  #count(words: number): void {
    this.#wordsLeft -= words;
    if (this.#wordsLeft < 0) {
      throw new ProtocolError("the pointers of a message lead to more than it holds");
    }
  }

  #checkDepth(depth: number): void {
    if (depth > this.#maxDepth) {
      throw new LimitPassed(`a message is nested deeper than ${this.#maxDepth} structs and lists`);
    }
  }
}

function wrongPointer(low: number, wanted: string): ProtocolError {
  return (low & 3) > 1
    ? new ProtocolError("a message has more than one segment, or capabilities")
    : new ProtocolError(`a pointer leads to something else than ${wanted}`);
}
