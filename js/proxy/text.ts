import { TextEncoding } from "#vocabulary";

const encoder = new TextEncoder();
const utf8Decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const utf16Decoder = new TextDecoder("utf-16le", { ignoreBOM: true, fatal: true });
/** Node's, which carries every text exactly and fast. */
const NodeBuffer =
  typeof process === "object" && process.versions?.node !== undefined
    ? globalThis.Buffer
    : undefined;

/** Below this many units a plain loop beats the engine's codecs, which have a fixed cost. */
const SHORT_UNITS = 24;
/** Room for a short text in any encoding. */
export const MAX_SHORT_BYTES = 2 * SHORT_UNITS;
/** `String.fromCharCode.apply` takes this many arguments everywhere. */
const CHUNK_UNITS = 8192;

/** Whether TextEncoder carries `text` exactly: it has no lone surrogate. */
function isWellFormed(text: string): boolean {
  // ES2024; the regular expression is for engines before it.
  const { isWellFormed } = text as { isWellFormed?(): boolean };
  return isWellFormed ? isWellFormed.call(text) : !/\p{Surrogate}/u.test(text);
}

/** Text that was written, or is to be written, as bytes. */
export interface EncodedText {
  readonly encoding: TextEncoding;
  readonly byteLength: number;
}

/**
 * Writes `text` at `address` when it is short and the room (two bytes a unit) is known to be there.
 * Gives the byte length as latin1, or the complement of the byte length as utf16.
 */
export function writeShortText(text: string, bytes: Uint8Array, address: number): number {
  const units = text.length;
  for (let i = 0; i < units; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0xff) return ~writeUnits(text, bytes, address);
    bytes[address + i] = unit;
  }
  return units;
}

export function isShort(text: string): boolean {
  return text.length <= SHORT_UNITS;
}

/** Room that `writeLongText` may need. */
export function longTextRoom(text: string): number {
  return text.length * 3;
}

/** Writes any text at `address`, exactly: as UTF-8, or as UTF-16 when it has lone surrogates. */
export function writeLongText(text: string, bytes: Uint8Array, address: number): EncodedText {
  if (!isWellFormed(text)) {
    return { encoding: TextEncoding.utf16, byteLength: writeUnits(text, bytes, address) };
  }
  const room = bytes.subarray(address, address + longTextRoom(text));
  return { encoding: TextEncoding.utf8, byteLength: encoder.encodeInto(text, room).written };
}

/** Room that `writeLargeText` needs. */
export function largeTextRoom(text: string): number {
  return text.length * 2;
}

/** As `writeLongText`, quicker for much text, for which there may be too little room: then undefined, and nothing counts. */
export function writeLargeText(
  text: string,
  bytes: Uint8Array,
  address: number,
): EncodedText | undefined {
  const { length } = text;
  const { read } = encoder.encodeInto(text, bytes.subarray(address, address + length));
  // A byte a unit: it is ASCII, and so well-formed.
  if (read === length) return { encoding: TextEncoding.utf8, byteLength: length };
  const room = NodeBuffer?.from(bytes.buffer, bytes.byteOffset + address, 2 * length);
  return room && { encoding: TextEncoding.utf16, byteLength: room.write(text, "utf16le") };
}

/** The text as bytes of their own, for text whose size should be known before it is placed. */
export function encodeText(text: string): { encoding: TextEncoding; bytes: Uint8Array } {
  if (isWellFormed(text)) return { encoding: TextEncoding.utf8, bytes: encoder.encode(text) };
  const bytes = new Uint8Array(text.length * 2);
  writeUnits(text, bytes, 0);
  return { encoding: TextEncoding.utf16, bytes };
}

function writeUnits(text: string, bytes: Uint8Array, address: number): number {
  const units = text.length;
  for (let i = 0, at = address; i < units; i++, at += 2) {
    const unit = text.charCodeAt(i);
    bytes[at] = unit & 0xff;
    bytes[at + 1] = unit >>> 8;
  }
  return units * 2;
}

/** Reads text from checked memory: `address + byteLength` lies inside `bytes`. */
export function readText(
  bytes: Uint8Array,
  address: number,
  byteLength: number,
  encoding: number,
): string {
  switch (encoding) {
    case TextEncoding.latin1:
      return readLatin1(bytes, address, byteLength);
    case TextEncoding.utf16:
      return readUtf16(bytes, address, byteLength >>> 1);
    default:
      return utf8Decoder.decode(bytes.subarray(address, address + byteLength));
  }
}

function readLatin1(bytes: Uint8Array, address: number, length: number): string {
  const end = address + length;
  if (length <= SHORT_UNITS) {
    let text = "";
    for (let i = address; i < end; i++) text += String.fromCharCode(bytes[i] as number);
    return text;
  }
  // The "latin1" of TextDecoder is windows-1252, so only ASCII may go through a decoder.
  const view = bytes.subarray(address, end);
  if (NodeBuffer) return bufferOf(NodeBuffer, view).toString("latin1");
  return isAscii(view) ? utf8Decoder.decode(view) : fromUnits(view);
}

function readUtf16(bytes: Uint8Array, address: number, units: number): string {
  if (units <= SHORT_UNITS) return fromUnits16(bytes, address, units);
  const view = bytes.subarray(address, address + units * 2);
  if (NodeBuffer) return bufferOf(NodeBuffer, view).toString("utf16le");
  try {
    return utf16Decoder.decode(view);
  } catch {
    return fromUnits16(bytes, address, units); // it has a lone surrogate
  }
}

function bufferOf(buffers: typeof Buffer, { buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return buffers.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

function fromUnits16(bytes: Uint8Array, address: number, units: number): string {
  const start = bytes.byteOffset + address;
  if (start % 2 === 0) return fromUnits(new Uint16Array(bytes.buffer, start, units));
  return fromUnits(new Uint16Array(bytes.slice(address, address + units * 2).buffer));
}

function isAscii(bytes: Uint8Array): boolean {
  let seen = 0;
  for (let i = 0; i < bytes.length; i++) seen |= bytes[i] as number;
  return seen < 0x80;
}

function fromUnits(units: Uint8Array | Uint16Array): string {
  if (units.length <= CHUNK_UNITS) return chunkText(units);
  const chunks: string[] = [];
  for (let i = 0; i < units.length; i += CHUNK_UNITS) {
    chunks.push(chunkText(units.subarray(i, i + CHUNK_UNITS)));
  }
  return chunks.join("");
}

function chunkText(units: Uint8Array | Uint16Array): string {
  return String.fromCharCode.apply(null, units as unknown as number[]);
}
