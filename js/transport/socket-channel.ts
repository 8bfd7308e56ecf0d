import type { Parts } from "../wire/parts.ts";
import type { ByteConnection } from "./byte-connection.ts";
import {
  type Channel,
  ChannelClosed,
  ChannelFull,
  type Frame,
  type Lane,
  WaitImpossible,
  type WaitMode,
} from "./channel.ts";
import { PacketStream, packetOf } from "./packet-stream.ts";

/** What may wait for the socket to take it. */
const MAX_QUEUED_BYTES = 1 << 28;

/** A connection in place of one that was lost. */
export interface Resumed {
  readonly connection: ByteConnection;
  /** What has come over it already. */
  readonly stream: PacketStream;
  /** Packets that the other side lacks by now; undefined when not all of them are kept. */
  missed(): readonly Uint8Array<ArrayBuffer>[] | undefined;
}

/** What makes a channel outlive its connection. */
export interface Resumption {
  /** Told of each packet. */
  sent(packet: Uint8Array<ArrayBuffer>): void;
  /** Told of each frame; false for one that is not the program's. */
  received(frame: Frame): boolean;
  /** What is sent last, by a side that does not come back; undefined when nothing is to be. */
  farewell(): Uint8Array<ArrayBuffer> | undefined;
  /** What the other side should be told now, of what has come. */
  receipt(): Uint8Array<ArrayBuffer> | undefined;
  /** Makes another connection; a rejection says why there is none. Undefined when there can be none. */
  resume(): Promise<Resumed> | undefined;
}

/** A channel over a connection of bytes. Nothing can be waited for: frames arrive in the event loop. */
export class SocketChannel implements Channel {
  onReadable: (() => void) | undefined;
  readonly waitMode: WaitMode = "none";

  readonly #resumption: Resumption | undefined;
  readonly #inbox: Frame[] = [];
  #connection: ByteConnection;
  #stream = new PacketStream();
  /** The connection is gone, and another one is being made. */
  #isLost = false;
  #keepsAlive: boolean | undefined;
  #closed: ChannelClosed | undefined;

  /** Takes over the connection. */
  constructor(connection: ByteConnection, resumption?: Resumption) {
    this.#connection = connection;
    this.#resumption = resumption;
    this.#listen(connection);
  }

  get closed(): ChannelClosed | undefined {
    return this.#closed;
  }

  send(lane: Lane, parts: Parts): void {
    if (this.#closed !== undefined) throw this.#closed;
    const { unsentBytes } = this.#connection;
    if (unsentBytes > MAX_QUEUED_BYTES) {
      throw new ChannelFull(`${unsentBytes} bytes wait for the other side to read`);
    }
    const packet = packetOf(lane, parts);
    this.#resumption?.sent(packet);
    if (!this.#isLost) this.#connection.write(packet);
  }

  take(): Frame | undefined {
    return this.#inbox.shift();
  }

  wait(_untilMs: number): Frame | undefined {
    const frame = this.take();
    if (frame !== undefined) return frame;
    if (this.#closed !== undefined) throw this.#closed;
    throw new WaitImpossible(
      "this thread cannot wait for a socket: frames arrive in its event loop",
    );
  }

  close(reason = "it was closed"): void {
    if (this.#closed !== undefined) return;
    this.#closed = new ChannelClosed(`The channel is closed: ${reason}`);
    const farewell = this.#resumption?.farewell();
    if (farewell !== undefined && !this.#isLost) this.#connection.write(farewell);
    this.#connection.end();
  }

  /** Whether the connection keeps the process alive. */
  keepAlive(isWanted: boolean): void {
    this.#keepsAlive = isWanted;
    this.#connection.keepAlive(isWanted);
  }

  #listen(connection: ByteConnection): void {
    connection.onBytes = (bytes) => {
      if (connection !== this.#connection || this.#isLost) return;
      this.#stream.add(bytes);
      this.#receive();
    };
    connection.onEnd = (reason) => {
      if (connection === this.#connection && !this.#isLost) this.#lose(reason);
    };
  }

  /** The connection is gone. */
  #lose(reason: string): void {
    if (this.#closed !== undefined) return;
    const resuming = this.#resumption?.resume();
    if (resuming === undefined) return this.#end(reason);
    this.#isLost = true;
    this.#connection.destroy();
    resuming.then(
      (resumed) => this.#goOn(resumed),
      (error) => this.#end(`${reason}, and ${(error as Error).message}`),
    );
  }

  #goOn({ connection, stream, missed }: Resumed): void {
    if (this.#closed !== undefined) return connection.end();
    const packets = missed();
    this.#connection = connection;
    this.#stream = stream;
    this.#isLost = false;
    this.#listen(connection);
    if (this.#keepsAlive !== undefined) connection.keepAlive(this.#keepsAlive);
    if (packets === undefined) return this.#end("too much was to be sent while it was lost");
    for (const packet of packets) connection.write(packet);
    this.#receive();
  }

  #end(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = new ChannelClosed(`The channel is closed: ${reason}`);
    this.#connection.destroy();
    this.onReadable?.();
  }

  #receive(): void {
    let hasCome = false;
    try {
      for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
        if (this.#resumption?.received(frame) === false) continue;
        this.#inbox.push(frame);
        hasCome = true;
      }
    } catch (error) {
      this.#end((error as Error).message);
      return;
    }
    const receipt = this.#resumption?.receipt();
    if (receipt !== undefined) this.#connection.write(receipt);
    if (hasCome) this.onReadable?.();
  }

  #next(): Frame | undefined {
    return this.#closed === undefined ? this.#stream.next() : undefined;
  }
}
