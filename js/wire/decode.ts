import { LimitPassed, ProtocolError } from "../proxy/errors.ts";
import type { Codec } from "./codec.ts";
import { Reader } from "./reader.ts";

/** What a receiver takes. */
export interface ReadLimits {
  /** Bytes of a message, its segment table included. */
  readonly maxBytes: number;
  /** Structs and lists inside each other, the root counted. */
  readonly maxNesting: number;
}

/** A message, and where the bytes behind it begin. */
export interface Envelope<T> {
  readonly message: T;
  /** Length of the segment table and the segment; attachments follow, where there are any. */
  readonly byteLength: number;
}

const TABLE_BYTES = 8;

// One reader serves all messages, since decoding calls nobody.
const reader = new Reader();

/**
 * Reads the message at the start of `bytes`: the standard segment table of one segment, then the segment. What the result has
 * of type Uint8Array are views of `bytes`, which must not be shared memory: another thread could change it meanwhile.
 * @throws {ProtocolError} when it cannot be right, {LimitPassed} when a limit is passed
 */
export function decodeMessage<T>(
  codec: Codec<T>,
  bytes: Uint8Array,
  limits: ReadLimits,
): Envelope<T> {
  if (bytes.length < TABLE_BYTES + 8) throw new ProtocolError("a message is shorter than its head");
  const lastSegment = wordAt(bytes, 0);
  if (lastSegment !== 0) throw new ProtocolError("a message has more than one segment");
  const words = wordAt(bytes, 4);
  const byteLength = TABLE_BYTES + words * 8;
  if (byteLength > limits.maxBytes) {
    throw new LimitPassed(`a message of ${byteLength} bytes passes the limit, ${limits.maxBytes}`);
  }
  if (words === 0 || byteLength > bytes.length) {
    throw new ProtocolError(`a message announces ${byteLength} bytes and has ${bytes.length}`);
  }
  try {
    reader.begin(bytes, TABLE_BYTES, words, limits.maxNesting);
    const hasRoot = reader.struct(bytes.byteOffset + TABLE_BYTES, 1);
    if (!hasRoot) throw new ProtocolError("a message has no root");
    const message = codec.read(reader, reader.at, reader.data, reader.pointers, 2);
    return { message, byteLength };
  } finally {
    if (byteLength > KEPT_BYTES) reader.end();
  }
}

/** A buffer that is longer is not held until the next message. */
const KEPT_BYTES = 65536;

function wordAt(bytes: Uint8Array, at: number): number {
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [
    number,
    number,
    number,
    number,
  ];
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}
