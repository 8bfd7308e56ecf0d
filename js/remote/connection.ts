import type { Socket } from "node:net";
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
import { nodeBuiltin } from "../kernel/node-builtin.ts";
import { KraitError } from "../proxy/errors.ts";
import { decodeFrame, encodeFrame } from "../session/frames.ts";
import { Lane } from "../transport/channel.ts";
import { SocketChannel } from "../transport/socket-channel.ts";

/** How long a server may take to answer a greeting. */
const GREETING_MS = 30_000;
/** What this side takes beyond the defaults of the protocol. */
const MAX_FRAME_BYTES = 1 << 29;

/** A connection whose kernel is ready for calls. */
export interface Connection {
  readonly channel: SocketChannel;
  readonly welcome: Welcome;
}

/**
 * Connects to a server of kernels and greets it.
 * @param address `unix:<path>`
 * @param token what admits this client; empty where none is asked for
 * @throws {KraitError} `disconnected` when nobody is there, `permission` when the token is wrong, `protocol` when the other
 *   side speaks another version, or is no krait
 */
export async function connect(address: string, token: string): Promise<Connection> {
  const channel = new SocketChannel(await opened(address));
  try {
    channel.send(Lane.kernel, encodeFrame([{ which: "hello", hello: greeting(token) }], []));
    const answer = await firstMessage(channel, address);
    if (answer.which === "welcome") return { channel, welcome: answer.welcome };
    if (answer.which === "bye") throw refused(address, answer.bye);
    throw new KraitError("protocol", `${address} answered a greeting with ${answer.which}`);
  } catch (error) {
    channel.close("it was not welcomed");
    throw error;
  }
}

/** The path of a Unix socket. */
function pathOf(address: string): string {
  return address.slice("unix:".length);
}

async function opened(address: string): Promise<Socket> {
  const { connect } = await nodeBuiltin("node:net");
  return new Promise((resolve, reject) => {
    const socket = connect(pathOf(address));
    const failed = (error: Error) =>
      reject(
        new KraitError(
          "disconnected",
          `no kernel server can be reached at ${address} (${error.message}). Start one with: kraitd --listen ${address}`,
          { cause: error },
        ),
      );
    socket.once("error", failed);
    socket.once("connect", () => {
      socket.off("error", failed);
      resolve(socket);
    });
  });
}

function greeting(token: string): Hello {
  return {
    magic: protocolMagic,
    version: { major: protocolMajor, minor: protocolMinor },
    minMajor: protocolMajor,
    features: (1 << Feature.pipelining) | (1 << Feature.attachments),
    limits: LIMITS,
    token: new TextEncoder().encode(token),
    resume: undefined,
    client: `krait ${version}`,
  };
}

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
function firstMessage(channel: SocketChannel, address: string): Promise<Message> {
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
