import { copyOf, type Parts } from "../wire/parts.ts";
import {
  type Channel,
  ChannelClosed,
  type Frame,
  type Lane,
  WaitImpossible,
  type WaitMode,
} from "./channel.ts";

/** Two ends in one thread, for tests: delivery can be held back, and the link dropped. */
export class MemoryChannel implements Channel {
  onReadable: (() => void) | undefined;
  readonly waitMode: WaitMode = "none";
  /** What this end sent, before it is delivered to the other. */
  readonly sent: Frame[] = [];

  #peer: MemoryChannel | undefined;
  readonly #inbox: Frame[] = [];
  #isPaused = false;
  #closed: ChannelClosed | undefined;

  static pair(): [client: MemoryChannel, kernel: MemoryChannel] {
    const [client, kernel] = [new MemoryChannel(), new MemoryChannel()];
    client.#peer = kernel;
    kernel.#peer = client;
    return [client, kernel];
  }

  get closed(): ChannelClosed | undefined {
    return this.#closed;
  }

  send(lane: Lane, parts: Parts): void {
    if (this.#closed !== undefined) throw this.#closed;
    this.sent.push({ lane, bytes: copyOf(parts) });
    if (!this.#isPaused) queueMicrotask(() => this.deliver());
  }

  /** Holds back what this end sends. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.deliver();
  }

  /** Delivers what was sent: all of it, or the first `count` frames. */
  deliver(count = this.sent.length): void {
    const peer = this.#peer as MemoryChannel;
    const frames = this.sent.splice(0, count);
    if (frames.length === 0) return;
    peer.#inbox.push(...frames);
    peer.onReadable?.();
  }

  /** Breaks the link: what was not delivered is lost, and both ends learn it. */
  drop(): void {
    for (const end of [this, this.#peer as MemoryChannel]) {
      end.sent.length = 0;
      end.#end("the link was dropped");
    }
  }

  take(): Frame | undefined {
    return this.#inbox.shift();
  }

  /** The other end is in this thread, so what it was sent is delivered first. */
  wait(_untilMs: number): Frame | undefined {
    if (!this.#isPaused) this.deliver();
    const frame = this.take();
    if (frame !== undefined) return frame;
    if (this.#closed !== undefined) throw this.#closed;
    throw new WaitImpossible("nothing was delivered");
  }

  close(reason = "it was closed"): void {
    if (this.#closed !== undefined) return;
    this.#closed = new ChannelClosed(`The channel is closed: ${reason}`);
    this.deliver();
    (this.#peer as MemoryChannel).#end("the other side has closed it");
  }

  #end(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = new ChannelClosed(`The channel is closed: ${reason}`);
    this.onReadable?.();
  }
}
