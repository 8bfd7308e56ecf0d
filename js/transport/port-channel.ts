import {
  type Channel,
  ChannelClosed,
  type Frame,
  type Lane,
  WaitImpossible,
  type WaitMode,
} from "./channel.ts";

/** What a port carries for a channel: frames with transferred bytes, and the end. */
type PortMessage = readonly [lane: Lane, bytes: ArrayBuffer] | "closed";

/** The part of a message port that a channel uses. */
export interface FramePort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/** A channel over `postMessage` alone, where there is no shared memory. Nothing can be waited for. */
export class PortChannel implements Channel {
  onReadable: (() => void) | undefined;
  readonly waitMode: WaitMode = "none";

  readonly #port: FramePort;
  readonly #inbox: Frame[] = [];
  #closed: ChannelClosed | undefined;

  /** Takes over the port's messages. */
  constructor(port: FramePort) {
    this.#port = port;
    port.onmessage = ({ data }) => this.#receive(data as PortMessage);
  }

  get closed(): ChannelClosed | undefined {
    return this.#closed;
  }

  send(lane: Lane, bytes: Uint8Array): void {
    if (this.#closed !== undefined) throw this.#closed;
    const own = new Uint8Array(bytes).buffer;
    this.#port.postMessage([lane, own], [own]);
  }

  take(): Frame | undefined {
    return this.#inbox.shift();
  }

  wait(_untilMs: number): Frame | undefined {
    const frame = this.take();
    if (frame !== undefined) return frame;
    if (this.#closed !== undefined) throw this.#closed;
    throw new WaitImpossible(
      "this thread cannot wait for an answer: without shared memory messages arrive in its event loop",
    );
  }

  close(reason = "it was closed"): void {
    if (this.#closed !== undefined) return;
    this.#closed = new ChannelClosed(`The channel is closed: ${reason}`);
    this.#port.postMessage("closed", []);
  }

  /** The other side's thread has ended. */
  peerGone(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = new ChannelClosed(`The channel is closed: ${reason}`);
    this.onReadable?.();
  }

  #receive(message: PortMessage): void {
    if (message === "closed") return this.peerGone("the other side has closed it");
    const [lane, bytes] = message;
    this.#inbox.push({ lane, bytes: new Uint8Array(bytes) });
    this.onReadable?.();
  }
}
