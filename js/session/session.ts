import {
  type Call,
  CallFlag,
  type Message,
  type Release,
  type Return,
  SignalKind,
} from "#protocol";
import { ChannelClosed, type Lane } from "../transport/channel.ts";
import type { Switchboard } from "../transport/switchboard.ts";
import { type Attachment, decodeFrame, encodeFrame, type Parcel } from "./frames.ts";

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A call before it is sent: the session numbers it and knows its chain. */
export type CallDraft = DistributiveOmit<Call, "id" | "chain" | "depth">;

/** A return with the buffers of its frame. */
export interface Answered {
  readonly return: Return;
  readonly attachments: readonly Uint8Array[];
}

/** What the other side asks and tells. */
export interface SessionHost {
  /** Serves a call; the answer goes back by `reply`, now or later. It must not throw. */
  serve(call: Call, attachments: readonly Uint8Array[]): void;
  /**
   * Whether `serve` would be done with all bytes of the call when it returns, and nobody can tell when what was sent in front
   * of the call is done. Default: no.
   */
  takesLent?(call: Call): boolean;
  release(releases: readonly Release[]): void;
  /** Every other message. */
  receive(message: Message): void;
  /** The other side sends what cannot be read. */
  failed(error: Error): void;
  /** An answer that nobody waits for any more. */
  forget(answer: Answered): void;
}

/** What goes off at some time, while somebody waits. */
export interface Alarm {
  /** Of `performance.now`. */
  readonly nextMs: number;
  tell(): void;
}

interface Waiting {
  /** Absent: somebody blocks, and looks at `answer`. */
  readonly settle: ((answer: Answered | Error) => void) | undefined;
  answer: Answered | undefined;
}

/** Releases that are sent at once rather than with the next call. */
const MAX_RELEASES = 256;
/** How long a release waits for a call to ride with. */
const RELEASE_MS = 100;
const NO_BUFFERS: readonly Uint8Array[] = [];
const NO_MESSAGES: Message[] = [];

/** Calls and returns on one lane of a channel: numbers them, and brings each return to its call. */
export class Session {
  readonly #board: Switchboard;
  readonly #lane: Lane;
  readonly #host: SessionHost;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #nextChain: number;
  /** Of the call that is being served or waited for. */
  #chain = 0;
  #depth = 0;
  /** Calls of the other side that came so far. */
  servedCount = 0;
  #releases: Release[] = [];
  /** Calls whose answers the other side need not keep any more. */
  #finished: number[] = [];
  #releaseTimer: ReturnType<typeof setTimeout> | undefined;
  #ended: Error | undefined;

  /** @param isClient chains of clients have odd numbers, those of kernels even ones */
  constructor(board: Switchboard, lane: Lane, host: SessionHost, isClient: boolean) {
    this.#board = board;
    this.#lane = lane;
    this.#host = host;
    this.#nextChain = isClient ? 1 : 2;
    board.connect(lane, (bytes, isLent) => this.#receive(bytes, isLent));
  }

  /** Calls without an answer. */
  get pendingCount(): number {
    return this.#waiting.size;
  }

  /** Of the call that is being served or waited for, or 0. */
  get chain(): number {
    return this.#chain;
  }

  /** Of the call that is waited for; of one that is being served, one more. */
  get depth(): number {
    return this.#depth;
  }

  /**
   * Makes a call and waits for its return, serving the other side meanwhile.
   * @param untilMs of `performance.now`
   * @param alarm goes off during the wait
   * @returns undefined when the time has passed, or the wait was interrupted; what comes later is forgotten
   * @throws {ChannelClosed} when the other side is gone, or what `end` was given
   */
  call(
    draft: CallDraft,
    attachments: readonly Attachment[],
    untilMs: number,
    isInterrupted?: () => boolean,
    alarm?: Alarm,
  ): Answered | undefined {
    const waiting: Waiting = { settle: undefined, answer: undefined };
    const { id, chain } = this.#sendCall(draft, attachments, waiting);
    const outer = this.#chain;
    this.#chain = chain;
    try {
      const isDone = () => waiting.answer !== undefined || this.#ended !== undefined;
      this.#wait(isDone, untilMs, isInterrupted, alarm);
      if (waiting.answer === undefined && this.#ended !== undefined) throw this.#ended;
      return waiting.answer;
    } finally {
      this.#chain = outer;
      this.#waiting.delete(id);
    }
  }

  #wait(
    isDone: () => boolean,
    untilMs: number,
    isInterrupted: (() => boolean) | undefined,
    alarm: Alarm | undefined,
  ): void {
    for (;;) {
      const alarmMs = alarm?.nextMs ?? Number.POSITIVE_INFINITY;
      const isOver = this.#board.waitUntil(isDone, Math.min(untilMs, alarmMs), isInterrupted);
      const isAlarm = performance.now() >= alarmMs;
      if (isOver || !isAlarm || performance.now() >= untilMs) return;
      alarm?.tell();
    }
  }

  /** Makes a call; `settle` gets the return, or why there will be none. The result is the call's number. */
  start(
    draft: CallDraft,
    attachments: readonly Attachment[],
    settle: (answer: Answered | Error) => void,
  ): number {
    return this.#sendCall(draft, attachments, { settle, answer: undefined }).id;
  }

  /** Makes a call that has no return. */
  tell(draft: CallDraft, attachments: readonly Attachment[] = NO_BUFFERS): void {
    const flags = draft.flags | (1 << CallFlag.oneway);
    this.send([{ which: "call", call: this.#numbered({ ...draft, flags }) }], attachments);
  }

  /** Answers a call that was served. */
  reply(answer: Return, attachments: readonly Attachment[] = NO_BUFFERS): void {
    if (this.#ended !== undefined) return;
    this.send([{ which: "return", return: answer }], attachments);
  }

  /** Runs what serves a call, so that calls made by it belong to its chain. */
  during<T>(call: Call, serve: () => T): T {
    const [chain, depth] = [this.#chain, this.#depth];
    this.#chain = call.chain;
    this.#depth = call.depth + 1;
    try {
      return serve();
    } finally {
      this.#chain = chain;
      this.#depth = depth;
    }
  }

  /** Gives back references to an object of the other side, with the next frame or a little later. */
  release(index: number, generation: number, count: number): void {
    if (this.#ended !== undefined) return;
    this.#releases.push({ index, generation, count });
    this.#flushSoon(this.#releases.length);
  }

  /** The answer of a call that was kept is not needed any more; told with the next frame or a little later. */
  finish(callId: number): void {
    if (this.#ended !== undefined) return;
    this.#finished.push(callId);
    this.#flushSoon(this.#finished.length);
  }

  /** A call is not wanted any more: one that has not begun is not run, of one that awaits the task is cancelled. */
  cancel(callId: number): void {
    if (this.#ended !== undefined) return;
    this.send([{ which: "finish", finish: { callId, cancel: true } }], NO_BUFFERS);
  }

  /** Sends a signal to what runs on the other side. @param nonce that side tells when it is obeyed; 0: it does not */
  signal(number: number, nonce = 0): void {
    if (this.#ended !== undefined) return;
    const signal = { kind: SignalKind.interrupt, number, nonce, which: "all" } as const;
    this.#board.send(this.#lane, encodeFrame([{ which: "signal", signal }], NO_BUFFERS));
  }

  #flushSoon(count: number): void {
    if (count >= MAX_RELEASES) this.flush();
    else this.#releaseTimer ??= unreferenced(setTimeout(() => this.flush(), RELEASE_MS));
  }

  /** Sends what waits to be sent. A channel that has closed meanwhile has nobody to tell: its board says so in its time. */
  flush(): void {
    const isEmpty = this.#releases.length === 0 && this.#finished.length === 0;
    if (isEmpty || this.#ended !== undefined) return;
    try {
      this.send([], NO_BUFFERS);
    } catch (error) {
      if (!(error instanceof ChannelClosed)) throw error;
    }
  }

  /** Sends messages, releases first: those were asked for earlier. */
  send(messages: readonly Message[], attachments: readonly Attachment[]): void {
    const waiting = this.#takeWaiting();
    const all = waiting.length > 0 ? [...waiting, ...messages] : messages;
    this.#board.send(this.#lane, encodeFrame(all, attachments));
  }

  /** Fails every call that waits, and all later ones. Safe to repeat. */
  end(reason: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    clearTimeout(this.#releaseTimer);
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { settle } of waiting) settle?.(reason);
  }

  #takeWaiting(): Message[] {
    if (this.#releaseTimer === undefined && this.#releases.length === 0) return NO_MESSAGES;
    clearTimeout(this.#releaseTimer);
    this.#releaseTimer = undefined;
    const messages = this.#finished.map((callId): Message => {
      return { which: "finish", finish: { callId, cancel: false } };
    });
    if (this.#releases.length > 0) messages.push({ which: "release", release: this.#releases });
    this.#releases = [];
    this.#finished = [];
    return messages;
  }

  #numbered(draft: CallDraft): Call {
    const chain = this.#chain === 0 ? this.#openChain() : this.#chain;
    const id = this.#nextId;
    this.#nextId = (id + 1) >>> 0 || 1;
    return { ...draft, id, chain, depth: this.#depth } as Call;
  }

  #openChain(): number {
    const chain = this.#nextChain;
    this.#nextChain = (chain + 2) >>> 0 || 2;
    return chain;
  }

  #sendCall(draft: CallDraft, attachments: readonly Attachment[], waiting: Waiting): Call {
    if (this.#ended !== undefined) throw this.#ended;
    const call = this.#numbered(draft);
    this.#waiting.set(call.id, waiting);
    try {
      this.send([{ which: "call", call }], attachments);
    } catch (error) {
      this.#waiting.delete(call.id);
      throw error;
    }
    return call;
  }

  #receive(bytes: Uint8Array<ArrayBuffer>, isLent: boolean): void {
    if (this.#ended !== undefined) return;
    try {
      let parcel = decodeFrame(bytes);
      const isTaken = isLent && this.#takesLent(parcel);
      if (isLent && !isTaken) parcel = decodeFrame(bytes.slice());
      const { attachments } = parcel;
      // What a release runs may make a view of lent bytes stale.
      const messages = isTaken ? lastFirst(parcel.messages) : parcel.messages;
      for (const message of messages) this.#apply(message, attachments);
    } catch (error) {
      this.#host.failed(error as Error);
    }
  }

  /** What follows a call in its frame, and answers, are looked at later. */
  #takesLent({ messages }: Parcel): boolean {
    const last = messages[messages.length - 1];
    const isOneCall =
      messages.filter(({ which }) => which === "call" || which === "return").length === 1;
    return isOneCall && last?.which === "call" && this.#host.takesLent?.(last.call) === true;
  }

  #apply(message: Message, attachments: readonly Uint8Array[]): void {
    switch (message.which) {
      case "call":
        this.servedCount++;
        return this.#host.serve(message.call, attachments);
      case "return":
        return this.#settle({ return: message.return, attachments });
      case "release":
        return this.#host.release(message.release);
      default:
        return this.#host.receive(message);
    }
  }

  #settle(answer: Answered): void {
    const waiting = this.#waiting.get(answer.return.callId);
    if (waiting === undefined) return this.#host.forget(answer);
    this.#waiting.delete(answer.return.callId);
    waiting.answer = answer;
    waiting.settle?.(answer);
  }
}

function lastFirst(messages: readonly Message[]): Message[] {
  return [...messages.slice(-1), ...messages.slice(0, -1)];
}

/** A timer that does not keep a Node process alive. */
function unreferenced(timer: ReturnType<typeof setTimeout>): ReturnType<typeof setTimeout> {
  (timer as { unref?(): void }).unref?.();
  return timer;
}
