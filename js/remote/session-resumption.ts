import { Feature, type Hello, type Message, Reason, type Welcome } from "#protocol";
import { decodeFrame, encodeFrame } from "../session/frames.ts";
import type { ByteConnection } from "../transport/byte-connection.ts";
import { type Frame, Lane } from "../transport/channel.ts";
import { frameIn, PacketStream, packetOf } from "../transport/packet-stream.ts";
import { SentPackets } from "../transport/sent-packets.ts";
import type { Resumed, Resumption } from "../transport/socket-channel.ts";
import type { ServerAddress } from "./address.ts";
import { connectBytes } from "./connect-bytes.ts";

/** What is kept for a server that has not told that it has it. */
const MAX_SENT_BYTES = 8 << 20;
/** The server is told of what has come after so many packets, or so many bytes. */
const PACKETS_TO_TELL = 64;
const BYTES_TO_TELL = 1 << 20;
/** How long one attempt may take. */
const ATTEMPT_MS = 10_000;
/** Between two attempts: at first, and at last. */
const FIRST_PAUSE_MS = 20;
const LAST_PAUSE_MS = 1000;
/** Where nobody listens there is no server, and so no session, unless something in between begins again. */
const REFUSED_MS = 3000;
const REFUSED: ReadonlySet<unknown> = new Set(["ECONNREFUSED", "ENOENT"]);

/** Takes a session up again whose connection was lost, by what its greetings said (ARCHITECTURE.md, "A session without its link"). */
export class SessionResumption implements Resumption {
  readonly #address: ServerAddress;
  readonly #sent = new SentPackets(MAX_SENT_BYTES);
  #hello: Hello | undefined;
  #welcome: Welcome | undefined;
  #received = 0;
  #toldReceived = 0;
  #receivedBytes = 0;

  constructor(address: ServerAddress) {
    this.#address = address;
  }

  sent(packet: Uint8Array<ArrayBuffer>): void {
    if (this.#sent.count === 0) {
      const [message] = decodeFrame(frameIn(packet).slice()).messages;
      if (message?.which === "hello") this.#hello = message.hello;
    }
    this.#sent.add(packet);
  }

  received({ lane, bytes }: Frame): boolean {
    if (lane === Lane.link) {
      this.#sent.acknowledge(
        Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)),
      );
      return false;
    }
    if (this.#received++ === 0) this.#welcome = welcomeIn(bytes);
    this.#receivedBytes += bytes.length;
    return true;
  }

  farewell(): Uint8Array<ArrayBuffer> | undefined {
    if (!this.#isPossible) return undefined;
    const bye: Message = {
      which: "bye",
      bye: { reason: Reason.normal, failure: undefined, restartable: false },
    };
    return packetOf(Lane.kernel, encodeFrame([bye], []));
  }

  receipt(): Uint8Array<ArrayBuffer> | undefined {
    const packets = this.#received - this.#toldReceived;
    const isTime = packets >= PACKETS_TO_TELL || this.#receivedBytes >= BYTES_TO_TELL;
    if (!isTime || !this.#isPossible) return undefined;
    this.#toldReceived = this.#received;
    this.#receivedBytes = 0;
    const words = BigUint64Array.of(BigInt(this.#received), 0n);
    return packetOf(Lane.link, [new Uint8Array(words.buffer)]);
  }

  resume(): Promise<Resumed> | undefined {
    return this.#isPossible ? this.#resume() : undefined;
  }

  get #isPossible(): boolean {
    const features = this.#welcome?.features ?? 0;
    return (features & (1 << Feature.resumption)) !== 0 && this.#hello !== undefined;
  }

  async #resume(): Promise<Resumed> {
    const begin = performance.now();
    const { resumeGraceMs } = this.#welcome as Welcome;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS)) {
      let failure: Error & { code?: unknown };
      try {
        return await this.#attempt();
      } catch (error) {
        failure = error as Error;
        if (failure instanceof SessionOver) throw failure;
      }
      const elapsedMs = performance.now() - begin;
      const patienceMs = REFUSED.has(failure.code)
        ? Math.min(REFUSED_MS, resumeGraceMs)
        : resumeGraceMs;
      if (elapsedMs + pauseMs > patienceMs) {
        throw new Error(
          `it could not be made again for ${Math.round(elapsedMs / 1000)} s: ${failure.message}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async #attempt(): Promise<Resumed> {
    const connection = await within(ATTEMPT_MS, connectBytes(this.#address), (late) =>
      late.destroy(),
    );
    try {
      const stream = new PacketStream();
      const answer = firstFrame(connection, stream);
      connection.write(packetOf(Lane.kernel, encodeFrame([this.#greeting()], [])));
      const { messages, acknowledged } = decodeFrame((await within(ATTEMPT_MS, answer)).bytes);
      const [message] = messages;
      if (message?.which !== "welcome" || !message.welcome.resumed) {
        throw new SessionOver("its session is over");
      }
      return { connection, stream, missed: () => this.#sent.since(acknowledged) };
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  #greeting(): Message {
    const { session, resumeSecret: secret } = this.#welcome as Welcome;
    const resume = { session, secret, received: this.#received };
    return { which: "hello", hello: { ...(this.#hello as Hello), resume } };
  }
}

/** Another attempt would come to the same. */
class SessionOver extends Error {}

function welcomeIn(bytes: Uint8Array): Welcome | undefined {
  try {
    const [message] = decodeFrame(bytes.slice()).messages;
    return message?.which === "welcome" ? message.welcome : undefined;
  } catch {
    return undefined; // whoever reads the frame says so
  }
}

/** What comes first; what comes behind it stays in the stream. */
function firstFrame(connection: ByteConnection, stream: PacketStream): Promise<Frame> {
  return new Promise((resolve, reject) => {
    connection.onEnd = (reason) => reject(new Error(reason));
    connection.onBytes = (bytes) => {
      stream.add(bytes);
      const frame = stream.next();
      if (frame === undefined) return;
      connection.onBytes = (more) => stream.add(more);
      resolve(frame);
    };
  });
}

/** @param late takes a value that comes too late */
function within<T>(limitMs: number, promise: Promise<T>, late = (_value: T) => {}): Promise<T> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new Error(`nothing came within ${limitMs / 1000} s`));
    }, limitMs);
    promise.then(
      (value) => {
        clearTimeout(timer);
        if (isLate) late(value);
        else resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
