import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import {
  type Call,
  type Frame,
  FrameCodec,
  type Message,
  type Return,
  type Value,
} from "#protocol";
import { Op } from "#vocabulary";
import { decodeMessage, encodeMessage } from "#wire";
import { temporaryFolder } from "./temporary.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const PROGRAM = join(ROOT, "build/native/services/sessions/kraitd");
const LIMITS = { maxBytes: 1 << 24, maxNesting: 32 };
const HEAD_BYTES = 8;

/** Runs the server to its end: with a wrong command line, say. */
export function runKraitd(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(PROGRAM, args, { encoding: "utf8" });
}

/** A server of kernels in a process of its own. */
export class Kraitd {
  readonly path: string;
  readonly process: ChildProcess;
  /** Its log so far. */
  log = "";

  private constructor(path: string, child: ChildProcess) {
    this.path = path;
    this.process = child;
    child.stderr?.on("data", (text) => {
      this.log += text;
    });
  }

  static async start(...options: string[]): Promise<Kraitd> {
    return Kraitd.startAt(join(await temporaryFolder(), "kraitd.sock"), ...options);
  }

  /** @param path of its socket */
  static async startAt(path: string, ...options: string[]): Promise<Kraitd> {
    const python = join(ROOT, "kernel/python");
    const args = ["--listen", `unix:${path}`, "--python-path", python, ...options];
    const server = new Kraitd(path, spawn(PROGRAM, args, { stdio: ["ignore", "inherit", "pipe"] }));
    await server.logged("event=listening");
    return server;
  }

  /** Waits until the log holds a text. */
  async logged(text: string, times = 1): Promise<void> {
    while (this.log.split(text).length <= times) {
      if (this.process.exitCode !== null) throw new Error(`the server has ended: ${this.log}`);
      await new Promise((resolve) => {
        this.process.stderr?.once("data", resolve);
        this.process.once("exit", resolve);
      });
    }
  }

  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    return ended;
  }

  /** A client that has not said anything yet. */
  async connect(): Promise<Client> {
    const socket = connect(this.path);
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new Client(socket);
  }

  /** A client that the kernel has welcomed. */
  async welcome(token = ""): Promise<Client> {
    const client = await this.connect();
    client.send(hello(new TextEncoder().encode(token)));
    await client.next("welcome");
    return client;
  }
}

export function hello(token = new Uint8Array(0)): Message {
  const version = { major: 1, minor: 0 };
  const head = { magic: 0x5449524b, version, minMajor: 1, features: 3 };
  const tail = { limits: undefined, token, resume: undefined, client: "tests" };
  return { which: "hello", hello: { ...head, ...tail } };
}

export const text = (value: string): Value => ({ which: "text", text: value });
export const int = (value: number): Value => ({ which: "int", int: value });

/** One connection, as a client of the protocol sees it. */
export class Client {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #bytes: Buffer = Buffer.alloc(0);
  #lastId = 0;
  readonly #messages: Message[] = [];
  #arrived = () => {};
  #isClosed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => {});
    socket.on("data", (bytes) => this.#take(bytes));
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        this.#isClosed = true;
        this.#arrived();
        resolve();
      });
    });
  }

  send(...messages: Message[]): void {
    const frame: Frame = { obsolete0: 0, acknowledged: 0, messages, attachments: [] };
    const packet = encodeMessage(FrameCodec, frame, LIMITS.maxBytes);
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32LE(packet.length, 0);
    this.socket.write(Buffer.concat([head, packet]));
  }

  /** A call, numbered. */
  call(op: Op, values: readonly Value[], rest: Partial<Call> = {}): Message & { which: "call" } {
    const head = { id: ++this.#lastId, chain: 1, depth: 0, op, flags: 0, keywordCount: 0 };
    const object = { which: "object", index: 0, generation: 0 } as const;
    const call = { ...head, deadlineMs: 0, path: [], arguments: values, ...object, ...rest };
    return { which: "call", call: call as Call };
  }

  /** The return of a call of `eval`. */
  async eval(source: string): Promise<Return> {
    const call = this.call(Op.eval, [text(source)]);
    this.send(call);
    return this.returned(call.call.id);
  }

  async returned(id: number): Promise<Return> {
    for (;;) {
      const message = await this.next("return");
      if (message.return.callId === id) return message.return;
    }
  }

  /** The next message of that kind; others before it are dropped. */
  async next<Kind extends Message["which"]>(kind: Kind): Promise<Message & { which: Kind }> {
    for (;;) {
      const message = this.#messages.shift();
      if (message?.which === kind) return message as Message & { which: Kind };
      if (message !== undefined) continue;
      if (this.#isClosed) throw new Error(`the connection closed and no ${kind} came`);
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  #take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    while (this.#bytes.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + this.#bytes.readUInt32LE(0);
      if (this.#bytes.length < end) break;
      const packet = new Uint8Array(this.#bytes.subarray(HEAD_BYTES, end));
      this.#messages.push(...decodeMessage(FrameCodec, packet, LIMITS).message.messages);
      this.#bytes = this.#bytes.subarray(end);
    }
    this.#arrived();
  }
}
