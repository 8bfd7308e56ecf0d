import { Feature, type Message, type Value } from "#protocol";
import { Op } from "#vocabulary";
import { FrameTap } from "../../diagnostics/frame-tap.ts";
import { MessageLog } from "../../diagnostics/message-log.ts";
import type { Timeline } from "../../diagnostics/timeline.ts";
import { readText } from "../../proxy/text.ts";
import { decodeFrame, encodeFrame } from "../../session/frames.ts";
import { type Channel, type Frame, Lane } from "../../transport/channel.ts";
import { copyOf } from "../../wire/parts.ts";

/** Ids of the relay's own calls: programs count up from 1. */
const FIRST_OWN_ID = 0xfff0_0000;
/** Chains of clients are odd. */
const OWN_CHAIN = 0xffff_ffff;
/** How long the kernel may be busy before a question of the relay's is given up. */
const ANSWER_MS = 10_000;

interface Asked {
  readonly resolve: (report: string) => void;
  readonly reject: (error: Error) => void;
}

/** Passes frames on between a program and a server of kernels, and notes them; it can ask the kernel something of its own. */
export class SessionRelay {
  readonly log = new MessageLog();
  readonly timeline: Timeline;
  /** Told, once, why it is over. */
  onEnd: ((reason: string) => void) | undefined;

  readonly #program: Channel;
  readonly #server: Channel;
  readonly #tap = new FrameTap(this.log);
  readonly #asked = new Map<number, Asked>();
  #nextId = FIRST_OWN_ID;
  #endGreeting: (() => void) | undefined;
  #hasEnded = false;

  /** @param timeline of the session so far */
  constructor(program: Channel, server: Channel, timeline: Timeline) {
    this.#program = program;
    this.#server = server;
    this.timeline = timeline;
    this.#endGreeting = timeline.begin("greeting");
  }

  /** Begins, with what has come already. */
  start(): void {
    const [program, server] = [this.#program, this.#server];
    const passOn = (from: Channel, pass: (frame: Frame) => void) => {
      from.onReadable = () => {
        try {
          for (let frame = from.take(); frame !== undefined; frame = from.take()) pass(frame);
        } catch (error) {
          this.end((error as Error).message);
        }
        if (from.closed !== undefined) this.end(from.closed.message);
      };
    };
    let isFirst = true;
    passOn(program, ({ lane, bytes }) => {
      const others = isFirst ? withoutResumption(bytes) : bytes;
      isFirst = false;
      this.#tap.sent(lane, [others]);
      server.send(lane, [others]);
    });
    passOn(server, ({ lane, bytes }) => {
      const others = this.#asked.size > 0 ? this.#withoutOwn(bytes) : bytes;
      if (others === undefined) return;
      this.#endGreeting?.();
      this.#endGreeting = undefined;
      this.#tap.received(lane, others);
      program.send(lane, [others]);
    });
    program.onReadable?.();
    server.onReadable?.();
  }

  /** Asks the kernel what it has, as soon as it is at rest; the answer to `Op.stats`. */
  askStats(): Promise<string> {
    const id = this.#nextId++;
    const call: Message = {
      which: "call",
      call: {
        ...{ id, chain: OWN_CHAIN, depth: 0, op: Op.stats, flags: 0, keywordCount: 0 },
        ...{ deadlineMs: 0, path: [], arguments: [] },
        ...{ which: "object", index: 0, generation: 0 },
      },
    };
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) throw new Error("the session is over");
      const timer = setTimeout(() => {
        reject(new Error(`the kernel did not answer within ${ANSWER_MS / 1000} s: it is busy`));
      }, ANSWER_MS);
      const settle =
        <T>(settled: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          settled(value);
        };
      this.#asked.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.#server.send(Lane.kernel, encodeFrame([call], []));
    });
  }

  end(reason: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#program.close(reason);
    this.#server.close(reason);
    for (const { reject } of this.#asked.values()) reject(new Error(reason));
    this.onEnd?.(reason);
  }

  /** A frame without the answers that are the relay's; undefined when nothing else is in it. */
  #withoutOwn(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
    const { messages, attachments } = decodeFrame(bytes);
    const others = messages.filter((message) => !this.#takeOwn(message, attachments));
    if (others.length === messages.length) return bytes;
    if (others.length === 0) return undefined;
    return copyOf(encodeFrame(others, attachments));
  }

  #takeOwn(message: Message, attachments: readonly Uint8Array[]): boolean {
    if (message.which !== "return") return false;
    const answer = message.return;
    const asked = this.#asked.get(answer.callId);
    if (asked === undefined) return false;
    this.#asked.delete(answer.callId);
    const text = answer.which === "value" ? textOf(answer.value, attachments) : undefined;
    if (text !== undefined) asked.resolve(text);
    else asked.reject(new Error("the kernel answered with no report"));
    return true;
  }
}

/** A greeting that wants no session that outlives its connection: the two sides would count what the relay asks. */
function withoutResumption(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { messages } = decodeFrame(bytes);
  const others = messages.map((message): Message => {
    if (message.which !== "hello") return message;
    const features = message.hello.features & ~(1 << Feature.resumption);
    return { which: "hello", hello: { ...message.hello, features, resume: undefined } };
  });
  return copyOf(encodeFrame(others, []));
}

/** A text, which travels beside its message when it is long. */
function textOf(value: Value, attachments: readonly Uint8Array[]): string | undefined {
  if (value.which === "text") return value.text;
  if (value.which !== "attachedText") return undefined;
  const bytes = attachments[value.attachment];
  return bytes && readText(bytes, 0, bytes.length, value.attachedEncoding);
}
