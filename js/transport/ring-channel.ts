import { byteLengthOf, copyOf, type Parts } from "../wire/parts.ts";
import {
  type Channel,
  ChannelClosed,
  ChannelFull,
  type Frame,
  type Landing,
  type Lane,
  type WaitMode,
} from "./channel.ts";
import { Patience } from "./patience.ts";
import { COMPLETE, RingReader, RingWriter } from "./ring-bytes.ts";
import { Listening, type RingMemory, Side, SideState } from "./ring-memory.ts";

/** What a ring channel needs of the thread that it is used in. */
export interface RingHost {
  /** Whether this thread may sleep in `Atomics.wait`. */
  readonly mayBlock: boolean;
  /** Has the other side's `doorbell` event fire: it is in its event loop and cannot watch a word. */
  ringDoorbell(): void;
  /** Whether the other side's thread is there, as far as that can be told without the event loop. */
  isPeerAlive(): boolean;
}

/** Frames above this are refused by whoever receives them. */
export const MAX_FRAME_BYTES = 1 << 30;
/** What is kept for a peer that takes nothing, by a thread that cannot wait for it. */
const MAX_KEPT_BYTES = 1 << 28;
const canWatchWords = typeof Atomics.waitAsync === "function";
/** How often a sleeping thread makes sure that there is somebody to wake it. */
const LIVENESS_MS = 200;

interface Unsent {
  readonly lane: Lane;
  readonly bytes: Uint8Array;
  from: number;
}

/** A channel over two byte rings in shared memory. Frames of any size pass; large ones in pieces. */
export class RingChannel implements Channel {
  onReadable: (() => void) | undefined;
  readonly waitMode: WaitMode;

  readonly #memory: RingMemory;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #host: RingHost;
  readonly #side: Side;
  readonly #peer: Side;
  readonly #writer: RingWriter;
  readonly #reader: RingReader;
  /** Frames that were read while this side waited for room. */
  readonly #inbox: Frame[] = [];
  /** Frames for which there was no room, in a thread that cannot wait. */
  readonly #outbox: Unsent[] = [];
  #keptBytes = 0;
  readonly #patience = new Patience();
  readonly #isNonEmpty = () => !this.#reader.isEmpty;
  #closed: ChannelClosed | undefined;
  /** What a side that does not sleep says that it does. */
  #idle: number = Listening.no;
  #isWatching = false;

  constructor(memory: RingMemory, side: Side, host: RingHost) {
    this.#memory = memory;
    this.#words = memory.words;
    this.#host = host;
    this.#side = side;
    this.#peer = side === Side.client ? Side.kernel : Side.client;
    this.waitMode = host.mayBlock ? "blocking" : "polling";
    this.#writer = new RingWriter(memory.rings[side]);
    this.#reader = new RingReader(memory.rings[this.#peer], MAX_FRAME_BYTES);
  }

  get closed(): ChannelClosed | undefined {
    return this.#closed;
  }

  /** Has long frames put there. */
  land(landing: Landing): void {
    this.#reader.landing = landing;
  }

  send(lane: Lane, parts: Parts): void {
    this.#checkOpen();
    if (this.#outbox.length > 0) {
      this.#keep(lane, parts, 0);
      this.#flush();
      return;
    }
    const byteLength = byteLengthOf(parts);
    const written = this.#writer.write(lane, parts, byteLength, 0);
    this.#wakeListener();
    if (written === COMPLETE) return;
    if (this.#host.mayBlock) this.#sendRest(lane, parts, byteLength, written);
    else {
      this.#keep(lane, parts, written);
      // There may be room by now, of which nobody was to tell this side before it kept something.
      this.#flush();
    }
  }

  take(): Frame | undefined {
    if (this.#outbox.length > 0) this.#flush();
    return this.#inbox.shift() ?? this.#read();
  }

  wait(untilMs: number): Frame | undefined {
    const ticket = Atomics.load(this.#words, this.#memory.wakeAt(this.#side));
    const frame = this.#takeOrThrow() ?? this.#spin();
    if (frame !== undefined) return frame;
    if (this.waitMode === "blocking") return this.#sleepFor(untilMs, ticket);
    return this.#poll(untilMs);
  }

  /** Begins to call `onReadable`. */
  listen(): void {
    if (this.#isWatching || this.#closed !== undefined) return;
    const { wakeAt, listeningAt } = this.#places();
    const ticket = Atomics.load(this.#words, wakeAt);
    this.#idle = canWatchWords ? Listening.onWord : Listening.onDoorbell;
    Atomics.store(this.#words, listeningAt, this.#idle);
    if (!canWatchWords) {
      if (this.#hasNews()) queueMicrotask(() => this.doorbellRang());
      return;
    }
    this.#isWatching = true;
    const watching = Atomics.waitAsync(this.#words, wakeAt, ticket);
    // What came before the word was watched counts, too.
    if (watching.async && this.#hasNews()) this.#memory.wake(this.#side);
    // So does room that there was before.
    if (this.#outbox.length > 0) this.#flush();
    void Promise.resolve(watching.value).then(() => {
      this.#isWatching = false;
      this.#notice();
      this.listen();
    });
  }

  /** The other side has called `ringDoorbell`. */
  doorbellRang(): void {
    if (this.#idle === Listening.onDoorbell) this.#notice();
  }

  close(reason = "it was closed"): void {
    this.#end(SideState.closed, `The channel is closed: ${reason}`);
  }

  /** The other side's thread has ended. What it sent before can still be taken. */
  peerGone(reason: string): void {
    Atomics.store(this.#words, this.#memory.stateAt(this.#peer), SideState.gone);
    this.#memory.wake(this.#side);
    if (this.#reader.isEmpty && this.#inbox.length === 0) {
      this.#end(SideState.closed, `The channel is closed: ${reason}`);
      this.onReadable?.();
    }
  }

  #end(state: number, message: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = new ChannelClosed(message);
    Atomics.store(this.#words, this.#memory.stateAt(this.#side), state);
    this.#memory.wake(this.#peer);
    this.#memory.wake(this.#side);
    this.#host.ringDoorbell();
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw this.#closed;
    if (this.#peerState() !== SideState.open) throw this.#noticeEnd();
  }

  #peerState(): number {
    return Atomics.load(this.#words, this.#memory.stateAt(this.#peer));
  }

  /** The other side has ended. */
  #noticeEnd(): ChannelClosed {
    const how = this.#peerState() === SideState.gone ? "is gone" : "has closed it";
    this.#end(SideState.closed, `The channel is closed: the other side ${how}`);
    return this.#closed as ChannelClosed;
  }

  #places(): { wakeAt: number; listeningAt: number } {
    return {
      wakeAt: this.#memory.wakeAt(this.#side),
      listeningAt: this.#memory.listeningAt(this.#side),
    };
  }

  #hasNews(): boolean {
    return !this.#reader.isEmpty || this.#peerState() !== SideState.open;
  }

  #notice(): void {
    if (this.#outbox.length > 0) this.#flush();
    const hasEnded = this.#peerState() !== SideState.open;
    this.onReadable?.();
    if (hasEnded && this.#closed === undefined && this.#reader.isEmpty) {
      this.#noticeEnd();
      this.onReadable?.();
    }
  }

  #read(): Frame | undefined {
    let frame: Frame | undefined;
    try {
      frame = this.#reader.read();
    } catch (error) {
      this.close((error as Error).message);
      throw this.#closed;
    }
    // Even a frame of which only a part was read has made room.
    const wantsRoom = this.#memory.wantsRoomAt(this.#peer);
    if (Atomics.load(this.#words, wantsRoom) !== 0) {
      Atomics.store(this.#words, wantsRoom, 0);
      this.#memory.wake(this.#peer);
      this.#ringIfAsked();
    }
    return frame;
  }

  /** The next frame; throws when there never will be one. */
  #takeOrThrow(): Frame | undefined {
    // The state is read first: what was sent before the end is taken before the end is noticed.
    const hasEnded = this.#peerState() !== SideState.open;
    const frame = this.take();
    if (frame !== undefined) return frame;
    if (this.#closed !== undefined) throw this.#closed;
    if (hasEnded) throw this.#noticeEnd();
    return undefined;
  }

  #spin(): Frame | undefined {
    return this.#patience.spin(this.#isNonEmpty) ? this.take() : undefined;
  }

  #poll(untilMs: number): Frame | undefined {
    do {
      const frame = this.#takeOrThrow() ?? this.#spin();
      if (frame !== undefined) return frame;
    } while (performance.now() < untilMs);
    return undefined;
  }

  #sleepFor(untilMs: number, ticket: number): Frame | undefined {
    for (;;) {
      const isWoken = this.#sleep(untilMs - performance.now(), ticket, () => this.#hasNews());
      const frame = this.#takeOrThrow();
      if (frame !== undefined || isWoken) return frame;
      if (performance.now() >= untilMs) return undefined;
      this.#checkPeer();
    }
  }

  /** Sleeps, unless there is a reason not to; true when the wake word has moved from the ticket. */
  #sleep(milliseconds: number, ticket: number, isAwaited: () => boolean): boolean {
    const { wakeAt, listeningAt } = this.#places();
    Atomics.store(this.#words, listeningAt, Listening.onWord);
    try {
      if (isAwaited()) return false;
      const limit = Math.min(Math.max(milliseconds, 0), LIVENESS_MS);
      return Atomics.wait(this.#words, wakeAt, ticket, limit) !== "timed-out";
    } finally {
      Atomics.store(this.#words, listeningAt, this.#idle);
    }
  }

  #checkPeer(): void {
    if (this.#peerState() !== SideState.open || this.#host.isPeerAlive()) return;
    Atomics.store(this.#words, this.#memory.stateAt(this.#peer), SideState.gone);
  }

  #wakeListener(): void {
    if (Atomics.load(this.#words, this.#memory.listeningAt(this.#peer)) !== Listening.no) {
      this.#memory.wake(this.#peer);
      this.#ringIfAsked();
    }
  }

  #ringIfAsked(): void {
    const listening = Atomics.load(this.#words, this.#memory.listeningAt(this.#peer));
    if (listening === Listening.onDoorbell) this.#host.ringDoorbell();
  }

  /** Waits for room. What arrives meanwhile is taken, so that two full rings do not wait for each other. */
  #sendRest(lane: Lane, parts: Parts, byteLength: number, from: number): void {
    let written = from;
    for (;;) {
      const ticket = Atomics.load(this.#words, this.#memory.wakeAt(this.#side));
      Atomics.store(this.#words, this.#memory.wantsRoomAt(this.#side), 1);
      written = this.#writer.write(lane, parts, byteLength, written);
      this.#wakeListener();
      if (written === COMPLETE) return;
      for (let frame = this.#read(); frame !== undefined; frame = this.#read()) {
        this.#inbox.push(frame);
      }
      this.#checkOpen();
      this.#sleep(LIVENESS_MS, ticket, () => !this.#reader.isEmpty);
      this.#checkPeer();
    }
  }

  #keep(lane: Lane, parts: Parts, from: number): void {
    const byteLength = byteLengthOf(parts);
    if (this.#keptBytes + byteLength > MAX_KEPT_BYTES) {
      throw new ChannelFull(`more than ${MAX_KEPT_BYTES} bytes wait for the other side`);
    }
    this.#keptBytes += byteLength;
    this.#outbox.push({ lane, bytes: copyOf(parts), from });
    Atomics.store(this.#words, this.#memory.wantsRoomAt(this.#side), 1);
  }

  /** Sends what was kept, as far as there is room. */
  #flush(): void {
    while (this.#outbox.length > 0) {
      const unsent = this.#outbox[0] as Unsent;
      Atomics.store(this.#words, this.#memory.wantsRoomAt(this.#side), 1);
      const { lane, bytes, from } = unsent;
      const written = this.#writer.write(lane, [bytes], bytes.length, from);
      this.#wakeListener();
      if (written !== COMPLETE) {
        unsent.from = written;
        return;
      }
      this.#keptBytes -= unsent.bytes.length;
      this.#outbox.shift();
    }
    Atomics.store(this.#words, this.#memory.wantsRoomAt(this.#side), 0);
  }
}
