import type { Codec } from "./codec.ts";
import { Writer } from "./writer.ts";

// One writer serves all messages, since encoding calls nobody.
const writer = new Writer();

/**
 * Writes a message with its segment table. The result is a view of a buffer that the next message overwrites: send or copy it
 * first.
 * @throws {LimitPassed} when it would be longer than `maxBytes`
 */
export function encodeMessage<T>(
  codec: Codec<T>,
  message: T,
  maxBytes: number,
): Uint8Array<ArrayBuffer> {
  const root = writer.begin(codec.dataWords, codec.pointers, maxBytes);
  codec.write(writer, root, message);
  return writer.end();
}
