import type { Call, Failure, Return, Value } from "#protocol";
import { FailureKind, Op } from "#vocabulary";
import { ProtocolError } from "../proxy/errors.ts";
import { bytesIn } from "../proxy/message-conversion.ts";
import { type Answered, type CallDraft, Session } from "../session/session.ts";
import { Lane } from "../transport/channel.ts";
import type { Switchboard } from "../transport/switchboard.ts";
import { type Plain, ServiceError } from "./service-values.ts";

/** Serves one method. What it throws fails the call, with its name, its message and its errno. */
export type ServeMethod = (args: readonly Plain[]) => Plain | Promise<Plain>;

/** Methods by number. */
export type Methods = Readonly<Record<number, ServeMethod>>;

/** How long a call may wait, and what ends the wait before. */
export interface Waiting {
  /** Of `performance.now`; default: for ever. */
  readonly untilMs?: number;
  readonly isInterrupted?: () => boolean;
}

/** One end of the services of a kernel: makes calls, and serves those of the other end. */
export class ServicePeer {
  readonly #session: Session;
  readonly #services = new Map<number, Methods>();
  readonly #board: Switchboard;

  /** Told, while an answer of `request` is awaited, that this is so; what it gives is called when it is there. */
  awaitAnswer: (() => () => void) | undefined;

  /** @param failed is told when the other side sends what cannot be read */
  constructor(board: Switchboard, isClient: boolean, failed: (error: Error) => void) {
    this.#board = board;
    const host = {
      serve: (call: Call, attachments: readonly Uint8Array[]) => this.#serve(call, attachments),
      release: () => undefined,
      receive: () => undefined,
      failed,
      forget: () => undefined,
    };
    this.#session = new Session(board, Lane.service, host, isClient);
  }

  /** Whether `call` can be used. */
  get canWait(): boolean {
    return this.#board.waitMode !== "none";
  }

  serve(service: number, methods: Methods): void {
    this.#services.set(service, methods);
  }

  /**
   * Makes a call and waits for its answer, serving the other side meanwhile.
   * @returns undefined when the wait was interrupted
   * @throws {ServiceError} what the other side failed with
   * @throws {ChannelClosed} when it is gone, {WaitImpossible} where this thread cannot wait
   */
  call(service: number, method: number, args: readonly Plain[], waiting: Waiting = {}): Plain {
    const buffers: Uint8Array[] = [];
    const draft = draftOf(service, method, args, buffers);
    const { untilMs = Number.POSITIVE_INFINITY, isInterrupted } = waiting;
    const answered = this.#session.call(draft, buffers, untilMs, isInterrupted);
    const plain = answered && plainOrError(answered);
    if (plain instanceof Error) throw plain;
    return plain;
  }

  /** Makes a call; `settle` gets its answer, or why there is none. */
  ask(
    service: number,
    method: number,
    args: readonly Plain[],
    settle: (answer: Plain | Error) => void,
  ): void {
    const buffers: Uint8Array[] = [];
    const draft = draftOf(service, method, args, buffers);
    this.#session.start(draft, buffers, (answer) => {
      settle(answer instanceof Error ? answer : plainOrError(answer));
    });
  }

  /** Makes a call; its answer comes later. */
  request(service: number, method: number, args: readonly Plain[]): Promise<Plain> {
    return new Promise((resolve, reject) => {
      const answered = this.awaitAnswer?.();
      this.ask(service, method, args, (answer) => {
        answered?.();
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      });
    });
  }

  /**
   * Waits for what `request` or another event of the other side brings.
   * @returns whether it is there; false when the wait was interrupted
   */
  waitUntil(isDone: () => boolean, isInterrupted?: () => boolean): boolean {
    return this.#board.waitUntil(isDone, Number.POSITIVE_INFINITY, isInterrupted);
  }

  /** Makes a call that nobody answers. */
  tell(service: number, method: number, args: readonly Plain[]): void {
    const buffers: Uint8Array[] = [];
    this.#session.tell(draftOf(service, method, args, buffers), buffers);
  }

  /** Fails every call that waits, and all later ones. */
  end(reason: Error): void {
    this.#session.end(reason);
  }

  #serve(call: Call, attachments: readonly Uint8Array[]): void {
    const isOneway = (call.flags & 1) !== 0;
    let result: Plain | Promise<Plain>;
    try {
      result = this.#session.during(call, () => this.#run(call, attachments));
    } catch (error) {
      if (isOneway) console.error("krait: a service failed:", error);
      else this.#session.reply(failed(call.id, error));
      return;
    }
    if (result instanceof Promise) this.#replyLater(call.id, result);
    else if (!isOneway) this.#reply(call.id, result);
  }

  #run(call: Call, attachments: readonly Uint8Array[]): Plain | Promise<Plain> {
    const methods = call.which === "service" ? this.#services.get(call.serviceId) : undefined;
    const serve = call.which === "service" ? methods?.[call.method] : undefined;
    if (serve === undefined) throw new ProtocolError("a service does not have the method");
    return serve(call.arguments.map((value) => plainOf(value, attachments)));
  }

  #reply(callId: number, result: Plain): void {
    const buffers: Uint8Array[] = [];
    this.#session.reply({ callId, which: "value", value: valueOf(result, buffers) }, buffers);
  }

  #replyLater(callId: number, result: Promise<Plain>): void {
    result.then(
      (value) => this.#reply(callId, value),
      (error) => this.#session.reply(failed(callId, error)),
    );
  }
}

function draftOf(
  serviceId: number,
  method: number,
  args: readonly Plain[],
  buffers: Uint8Array[],
): CallDraft {
  return {
    op: Op.call,
    flags: 0,
    keywordCount: 0,
    deadlineMs: 0,
    path: [],
    arguments: args.map((arg) => valueOf(arg, buffers)),
    which: "service",
    serviceId,
    method,
  };
}

function valueOf(plain: Plain, buffers: Uint8Array[]): Value {
  switch (typeof plain) {
    case "undefined":
      return { which: "undefined" };
    case "boolean":
      return { which: "bool", bool: plain };
    case "number":
      return { which: "float", float: plain };
    case "string":
      return { which: "text", text: plain };
    default:
      if (plain === null) return { which: "jsNull" };
      if (plain.length <= MAX_INLINE_BYTES) return { which: "blob", blob: plain };
      buffers.push(plain);
      return { which: "attachedBlob", attachedBlob: buffers.length - 1 };
  }
}

const MAX_INLINE_BYTES = 1024;

/** Bytes are a view of the frame that they came in, which belongs to the reader. */
function plainOf(value: Value, attachments: readonly Uint8Array[]): Plain {
  switch (value.which) {
    case "undefined":
      return undefined;
    case "jsNull":
      return null;
    case "bool":
      return value.bool;
    case "float":
      return value.float;
    case "text":
      return value.text;
    case "blob":
    case "attachedBlob":
      return bytesIn(value, attachments);
    default:
      throw new ProtocolError(`a value of kind ${value.which} cannot be given to a service`);
  }
}

function plainOrError({ return: answer, attachments }: Answered): Plain | Error {
  if (answer.which === "value") return plainOf(answer.value, attachments);
  if (answer.which !== "failure") return new ProtocolError("a service answered with no value");
  const { typeName, message, errno } = answer.failure;
  const [code, text] = [typeName, message].map((value) => value?.which === "text" && value.text);
  return new ServiceError(text || "it failed", code || undefined, errno || undefined);
}

function failed(callId: number, error: unknown): Return {
  const { message, code, errno } = (error ?? {}) as Partial<ServiceError>;
  const failure: Failure = {
    kind: FailureKind.io,
    typeName: typeof code === "string" ? { which: "text", text: code } : undefined,
    message: { which: "text", text: typeof message === "string" ? message : String(error) },
    thrown: undefined,
    serial: 0,
    errno: typeof errno === "number" && Number.isInteger(errno) ? errno | 0 : 0,
    cause: undefined,
  };
  return { callId, which: "failure", failure };
}
