import { copyOf, type Parts } from "../wire/parts.ts";
import {
  type Channel,
  ChannelClosed,
  type Frame,
  type Lane,
  WaitImpossible,
  type WaitMode,
} from "./channel.ts";
import type { PortMessage } from "./port-message.ts";

/** The part of a message port that a channel uses. */
export interface FramePort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/**
 * Fetches what the other side has sent behind the message `seen`, while this thread is not in its event loop. Gives nothing
 * when nothing came within the time.
 */
export type Pull = (seen: number, waitMs: number) => readonly PortMessage[];

/** Answers a pull; to be called once. */
type AnswerPull = (messages: readonly PortMessage[]) => void;

/** One pull waits so long at most: whoever carries it may not wait for ever. */
const MAX_PULL_MS = 10_000;

/**
 * A channel over `postMessage` alone, where there is no shared memory. A side that can pull may wait; then the other one keeps
 * what it sends until it was seen.
 */
export class PortChannel implements Channel {
  onReadable: (() => void) | undefined;
  /** Told of each signal as soon as it is here. */
  onSignal: ((signum: number) => void) | undefined;

  readonly #port: FramePort;
  readonly #pull: Pull | undefined;
  readonly #inbox: Frame[] = [];
  /** What was sent and may have to be given to a pull. */
  #unseen: PortMessage[] | undefined;
  /** Numbers of the last message that was sent, and received. */
  #sent = 0;
  #seen = 0;
  #pulling: AnswerPull | undefined;
  #closed: ChannelClosed | undefined;

  /** Takes over the port's messages. @param pull where this thread has a way to wait */
  constructor(port: FramePort, pull?: Pull) {
    this.#port = port;
    this.#pull = pull;
    port.onmessage = ({ data }) => {
      this.#receive(data as PortMessage);
      this.onReadable?.();
    };
  }

  get waitMode(): WaitMode {
    return this.#pull === undefined ? "none" : "blocking";
  }

  get closed(): ChannelClosed | undefined {
    return this.#closed;
  }

  send(lane: Lane, parts: Parts): void {
    if (this.#closed !== undefined) throw this.#closed;
    this.#post({ lane, bytes: copyOf(parts).buffer });
  }

  /** Sends a signal, which overtakes what the other side has not looked at. */
  signal(signum: number): void {
    if (this.#closed === undefined) this.#post({ signum });
  }

  take(): Frame | undefined {
    return this.#inbox.shift();
  }

  wait(untilMs: number): Frame | undefined {
    const frame = this.take();
    if (frame !== undefined) return frame;
    if (this.#closed !== undefined) throw this.#closed;
    this.#fetch(untilMs - performance.now());
    return this.take();
  }

  /** Looks for signals outside of the event loop, where this thread can pull. What else there is waits. */
  poll(): void {
    if (this.#pull !== undefined && this.#closed === undefined) this.#fetch(0);
  }

  /** From now on what is sent is kept until it was seen, for pulls. */
  keepForPulls(): void {
    this.#unseen ??= [];
  }

  /** Answers a pull of the other side: at once, as soon as there is something, or with nothing when the time is up. */
  pulled(seen: number, waitMs: number, answer: AnswerPull): void {
    this.#forget(seen);
    this.#answerPull([]); // whoever sent the former one has given it up
    this.#pulling = answer;
    if (this.#unseen !== undefined && this.#unseen.length > 0) this.#answerPull(this.#unseen);
    else setTimeout(() => this.#pulling === answer && this.#answerPull([]), waitMs);
  }

  close(reason = "it was closed"): void {
    if (this.#closed !== undefined) return;
    this.#post({ isEnd: true });
    this.#closed = new ChannelClosed(`The channel is closed: ${reason}`);
  }

  /** The other side's thread has ended. */
  peerGone(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = new ChannelClosed(`The channel is closed: ${reason}`);
    this.onReadable?.();
  }

  #post(content: Omit<PortMessage, "number" | "seen">): void {
    const message: PortMessage = { number: ++this.#sent, seen: this.#seen, ...content };
    this.#unseen?.push(message);
    const own = message.bytes === undefined || this.#unseen !== undefined ? [] : [message.bytes];
    this.#port.postMessage(message, own);
    if (this.#unseen !== undefined) this.#answerPull(this.#unseen);
  }

  #answerPull(messages: readonly PortMessage[]): void {
    const answer = this.#pulling;
    this.#pulling = undefined;
    answer?.(messages);
  }

  #fetch(waitMs: number): void {
    if (this.#pull === undefined) {
      throw new WaitImpossible(
        "this thread cannot wait for an answer: without shared memory messages arrive in its event loop",
      );
    }
    const messages = this.#pull(this.#seen, Math.max(0, Math.min(waitMs, MAX_PULL_MS)));
    for (const message of messages) this.#receive(message);
  }

  /** What was pulled arrives at the port, too, and counts once. */
  #receive({ number, seen, lane, bytes, signum, isEnd }: PortMessage): void {
    this.#forget(seen);
    if (number <= this.#seen) return;
    this.#seen = number;
    if (lane !== undefined && bytes !== undefined) {
      this.#inbox.push({ lane, bytes: new Uint8Array(bytes) });
    }
    if (signum !== undefined) this.onSignal?.(signum);
    if (isEnd) this.#closed ??= new ChannelClosed("The channel is closed: the other side did it");
  }

  #forget(seen: number): void {
    if (this.#unseen === undefined) return;
    const firstUnseen = this.#unseen.findIndex(({ number }) => number > seen);
    this.#unseen.splice(0, firstUnseen < 0 ? this.#unseen.length : firstUnseen);
  }
}
