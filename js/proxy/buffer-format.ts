/** The typed arrays that a buffer's items can be seen as. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** One of their classes. */
export interface TypedArrayClass {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray;
}

const SIGNED: Record<number, TypedArrayClass> = {
  1: Int8Array,
  2: Int16Array,
  4: Int32Array,
  8: BigInt64Array,
};
const UNSIGNED: Record<number, TypedArrayClass> = {
  1: Uint8Array,
  2: Uint16Array,
  4: Uint32Array,
  8: BigUint64Array,
};
const FLOAT: Record<number, TypedArrayClass> = { 4: Float32Array, 8: Float64Array };

/** By the letter's meaning; the size comes from the buffer, as `l` is 4 bytes in one place and 8 in another (NB-int32). */
const LETTERS: Record<string, Record<number, TypedArrayClass>> = {
  b: SIGNED,
  h: SIGNED,
  i: SIGNED,
  l: SIGNED,
  n: SIGNED,
  q: SIGNED,
  B: UNSIGNED,
  c: UNSIGNED,
  s: UNSIGNED,
  p: UNSIGNED,
  "?": UNSIGNED,
  H: UNSIGNED,
  I: UNSIGNED,
  L: UNSIGNED,
  N: UNSIGNED,
  P: UNSIGNED,
  Q: UNSIGNED,
  f: FLOAT,
  d: FLOAT,
};

/** A format string of the buffer protocol, taken apart. */
export interface BufferFormat {
  readonly letter: string;
  readonly isBigEndian: boolean;
  readonly arrayClass: TypedArrayClass;
}

/** The format's parts, or undefined when no typed array fits it (PB-format.map). */
export function parseFormat(format: string, itemBytes: number): BufferFormat | undefined {
  const match = /^([<>=@!]?)([a-zA-Z?])$/.exec(format);
  const letter = match?.[2];
  const classes = letter === undefined ? undefined : LETTERS[letter];
  if (letter === undefined || classes === undefined) return undefined;
  const arrayClass = classes[classes === UNSIGNED && "csp?".includes(letter) ? 1 : itemBytes];
  if (arrayClass === undefined) return undefined;
  const isBigEndian = itemBytes > 1 && (match?.[1] === ">" || match?.[1] === "!");
  return { letter, isBigEndian, arrayClass };
}

/** The letter of each typed array's items (TC-toPy.buffer), by class name. */
export const LETTER_OF_ARRAY: Readonly<Record<string, string>> = {
  Int8Array: "b",
  Uint8Array: "B",
  Uint8ClampedArray: "B",
  Int16Array: "h",
  Uint16Array: "H",
  Int32Array: "i",
  Uint32Array: "I",
  BigInt64Array: "q",
  BigUint64Array: "Q",
  Float32Array: "f",
  Float64Array: "d",
};

/** The bytes of a view, or of a whole buffer: not a copy. Throws TypeError for anything else. */
export function bytesOf(buffer: ArrayBufferView | ArrayBufferLike): Uint8Array {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
