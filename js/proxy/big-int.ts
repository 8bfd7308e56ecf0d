/** The shortest two's complement form of `value`, little-endian; one byte at least. */
export function bigIntBytes(value: bigint): Uint8Array {
  const isNegative = value < 0n;
  // The magnitude of ~value has the same length as that of a negative value, and no borrow to carry.
  const digits = (isNegative ? ~value : value).toString(16);
  const length = (digits.length >> 1) + 1; // one bit at least is left for the sign
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const end = digits.length - 2 * i;
    const byte = end > 0 ? Number.parseInt(digits.slice(Math.max(0, end - 2), end), 16) : 0;
    bytes[i] = isNegative ? ~byte : byte;
  }
  return bytes;
}

/** The value of a two's complement run of bytes, little-endian; empty is 0. */
export function readBigInt(bytes: Uint8Array): bigint {
  const isNegative = bytes.length > 0 && ((bytes[bytes.length - 1] as number) & 0x80) !== 0;
  let digits = "0x0";
  for (let i = bytes.length - 1; i >= 0; i--) {
    const byte = isNegative ? ~(bytes[i] as number) & 0xff : (bytes[i] as number);
    digits += byte.toString(16).padStart(2, "0");
  }
  const magnitude = BigInt(digits);
  return isNegative ? ~magnitude : magnitude;
}
