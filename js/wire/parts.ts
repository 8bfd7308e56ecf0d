/** Bytes that follow each other, in pieces: what is long is not copied together before it has to be. */
export type Parts = readonly Uint8Array[];

export function partsOf(bytes: Uint8Array | Parts): Parts {
  return bytes instanceof Uint8Array ? [bytes] : bytes;
}

export function byteLengthOf(bytes: Uint8Array | Parts): number {
  if (bytes instanceof Uint8Array) return bytes.length;
  return bytes.reduce((sum, part) => sum + part.length, 0);
}

/** All of them in one piece. */
export function copyOf(parts: Parts): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(byteLengthOf(parts));
  setParts(whole, parts, 0);
  return whole;
}

/** Copies them to `target`, one behind the other. */
export function setParts(target: Uint8Array, parts: Parts, at: number): void {
  let end = at;
  for (const part of parts) {
    target.set(part, end);
    end += part.length;
  }
}
