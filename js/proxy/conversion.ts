import { TextEncoding, ValueTag } from "#vocabulary";
import { byteLengthOf, type Parts, partsOf, setParts } from "../wire/parts.ts";
import { bigIntBytes, readBigInt } from "./big-int.ts";
import { ProtocolError } from "./errors.ts";
import type { Frames } from "./frame.ts";
import { readGraph } from "./graph-reader.ts";
import type { ValueRecords } from "./link.ts";
import type { Handle } from "./object-table.ts";
import { stateOf, targetOf } from "./py-state.ts";
import {
  type EncodedText,
  encodeText,
  isShort,
  largeTextRoom,
  longTextRoom,
  MAX_SHORT_BYTES,
  readText,
  writeLargeText,
  writeLongText,
  writeShortText,
} from "./text.ts";

const NONE = ValueTag.none;
/** Longer text is encoded first, so that its size is known before room for it is taken. */
const MAX_DIRECT_UNITS = 1 << 16;

/**
 * The implicit conversions between JavaScript values and slots (spec: type-conversions.md section 1), one
 * implementation for arguments and replies. What a slot points to is written behind the frame, or allocated; then its
 * address is added to `allocated`, whose owner frees it.
 */
export class Conversion {
  readonly #frames: Frames;
  readonly #values: ValueRecords;

  constructor(frames: Frames, values: ValueRecords) {
    this.#frames = frames;
    this.#values = values;
  }

  /**
   * JavaScript -> slot (TC-js).
   * @throws {Error} when a proxy was destroyed; {LimitPassed} when there is no room
   */
  write(slot: number, value: unknown, allocated: number[]): void {
    switch (typeof value) {
      case "number":
        return this.#writeNumber(slot, value);
      case "string":
        return this.writeText(slot, value, allocated);
      case "undefined":
        return this.#tag(slot, ValueTag.undefined);
      case "boolean":
        this.#tag(slot, ValueTag.bool);
        this.#frames.u32[(slot >>> 2) + 1] = value ? 1 : 0;
        return;
      case "bigint":
        return this.writeBytes(slot, ValueTag.bigInt, bigIntBytes(value), allocated);
      case "symbol":
        return this.writeMine(slot, value);
      default:
        if (value === null)
          return this.#tag(slot, this.#values.isNullNone ? NONE : ValueTag.jsNull);
        return this.#writeObject(slot, value as object);
    }
  }

  /** An object of this side, even a proxy: what arrives is a JsProxy. */
  writeMine(slot: number, object: unknown): void {
    const { index, generation, flags } = this.#values.exportObject(object);
    const { u32 } = this.#frames;
    const at = slot >>> 2;
    u32[at] = ValueTag.mine;
    u32[at + 1] = flags;
    u32[at + 2] = index;
    u32[at + 3] = generation;
  }

  /** An object of the kernel: it goes home. */
  writeYours(slot: number, { index, generation }: Handle): void {
    const { u32 } = this.#frames;
    const at = slot >>> 2;
    u32[at] = ValueTag.yours;
    u32[at + 1] = 0;
    u32[at + 2] = index;
    u32[at + 3] = generation;
  }

  writeText(slot: number, text: string, allocated: number[]): void {
    const frames = this.#frames;
    if (isShort(text)) {
      const address = frames.take(MAX_SHORT_BYTES);
      if (address !== 0) {
        const length = writeShortText(text, frames.u8, address);
        if (length < 0) return this.#textAt(slot, address, ~length, TextEncoding.utf16, false);
        return this.#textAt(slot, address, length, TextEncoding.latin1, false);
      }
    }
    if (text.length <= MAX_DIRECT_UNITS && frames.hasRoom(longTextRoom(text))) {
      const address = frames.top;
      const { encoding, byteLength } = writeLongText(text, frames.u8, address);
      return this.#textAt(slot, address, byteLength, encoding, true);
    }
    const { address, encoding, byteLength } = this.#placeText(text, allocated);
    this.#textAt(slot, address, byteLength, encoding, false);
  }

  #placeText(text: string, allocated: number[]): EncodedText & { address: number } {
    const frames = this.#frames;
    if (text.length > MAX_DIRECT_UNITS) {
      const address = frames.allocate(largeTextRoom(text));
      allocated.push(address);
      const written = writeLargeText(text, frames.u8, address);
      if (written !== undefined) return { ...written, address };
    }
    const { encoding, bytes } = encodeText(text);
    return { address: this.#place([bytes], allocated), encoding, byteLength: bytes.length };
  }

  /** Bytes under a tag that has bytes: bigInt, blob, graph. */
  writeBytes(slot: number, tag: ValueTag, bytes: Uint8Array | Parts, allocated: number[]): void {
    const parts = partsOf(bytes);
    const address = this.#place(parts, allocated);
    const { u32 } = this.#frames;
    const at = slot >>> 2;
    u32[at] = tag;
    u32[at + 1] = byteLengthOf(parts);
    u32[at + 2] = address;
    u32[at + 3] = 0;
  }

  /**
   * Slot -> JavaScript (TC-py).
   * @param borrowed gets the proxy, if one is made, which then lives as long as its owner says; without it the proxy
   *   is the program's own
   */
  read(slot: number, borrowed?: object[]): unknown {
    const { u32, f64 } = this.#frames;
    const at = slot >>> 2;
    switch (u32[at]) {
      case ValueTag.none:
      case ValueTag.undefined:
      case ValueTag.absent:
        return undefined;
      case ValueTag.jsNull:
        return null;
      case ValueTag.bool:
        return u32[at + 1] !== 0;
      case ValueTag.int:
      case ValueTag.float:
        return f64[(slot >>> 3) + 1];
      case ValueTag.text:
        return this.readText(slot);
      case ValueTag.mine:
        return this.#readMine(at, borrowed);
      case ValueTag.yours:
        return this.#values.objectOf(u32[at + 2] as number, u32[at + 3] as number);
      case ValueTag.bigInt:
        return readBigInt(this.readBytes(slot));
      case ValueTag.blob:
        return this.readBytes(slot).slice();
      case ValueTag.graph:
        return readGraph(this.readBytes(slot), this.#values);
      default:
        throw new ProtocolError(`a slot has the unknown tag ${u32[at]}`);
    }
  }

  /** The text of a slot that holds text. */
  readText(slot: number): string {
    const { u32, u8 } = this.#frames;
    const at = slot >>> 2;
    const length = u32[at + 1] as number;
    const address = u32[at + 2] as number;
    if (address + length > u8.length) throw new ProtocolError("a text lies outside of memory");
    return readText(u8, address, length, u32[at + 3] as number);
  }

  /** The bytes of a slot that holds bytes: a view, good until the next call. */
  readBytes(slot: number): Uint8Array {
    const { u32, u8 } = this.#frames;
    const at = slot >>> 2;
    const length = u32[at + 1] as number;
    const address = u32[at + 2] as number;
    if (address + length > u8.length) throw new ProtocolError("bytes lie outside of memory");
    return u8.subarray(address, address + length);
  }

  #readMine(at: number, borrowed: object[] | undefined): object {
    const { u32 } = this.#frames;
    const index = u32[at + 2] as number;
    const generation = u32[at + 3] as number;
    const flags = u32[at + 1] as number;
    if (borrowed === undefined) return this.#values.proxyOf(index, generation, flags);
    const proxy = this.#values.borrow(index, generation, flags);
    borrowed.push(proxy);
    return proxy;
  }

  #writeNumber(slot: number, value: number): void {
    this.#tag(slot, Number.isSafeInteger(value) ? ValueTag.int : ValueTag.float);
    this.#frames.f64[(slot >>> 3) + 1] = value;
  }

  #writeObject(slot: number, object: object): void {
    const state = stateOf(object);
    if (state === undefined || !this.#values.owns(state)) return this.writeMine(slot, object);
    const target = targetOf(state);
    if (state.isRoundtrip) return this.writeMine(slot, object);
    this.writeYours(slot, target);
  }

  #tag(slot: number, tag: ValueTag): void {
    this.#frames.u32[slot >>> 2] = tag;
  }

  #textAt(
    slot: number,
    address: number,
    byteLength: number,
    encoding: TextEncoding,
    isInFrame: boolean,
  ): void {
    const { u32 } = this.#frames;
    const at = slot >>> 2;
    u32[at] = ValueTag.text;
    u32[at + 1] = byteLength;
    u32[at + 2] = address;
    u32[at + 3] = encoding;
    if (isInFrame) this.#frames.advance(byteLength);
  }

  #place(parts: Parts, allocated: number[]): number {
    const frames = this.#frames;
    const [only] = parts;
    // What has landed in Python's memory is there already.
    if (parts.length === 1 && only?.buffer === frames.u8.buffer) return only.byteOffset;
    const byteLength = byteLengthOf(parts);
    if (frames.hasRoom(byteLength)) {
      const address = frames.top;
      setParts(frames.u8, parts, address);
      frames.advance(byteLength);
      return address;
    }
    // Views of Python's memory end when it grows.
    const lasting = parts.map((part) => (part.buffer === frames.u8.buffer ? part.slice() : part));
    // With a byte to spare, Python can keep it as it is (kernel/blocks.h).
    const address = frames.allocate(byteLength + 1);
    allocated.push(address);
    setParts(frames.u8, lasting, address);
    return address;
  }
}
