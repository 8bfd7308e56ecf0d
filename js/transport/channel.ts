import type { Parts } from "../wire/parts.ts";

/** What a frame is for. Frames of all lanes arrive in the one order in which they were sent. */
export const Lane = {
  /** Calls, returns and releases: read by the kernel's half and by the link. */
  kernel: 0,
  /** Streams, file system, signals: read by the two halves of the services. */
  service: 1,
  /** The carriers of the two sides: how many packets each has received. */
  link: 2,
} as const;

export type Lane = (typeof Lane)[keyof typeof Lane];

/** One message as it travels. Whoever receives it owns the bytes, unless they are lent. */
export interface Frame {
  readonly lane: Lane;
  /** Of bytes that are lent: a view that may become stale when anything else is done. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes are lent: to be called when nobody looks at them any more. */
  giveBack?(): void;
}

/** Memory that a channel puts long frames in, so that they need not be copied once more. */
export interface Landing {
  /** A frame to be filled, with bytes to give back; undefined where it has to have memory of its own. */
  begin(lane: Lane, byteLength: number): Frame | undefined;
}

/** How this thread can wait for a frame. */
export type WaitMode =
  /** It sleeps until there is one. */
  | "blocking"
  /** It may not sleep, but what the other side writes is seen at once: it can look again and again, for a while. */
  | "polling"
  /** Nothing arrives before this thread is back in its event loop. */
  | "none";

/** Carries frames between a client and a kernel: in order, each at most once. One of its two ends. */
export interface Channel {
  readonly waitMode: WaitMode;
  /**
   * Sends a copy of `parts` as one frame. A full channel makes this wait where the thread may block; elsewhere the frame is kept
   * until there is room.
   * @throws {ChannelClosed} when the channel was closed by either side
   * @throws {ChannelFull} when too much is kept already
   */
  send(lane: Lane, parts: Parts): void;
  /** The next frame, if it is there. What was sent before the channel closed can still be taken. */
  take(): Frame | undefined;
  /**
   * Waits for the next frame; undefined when `untilMs` (of `performance.now`) has passed, or at a `wake`.
   * @throws {ChannelClosed} when it closed and nothing is left
   * @throws {WaitImpossible} when the wait mode is "none" and no frame is there
   */
  wait(untilMs: number): Frame | undefined;
  /** Called from the event loop when there may be frames to take, and when the channel has closed. */
  onReadable: (() => void) | undefined;
  /** Why the channel is closed; undefined while it is open. */
  readonly closed: ChannelClosed | undefined;
  /** Ends both directions. What was sent before can still be taken by the other side. Safe to repeat. */
  close(reason?: string): void;
}

/** The channel was closed, or the other side is gone. */
export class ChannelClosed extends Error {
  override readonly name = "ChannelClosed";
}

/** The other side does not take what is sent to it. */
export class ChannelFull extends Error {
  override readonly name = "ChannelFull";
}

/** This end cannot wait for a frame. */
export class WaitImpossible extends Error {
  override readonly name = "WaitImpossible";
}
