import type { Call, Failure, Return, Value } from "#protocol";
import { FailureKind, type Op } from "#vocabulary";
import type { Attachment } from "../session/frames.ts";
import type { Session } from "../session/session.ts";
import { AskError } from "./ask-error.ts";
import { type Asked, endProxies, newAsked, readKeywords } from "./asked.ts";
import { StaleHandle } from "./errors.ts";
import { toError } from "./js-error.ts";
import type { KernelLink } from "./link.ts";
import type { MessageConversion } from "./message-conversion.ts";
import { OPS } from "./object-ops.ts";
import { AsGraph, AsObject, Missing, ObjectOf, Reply, Stopped } from "./object-reply.ts";
import type { PyTarget } from "./py-state.ts";
import { serialOf } from "./python-error.ts";

const NO_FAILURE: Omit<Failure, "kind"> = {
  typeName: undefined,
  message: undefined,
  thrown: undefined,
  serial: 0,
  errno: 0,
  cause: undefined,
};

/** Looks at a question before it is answered. */
export type RefuseQuestion = (op: Op, args: readonly unknown[], path: readonly string[]) => void;

/** Serves what Python asks of JavaScript objects by messages. Never throws. */
export class MessageServer {
  readonly #link: KernelLink;
  readonly #session: Session;
  readonly #conversion: MessageConversion;
  readonly #refuse: RefuseQuestion | undefined;

  /** @param refuse throws for what the kernel may not ask */
  constructor(
    link: KernelLink,
    session: Session,
    conversion: MessageConversion,
    refuse?: RefuseQuestion,
  ) {
    this.#refuse = refuse;
    this.#link = link;
    this.#session = session;
    this.#conversion = conversion;
  }

  serve(call: Call, attachments: readonly Uint8Array[]): void {
    // What is asked back while the answer is written, or proxies end, belongs to the call too.
    this.#session.during(call, () => this.#serve(call, attachments));
  }

  #serve(call: Call, attachments: readonly Uint8Array[]): void {
    const asked = newAsked(this.#link);
    const buffers: Attachment[] = [];
    let answer: Return;
    let value: unknown;
    try {
      value = this.#run(call, attachments, asked);
      answer = this.#answer(call.id, value, buffers);
    } catch (error) {
      value = undefined;
      answer = this.#fail(call.id, error);
    }
    if (this.#link.isDead) return;
    const kept: PyTarget[] = [];
    endProxies(asked, value, (target) => kept.push(target));
    this.#session.reply(answer, buffers);
    // Their releases are sent behind the answer that names them.
    for (const target of kept) target.drop();
  }

  #run(call: Call, attachments: readonly Uint8Array[], asked: Asked): unknown {
    const serve = OPS[call.op];
    if (serve === undefined) throw new AskError(FailureKind.unsupported, `no op ${call.op}`);
    const values = call.arguments;
    const positional = values.length - 2 * call.keywordCount;
    if (positional < 0) throw new AskError(FailureKind.protocol, "a call lacks keyword values");
    const read = (position: number) =>
      this.#conversion.read(values[position] as Value, attachments, asked.borrowed);
    for (let position = 0; position < positional; position++) asked.args.push(read(position));
    if (call.keywordCount > 0) asked.keywords = readKeywords(read, positional, call.keywordCount);
    this.#refuse?.(call.op, asked.args, call.path);
    asked.object = this.#follow(call);
    return serve(asked);
  }

  /** The object that is asked: the target, or what its path leads to. */
  #follow(call: Call): unknown {
    if (call.which !== "object") {
      throw new AskError(FailureKind.unsupported, `a call of a JavaScript object by ${call.which}`);
    }
    if (call.index === 0) return undefined;
    let object = this.#find(call.index, call.generation);
    for (const name of call.path) object = (object as Record<string, unknown>)[name];
    return object;
  }

  #find(index: number, generation: number): unknown {
    try {
      return this.#link.objects.find(index, generation);
    } catch (error) {
      if (error instanceof StaleHandle) throw new AskError(FailureKind.staleHandle, error.message);
      throw error;
    }
  }

  #answer(callId: number, value: unknown, buffers: Attachment[]): Return {
    const hasEnded = Reply.is(value) && value instanceof Stopped;
    const answer = hasEnded ? value.value : value;
    if (Reply.is(answer) && answer instanceof Missing) {
      return { callId, which: "failure", failure: { ...NO_FAILURE, kind: answer.kind } };
    }
    const written = this.#write(answer, buffers);
    return hasEnded
      ? { callId, which: "stopped", stopped: written }
      : { callId, which: "value", value: written };
  }

  #write(answer: unknown, buffers: Attachment[]): Value {
    if (!Reply.is(answer)) return this.#conversion.write(answer);
    if (answer instanceof AsGraph) return this.#conversion.graph(answer.records, buffers);
    if (answer instanceof ObjectOf) return this.#conversion.yours(answer.target);
    if (answer instanceof AsObject) return this.#conversion.mine(answer.value);
    return this.#conversion.write(answer.value);
  }

  #fail(callId: number, error: unknown): Return {
    let failure: Failure;
    if (error instanceof AskError) {
      const message: Value = { which: "text", text: error.message };
      failure = { ...NO_FAILURE, kind: error.failure, message };
    } else {
      const thrown = this.#conversion.mine(toError(error));
      failure = { ...NO_FAILURE, kind: FailureKind.javascript, thrown, serial: serialOf(error) };
    }
    return { callId, which: "failure", failure };
  }
}
