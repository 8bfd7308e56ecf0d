import type { Lane } from "./channel.ts";

/** What a port carries for a channel: a frame, a signal, or the end. */
export interface PortMessage {
  /** Counts from 1, so that a message that comes by two ways counts once. */
  readonly number: number;
  /** Number of the last message that the sender has received. */
  readonly seen: number;
  readonly lane?: Lane;
  readonly bytes?: ArrayBuffer;
  readonly signum?: number;
  readonly isEnd?: boolean;
}

const HEADER_BYTES = 4;

/** Messages as the body of an answer: the length of a JSON header, the header, the bytes of all frames. */
export function encodeMessages(messages: readonly PortMessage[]): ArrayBuffer {
  const header = messages.map(({ bytes, ...rest }) => ({ ...rest, length: bytes?.byteLength }));
  const text = new TextEncoder().encode(JSON.stringify(header));
  const all = messages.reduce((sum, { bytes }) => sum + (bytes?.byteLength ?? 0), text.length);
  const body = new Uint8Array(HEADER_BYTES + all);
  new DataView(body.buffer).setUint32(0, text.length, true);
  body.set(text, HEADER_BYTES);
  let at = HEADER_BYTES + text.length;
  for (const { bytes } of messages) {
    if (bytes === undefined) continue;
    body.set(new Uint8Array(bytes), at);
    at += bytes.byteLength;
  }
  return body.buffer;
}

export function decodeMessages(body: ArrayBuffer): PortMessage[] {
  const length = new DataView(body).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(body, HEADER_BYTES, length));
  let at = HEADER_BYTES + length;
  return (JSON.parse(text) as (PortMessage & { length?: number })[]).map(
    ({ length: byteLength, ...rest }) => {
      if (byteLength === undefined) return rest;
      at += byteLength;
      return { ...rest, bytes: body.slice(at - byteLength, at) };
    },
  );
}
