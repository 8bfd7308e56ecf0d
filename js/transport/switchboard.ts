import type { Parts } from "../wire/parts.ts";
import { type Channel, ChannelClosed, type Frame, type Lane, type WaitMode } from "./channel.ts";

/** What is done with the frames of one lane. It must not throw; it may wait in its turn. Bytes that are lent are its until it returns. */
export type Receive = (bytes: Uint8Array<ArrayBuffer>, isLent: boolean) => void;

/** Sees each frame as it passes, and changes nothing. It must not throw. */
export interface Tap {
  sent(lane: Lane, parts: Parts): void;
  received(lane: Lane, bytes: Uint8Array): void;
}

/**
 * Hands the frames of a channel to those who read its lanes, in order: from the event loop, and while somebody waits for
 * one of them.
 */
export class Switchboard {
  readonly #channel: Channel;
  readonly #receivers: (Receive | undefined)[] = [];
  readonly #closed: (reason: ChannelClosed) => void;
  #isPumping = false;
  #waits = 0;
  #isHeld = false;
  /** What came while nothing was handed out. */
  readonly #held: Frame[] = [];
  /** Called each time frames that came in the event loop are done with. */
  onIdle: (() => void) | undefined;
  /** Who watches the frames, if anybody does. */
  tap: Tap | undefined;

  /** @param closed is told, once, that nothing will come any more */
  constructor(channel: Channel, closed: (reason: ChannelClosed) => void) {
    this.#channel = channel;
    this.#closed = closed;
    channel.onReadable = () => this.pump();
  }

  get waitMode(): WaitMode {
    return this.#channel.waitMode;
  }

  /** Whether this thread is blocked until a certain answer: promises of the program are not settled meanwhile. */
  get isWaiting(): boolean {
    return this.#waits > 0;
  }

  connect(lane: Lane, receive: Receive): void {
    this.#receivers[lane] = receive;
  }

  /** @throws {ChannelClosed} when the channel was closed */
  send(lane: Lane, parts: Parts): void {
    this.tap?.sent(lane, parts);
    this.#channel.send(lane, parts);
  }

  /** Hands out nothing more, except to who waits, until `resume`: what comes by another way has to be taken first. */
  hold(): void {
    this.#isHeld = true;
  }

  resume(): void {
    this.#isHeld = false;
    this.pump();
  }

  /** Hands out what is there. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      for (let frame = this.#next(); frame !== undefined; frame = this.#next()) this.#hand(frame);
      if (!this.#isHeld) this.onIdle?.();
    } finally {
      this.#isPumping = false;
    }
    if (this.#channel.closed !== undefined) this.#tellClosed(this.#channel.closed);
  }

  /**
   * Hands out frames until `isDone`.
   * @param untilMs of `performance.now`
   * @returns whether it is done; false when the time has passed, or the wait was interrupted
   * @throws {ChannelClosed} when it can never be done
   */
  waitUntil(isDone: () => boolean, untilMs: number, isInterrupted?: () => boolean): boolean {
    this.#waits += 1;
    try {
      while (!isDone()) {
        if (isInterrupted?.()) return false;
        const frame = this.#wait(untilMs);
        if (frame !== undefined) this.#hand(frame);
        else if (performance.now() >= untilMs) return isDone();
      }
      return true;
    } finally {
      this.#waits -= 1;
    }
  }

  /** Hands out the next frame that comes within the time; false when none does. */
  waitForOne(untilMs: number): boolean {
    if (this.#isHeld) return false;
    const frame = this.#wait(untilMs);
    if (frame !== undefined) this.#hand(frame);
    return frame !== undefined;
  }

  /** The next frame to hand out. What comes while nothing may be is taken all the same, or its coming would be told for ever. */
  #next(): Frame | undefined {
    if (!this.#isHeld) return this.#held.shift() ?? this.#take();
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) {
      this.#held.push(frame);
    }
    return undefined;
  }

  #wait(untilMs: number): Frame | undefined {
    const held = this.#held.shift();
    if (held !== undefined) return held;
    try {
      return this.#channel.wait(untilMs);
    } catch (error) {
      if (error instanceof ChannelClosed) this.#tellClosed(error);
      throw error;
    }
  }

  #take(): Frame | undefined {
    try {
      return this.#channel.take();
    } catch {
      return undefined; // it is damaged, and therefore closed
    }
  }

  #hand(frame: Frame): void {
    this.tap?.received(frame.lane, frame.bytes);
    this.#receivers[frame.lane]?.(frame.bytes, frame.giveBack !== undefined);
    frame.giveBack?.();
  }

  #hasTold = false;

  #tellClosed(reason: ChannelClosed): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.#closed(reason);
  }
}
