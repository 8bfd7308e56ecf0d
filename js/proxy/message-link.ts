import type { Call, Event, Failure, Message, Release, Return, Value } from "#protocol";
import { FailureKind, Op } from "#vocabulary";
import type { Attachment } from "../session/frames.ts";
import {
  type Alarm,
  type Answered,
  type CallDraft,
  Session,
  type SessionHost,
} from "../session/session.ts";
import { ChannelClosed, Lane } from "../transport/channel.ts";
import type { Switchboard } from "../transport/switchboard.ts";
import type { Parts } from "../wire/parts.ts";
import { AsyncSide } from "./async/async-side.ts";
import { MessageCalls } from "./async/message-calls.ts";
import { errorOfKind, KernelDied, NoGilError, StaleHandle, SyncUnavailable } from "./errors.ts";
import type { Limits } from "./limits.ts";
import {
  type KernelLink,
  type Keywords,
  type LinkSettings,
  type MemoryCopies,
  NO_TARGET,
  type Step,
} from "./link.ts";
import { LinkValues } from "./link-values.ts";
import { bytesIn, MessageConversion } from "./message-conversion.ts";
import { MessageServer, type RefuseQuestion } from "./message-server.ts";
import { type Handle, ObjectTable } from "./object-table.ts";
import { PyProxyFactory } from "./py-proxy.ts";
import { DestroyedError, PyTarget } from "./py-state.ts";
import { makePythonError, raisedInPython } from "./python-error.ts";

/** What the link asks of whoever made it. */
export interface MessageLinkHost {
  readonly settings: LinkSettings;
  /** The interpreter's `ffi.PyProxy`. */
  readonly proxyConstructor: unknown;
  /** Proxies of Python objects give promises wherever they come from (BY-async). */
  readonly isAsync: boolean;
  /** Makes the error for what ended the kernel (JS-fatal, JS-exit). */
  died(reason: unknown): Error;
  /** Why a thread that cannot wait cannot be served, and what to do about it. */
  readonly whyNotSync: string;
  readonly copies: MemoryCopies | undefined;
  /** Something is under way whose end comes in the event loop, until the result is called; there may be several. */
  awaitAnswer(): () => void;
  readonly limits: Limits & Alarm;
  /** The signal of that nonce is obeyed. */
  signalTaken?(nonce: number): void;
  /** The kernel has callbacks scheduled, or none any more. */
  kernelIsBusy?(isBusy: boolean): void;
  /** What was written to a standard descriptor of the kernel's process, beside Python's streams. */
  output?(descriptor: number, bytes: Uint8Array): void;
  /** Throws for what the kernel may not ask of this side's objects. Default: it may ask everything. */
  readonly refuse?: RefuseQuestion;
  /** Whether the kernel answers `await` without arguments when the awaitable has come to something. Default true. */
  readonly answersAwait?: boolean;
  /** How many of this side's objects the kernel may hold. Default: as many as the table takes. */
  readonly maxHandles?: number | undefined;
  /** How long a thread that polls may do so, in milliseconds; Infinity where the thread sleeps. */
  readonly syncBudgetMs: number;
}

const NO_BUFFERS: readonly Uint8Array[] = [];
/** How long the next question of Python's is waited for after one was answered, and how long that may go on at a time. */
const LINGER_MS = 0.1;
const LINGERING_MS = 4;

/** Calls between this thread's JavaScript and a kernel elsewhere, by messages on a channel. */
export class MessageLink implements KernelLink {
  /** Python's memory is not shared. */
  readonly memory = undefined;
  readonly copies: MemoryCopies | undefined;
  readonly objects: ObjectTable;
  readonly values: LinkValues;
  readonly proxies: PyProxyFactory;
  readonly settings: LinkSettings;
  readonly session: Session;
  readonly conversion: MessageConversion;
  readonly async: AsyncSide;
  isBusy = false;
  readonly isElsewhere = true;

  readonly #board: Switchboard;
  readonly #host: MessageLinkHost;
  readonly #server: MessageServer;
  readonly #waiting = new Set<(death: Error) => void>();
  /** Of the session, when this last looked. */
  #servedCount = 0;
  #death: Error | undefined;

  constructor(board: Switchboard, host: MessageLinkHost) {
    this.#board = board;
    this.#host = host;
    this.objects = new ObjectTable(host.maxHandles);
    this.settings = host.settings;
    this.copies = host.copies;
    this.session = new Session(board, Lane.kernel, this.#sessionHost(), true);
    this.async = new AsyncSide(
      this,
      new MessageCalls(this, () => host.awaitAnswer(), host.answersAwait ?? true),
      host.proxyConstructor,
    );
    this.proxies = host.isAsync ? this.async.proxies : new PyProxyFactory(host.proxyConstructor);
    this.values = new LinkValues(this, this.objects, this.proxies);
    this.conversion = new MessageConversion(this.values);
    this.#server = new MessageServer(this, this.session, this.conversion, host.refuse);
    if (board.waitMode !== "none") board.onIdle = () => this.#linger();
  }

  /** In the event loop a question takes longer to come than to be answered, and Python often has another one. */
  #linger(): void {
    const end = performance.now() + LINGERING_MS;
    while (this.session.servedCount !== this.#servedCount) {
      this.#servedCount = this.session.servedCount;
      try {
        if (!this.#board.waitForOne(Math.min(performance.now() + LINGER_MS, end))) return;
      } catch {
        return; // the channel has closed; its board tells
      }
    }
  }

  ask(op: Op, target: Handle, args: readonly unknown[], keywords?: Keywords): unknown {
    const answered = this.#call(op, target, args, keywords);
    return this.#read(valueOf(answered), answered.attachments);
  }

  find(op: Op, target: Handle, args: readonly unknown[], absent: FailureKind): unknown {
    const answered = this.#call(op, target, args);
    if (isMiss(answered.return, absent)) return undefined;
    return this.#read(valueOf(answered), answered.attachments);
  }

  step(op: Op, target: Handle, args: readonly unknown[]): Step {
    const answered = this.#call(op, target, args);
    const { return: answer, attachments } = answered;
    if (answer.which === "stopped") {
      return { done: true, value: this.#read(answer.stopped, attachments) };
    }
    return { done: false, value: this.#read(valueOf(answered), attachments) };
  }

  askTarget(op: Op, target: Handle, args: readonly unknown[]): PyTarget {
    const value = valueOf(this.#call(op, target, args));
    if (value.which !== "mine") {
      throw new TypeError("Python gave a value where an object was expected");
    }
    return this.#targetOf(value);
  }

  getAttribute(target: PyTarget, name: string): unknown {
    const answered = this.#call(Op.getAttr, target, [name]);
    if (isMiss(answered.return, FailureKind.noAttribute)) return undefined;
    const value = valueOf(answered);
    if (value.which !== "mine") return this.#read(value, answered.attachments);
    return target.cachedAttribute(name, this.#targetOf(value));
  }

  toNative(target: Handle, depth: number): Uint8Array {
    const answered = this.#call(Op.toNative, target, [depth]);
    return bytesIn(valueOf(answered), answered.attachments);
  }

  fromGraph(records: Parts): unknown {
    const buffers: Attachment[] = [];
    const graph = this.conversion.graph(records, buffers);
    const answered = this.#send(draftOf(Op.fromGraph, NO_TARGET, [graph], 0), buffers);
    return this.#read(valueOf(answered), answered.attachments);
  }

  release(target: Handle, references: number): void {
    if (this.#death === undefined) {
      this.session.release(target.index, target.generation, references);
    }
  }

  whenDead(reject: (death: Error) => void): () => void {
    this.#waiting.add(reject);
    const done = this.#host.awaitAnswer();
    return () => {
      if (this.#waiting.delete(reject)) done();
    };
  }

  get limits(): Limits {
    return this.#host.limits;
  }

  get isDead(): boolean {
    return this.#death !== undefined;
  }

  /** Throws when the kernel is dead, as every call does from then on. */
  checkAlive(): void {
    if (this.#death !== undefined) throw this.#death;
  }

  kill(reason: unknown): Error {
    if (this.#death === undefined) {
      this.#death = this.#host.died(reason);
      this.session.end(this.#death);
      for (const reject of [...this.#waiting]) reject(this.#death);
      this.#waiting.clear();
    }
    return this.#death;
  }

  /** The kernel has a successor: what still refers to this one is stale. */
  retire(): void {
    this.kill(new KernelDied("it was restarted"));
    this.#death = new StaleHandle("the object belongs to a kernel that has been restarted since");
  }

  /** Makes a call and waits for its return. */
  #call(op: Op, target: Handle, args: readonly unknown[], keywords?: Keywords): Answered {
    this.#checkCall();
    return this.#send(this.draft(op, target, args, keywords), NO_BUFFERS);
  }

  /** Throws when no call can be made. */
  #checkCall(): void {
    this.checkAlive();
    if (this.isBusy) throw new NoGilError();
  }

  /** Writes the arguments of a call. What they export is taken back when one of them cannot be written. */
  draft(op: Op, target: Handle, args: readonly unknown[], keywords?: Keywords): CallDraft {
    const names = keywords === undefined ? [] : Object.keys(keywords);
    const all = keywords === undefined ? args : [...args, ...Object.values(keywords), ...names];
    const values: Value[] = [];
    try {
      for (const value of all) values.push(this.conversion.write(value));
    } catch (error) {
      this.conversion.takeBack(values);
      throw error instanceof DestroyedError ? raisedInPython(error) : error;
    }
    return draftOf(op, target, values, names.length);
  }

  #send(draft: CallDraft, buffers: readonly Attachment[]): Answered {
    this.#checkCall();
    if (this.#board.waitMode === "none" || this.#host.isAsync)
      throw new SyncUnavailable(this.#host.whyNotSync);
    const until = performance.now() + this.#host.syncBudgetMs;
    let answered: Answered | undefined;
    try {
      answered = this.session.call(draft, buffers, until, undefined, this.#host.limits);
    } catch (error) {
      throw error instanceof ChannelClosed ? this.kill(new KernelDied(error.message)) : error;
    }
    if (answered === undefined) throw new SyncUnavailable(this.#host.whyNotSync);
    return answered;
  }

  #read(value: Value, attachments: readonly Uint8Array[]): unknown {
    return this.conversion.read(value, attachments);
  }

  #targetOf({ index, generation, flags }: Handle & { readonly flags: number }): PyTarget {
    return new PyTarget(this, index, generation, flags);
  }

  #sessionHost(): SessionHost {
    return {
      serve: (call: Call, attachments) => this.#server.serve(call, attachments),
      release: (releases) => this.#released(releases),
      receive: (message) => this.#receive(message),
      failed: (error) => void this.kill(error),
      forget: (answered) => this.#forget(answered),
    };
  }

  /** A handle that is not live is the kernel's mistake; there is nobody to tell, and nothing to release. */
  #released(releases: readonly Release[]): void {
    for (const { index, generation, count } of releases) {
      try {
        this.objects.release(index, generation, count);
      } catch (error) {
        console.error("krait: the kernel released what it did not hold:", error);
      }
    }
  }

  #receive(message: Message): void {
    if (message.which === "event") this.#hear(message.event);
    else if (message.which === "bye") {
      const text = message.bye.failure && textOf(message.bye.failure.message);
      this.kill(new KernelDied(text ?? "it has ended"));
    }
  }

  #hear(event: Event): void {
    if (event.which === "unhandled") reportUncaught(failureError(event.unhandled));
    else if (event.which === "fatal") this.kill(failureError(event.fatal));
    else if (event.which === "busy") this.#host.kernelIsBusy?.(event.busy);
    else if (event.which === "output") this.#host.output?.(event.descriptor, event.data);
    else if (event.which === "signalTaken") this.#host.signalTaken?.(event.signalTaken);
  }

  /** Nobody waits for this return any more: what it introduces is given back. */
  #forget({ return: answer, attachments }: Answered): void {
    if (answer.which === "value") this.conversion.discard(answer.value, attachments);
    else if (answer.which === "stopped") this.conversion.discard(answer.stopped, attachments);
  }
}

function draftOf(
  op: Op,
  { index, generation }: Handle,
  values: readonly Value[],
  keywordCount: number,
): CallDraft {
  return {
    op,
    flags: 0,
    keywordCount,
    deadlineMs: 0,
    path: [],
    arguments: values,
    which: "object",
    index,
    generation,
  };
}

/** The value of a return; throws its failure. */
export function valueOf({ return: answer }: Answered): Value {
  if (answer.which === "value") return answer.value;
  if (answer.which === "failure") throw failureError(answer.failure);
  throw new TypeError("the iterator ended");
}

function isMiss(answer: Return, absent: FailureKind): boolean {
  return answer.which === "failure" && answer.failure.kind === absent;
}

/** The error that a failure stands for. */
export function failureError(failure: Failure): Error {
  const { kind, typeName, message, serial } = failure;
  const text = textOf(message) ?? "";
  if (typeName?.which !== "text") return errorOfKind(kind, text);
  return makePythonError(typeName.text, text, serial);
}

function textOf(value: Value | undefined): string | undefined {
  return value?.which === "text" ? value.text : undefined;
}

/** Lets the program's own handler of uncaught errors have it, as with any callback of an event loop. */
function reportUncaught(error: Error): void {
  setTimeout(() => {
    throw error;
  });
}
