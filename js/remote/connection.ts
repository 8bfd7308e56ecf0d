import {
  type Bye,
  Feature,
  type Hello,
  type Limits,
  type Message,
  protocolMagic,
  protocolMajor,
  protocolMinor,
  Reason,
  type Welcome,
} from "#protocol";
import { version } from "#version";
import { KraitError } from "../proxy/errors.ts";
import { decodeFrame, encodeFrame } from "../session/frames.ts";
import { type Channel, Lane } from "../transport/channel.ts";
import { parseAddress } from "./address.ts";
import { connectChannel } from "./connect-channel.ts";
import { Relay } from "./relay.ts";

/** How long a server may take to answer a greeting. */
const GREETING_MS = 30_000;
/** What this side takes beyond the defaults of the protocol. */
const MAX_FRAME_BYTES = 1 << 29;

/** A connection whose kernel is ready for calls. */
export interface Connection {
  readonly channel: Channel;
  readonly welcome: Welcome;
  /** Whether the connection keeps the process alive (Node). */
  keepAlive(isWanted: boolean): void;
}

/**
 * Connects to a server of kernels and greets it.
 * @param address see `parseAddress`
 * @param token what admits this client; empty where none is asked for
 * @param relayScript of a worker that holds the connection, so that this thread can wait for it; undefined: this thread does
 * @throws {KraitError} `disconnected` when nobody is there, `permission` when the token is wrong, `protocol` when the other
 *   side speaks another version, or is no krait
 */
export async function connect(
  address: string,
  token: string,
  relayScript?: string,
): Promise<Connection> {
  const opened = await open(address, relayScript);
  const { channel } = opened;
  try {
    channel.send(Lane.kernel, encodeFrame([{ which: "hello", hello: greeting(token) }], []));
    const answer = await firstMessage(channel, address);
    if (answer.which === "welcome") {
      return { ...opened, welcome: answer.welcome };
    }
    if (answer.which === "bye") throw refused(address, answer.bye);
    throw new KraitError("protocol", `${address} answered a greeting with ${answer.which}`);
  } catch (error) {
    channel.close("it was not welcomed");
    throw error;
  }
}

async function open(
  text: string,
  relayScript: string | undefined,
): Promise<Omit<Connection, "welcome">> {
  const address = parseAddress(text);
  try {
    if (relayScript !== undefined) {
      const relay = await Relay.open(relayScript, address);
      return { channel: relay.channel, keepAlive: (isWanted) => relay.keepAlive(isWanted) };
    }
    const channel = await connectChannel(address);
    return { channel, keepAlive: (isWanted) => channel.keepAlive(isWanted) };
  } catch (error) {
    throw new KraitError(
      "disconnected",
      `no kernel server can be reached at ${text} (${(error as Error).message}). Start one with: krait serve --listen ${text}`,
      { cause: error },
    );
  }
}

function greeting(token: string): Hello {
  return {
    magic: protocolMagic,
    version: { major: protocolMajor, minor: protocolMinor },
    minMajor: protocolMajor,
    features: FEATURES,
    limits: LIMITS,
    token: new TextEncoder().encode(token),
    resume: undefined,
    client: `krait ${version}`,
  };
}

const FEATURES = (1 << Feature.pipelining) | (1 << Feature.attachments) | (1 << Feature.resumption);

/** 0 stands for the default. */
const LIMITS: Limits = {
  maxFrameBytes: MAX_FRAME_BYTES,
  maxInlineBytes: 0,
  maxAttachedBytes: 0,
  maxMessages: 0,
  maxNesting: 0,
  maxArguments: 0,
  maxCalls: 0,
  maxAnswers: 0,
  maxHandles: 0,
  maxChainDepth: 0,
  maxStreams: 0,
  streamWindowBytes: 0,
  maxCallBytes: 0,
};

/** What the other side says first. */
function firstMessage(channel: Channel, address: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new KraitError("disconnected", `${address} ${why}`));
    const timer = setTimeout(() => fail(`did not answer within ${GREETING_MS} ms`), GREETING_MS);
    channel.onReadable = () => {
      const frame = channel.take();
      if (frame === undefined && channel.closed === undefined) return;
      clearTimeout(timer);
      channel.onReadable = undefined;
      if (frame === undefined) return fail(`closed the connection: ${channel.closed?.message}`);
      try {
        const [message] = decodeFrame(frame.bytes).messages;
        if (message === undefined) throw new Error("an empty frame");
        resolve(message);
      } catch (error) {
        const text = `${address} does not speak krait's protocol: ${(error as Error).message}`;
        reject(new KraitError("protocol", text, { cause: error }));
      }
    };
  });
}

function refused(address: string, { reason, failure }: Bye): KraitError {
  const message = failure?.message?.which === "text" ? failure.message.text : "no reason given";
  const kind = reason === Reason.auth ? "permission" : "protocol";
  return new KraitError(kind, `${address} refused the connection: ${message}`);
}
