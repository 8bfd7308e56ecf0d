import { FrameCodec, type Message } from "#protocol";
import { decodeMessage, encodeMessage } from "#wire";
import { ProtocolError } from "../proxy/errors.ts";
import { byteLengthOf, type Parts, partsOf } from "../wire/parts.ts";

/** What one side takes; see `Limits` in the schema. */
export const LIMITS = {
  maxFrameBytes: 1 << 30,
  maxNesting: 32,
  /** Longer bytes travel behind the message, so that they are copied once. */
  maxInlineBytes: 1 << 12,
} as const;

const ALIGNMENT = 8;
const ZEROS = new Uint8Array(ALIGNMENT);

/** Bytes to send behind a message. */
export type Attachment = Uint8Array | Parts;

/** Messages and the buffers that travel beside them. */
export interface Parcel {
  /** In a Welcome that resumes a session: the packets that its kernel has. */
  readonly acknowledged: number;
  readonly messages: readonly Message[];
  readonly attachments: readonly Uint8Array[];
}

/** Messages -> the bytes of a frame: views that the next frame may overwrite, and the attachments themselves. */
export function encodeFrame(
  messages: readonly Message[],
  attachments: readonly Attachment[],
): Parts {
  const lengths = attachments.map(byteLengthOf);
  const frame = { obsolete0: 0, acknowledged: 0, messages, attachments: lengths };
  const head = encodeMessage(FrameCodec, frame, LIMITS.maxFrameBytes);
  if (attachments.length === 0) return [head];
  const parts: Uint8Array[] = [head];
  for (const [i, bytes] of attachments.entries()) {
    parts.push(...partsOf(bytes));
    const padding = -(lengths[i] as number) & (ALIGNMENT - 1);
    if (padding > 0) parts.push(ZEROS.subarray(0, padding));
  }
  return parts;
}

/**
 * The messages of a frame. Bytes in them are views of it.
 * @throws {ProtocolError} when it is malformed, {LimitPassed} when it passes a limit
 */
export function decodeFrame(bytes: Uint8Array): Parcel {
  const limits = { maxBytes: LIMITS.maxFrameBytes, maxNesting: LIMITS.maxNesting };
  const { message, byteLength } = decodeMessage(FrameCodec, bytes, limits);
  const { messages, acknowledged } = message;
  if (message.attachments.length === 0) return { messages, acknowledged, attachments: [] };
  let at = byteLength;
  const attachments = message.attachments.map((length) => {
    const attachment = bytes.subarray(at, at + length);
    if (attachment.length !== length) throw new ProtocolError("a frame lacks an attachment");
    at += padded(length);
    return attachment;
  });
  return { messages, acknowledged, attachments };
}

function padded(byteLength: number): number {
  return (byteLength + ALIGNMENT - 1) & -ALIGNMENT;
}
