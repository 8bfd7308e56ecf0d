import { CallFlag, type Value } from "#protocol";
import { Op } from "#vocabulary";
import type { Attachment } from "../../session/frames.ts";
import type { Answered, CallDraft, Session } from "../../session/session.ts";
import { StaleHandle } from "../errors.ts";
import type { Keywords, Link } from "../link.ts";
import { bytesIn, type MessageConversion } from "../message-conversion.ts";
import { failureError } from "../message-link.ts";
import { DestroyedError, PyTarget } from "../py-state.ts";
import { raisedInPython } from "../python-error.ts";
import { Answer, type AnswerSink } from "./answer.ts";
import type { AsyncCall, AsyncLink } from "./async-link.ts";
import { toldLater } from "./awaiting.ts";

/** Calls that are under way at once; more wait here, in order, rather than with the kernel. */
const MAX_PENDING = 512;
/** Answers that the kernel keeps for later steps though they are known here; the oldest is given up for a new one. */
const MAX_KEPT = 512;

/** What makes the calls. */
interface CallingLink extends Link {
  readonly session: Session;
  readonly conversion: MessageConversion;
  /** Throws when the kernel is dead. */
  checkAlive(): void;
}

/** A call of this side. */
interface Sent {
  /** 0 before it is sent. */
  id: number;
  error: unknown;
  isKept: boolean;
  isSettled: boolean;
  /** Of the program's call, while stacks are recorded (JS-setDebug). */
  readonly stack: string | undefined;
}

/** The asynchronous calls of a kernel elsewhere. */
export class MessageCalls implements AsyncLink {
  readonly #link: CallingLink;
  readonly #sent = new WeakMap<Answer, Sent>();
  /** In the order of the calls. */
  readonly #kept = new Set<Sent>();
  readonly #queue: (() => void)[] = [];
  #pending = 0;
  readonly #answersAwait: boolean;
  readonly #awaitAnswer: () => () => void;
  #answered: (() => void) | undefined;

  /** @param awaitAnswer is called when the first of some calls is under way; its result when the last one has ended */
  constructor(link: CallingLink, awaitAnswer: () => () => void, answersAwait: boolean) {
    this.#link = link;
    this.#answersAwait = answersAwait;
    this.#awaitAnswer = awaitAnswer;
  }

  call(call: AsyncCall): Answer {
    const stack = this.#link.proxies.births.stackNow();
    const sent: Sent = { id: 0, error: undefined, isKept: false, isSettled: false, stack };
    const { answer, sink } = Answer.pending(() => this.#finish(sent));
    this.#sent.set(answer, sent);
    for (const named of [call.target, ...call.args]) if (named instanceof Answer) named.refer();
    if (call.op === Op.await && call.args.length === 0 && !this.#answersAwait) {
      this.#awaitByFunctions(call, sink);
      return answer;
    }
    const send = () => this.#send(call, sent, sink);
    if (this.#pending < MAX_PENDING && this.#queue.length === 0) send();
    else this.#queue.push(send);
    return answer;
  }

  /** Python is given two functions, and calls one of them. */
  #awaitByFunctions(call: AsyncCall, sink: AnswerSink): void {
    const { link } = this.#link.async;
    const told = toldLater(link, (resolve, reject) => {
      const asked = this.call({ ...call, args: [resolve, reject] });
      return asked.value.finally(() => asked.release());
    });
    this.#count(1);
    told
      .then(
        (value) => sink.resolve(value),
        (error) => sink.reject(error),
      )
      .finally(() => this.#count(-1));
  }

  #send(call: AsyncCall, sent: Sent, sink: AnswerSink): void {
    const { signal } = call;
    try {
      this.#link.checkAlive();
      signal?.throwIfAborted();
      const buffers: Uint8Array[] = [];
      const draft = this.#draft(call, buffers);
      this.#count(1);
      const stop = () => {
        sink.reject(signal?.reason);
        if (!sent.isSettled) this.#link.session.cancel(sent.id);
      };
      signal?.addEventListener("abort", stop, { once: true });
      sent.id = this.#link.session.start(draft, buffers, (answered) => {
        signal?.removeEventListener("abort", stop);
        this.#count(-1);
        sent.isSettled = true;
        this.#settle(call, sent, sink, answered);
        this.#sendQueued();
      });
      if ((draft.flags & KEEP) !== 0) this.#keep(sent);
    } catch (error) {
      sent.error = error;
      sent.isSettled = true;
      sink.reject(error);
    }
  }

  #count(change: 1 | -1): void {
    this.#pending += change;
    if (this.#pending === 1) this.#answered ??= this.#awaitAnswer();
    if (this.#pending > 0) return;
    this.#answered?.();
    this.#answered = undefined;
  }

  #sendQueued(): void {
    while (this.#pending < MAX_PENDING) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      next();
    }
  }

  #draft(call: AsyncCall, buffers: Attachment[]): CallDraft {
    const { op, path = [], form = "value" } = call;
    const isNamed = form === "value" && op !== Op.await;
    const common = {
      op,
      flags: isNamed ? KEEP : 0,
      deadlineMs: 0,
      path,
    };
    const { target } = call;
    const where =
      target instanceof Answer
        ? ({ which: "answer", answer: this.#idOf(target) } as const)
        : ({ which: "object", index: target.index, generation: target.generation } as const);
    const values =
      call.graph === undefined
        ? this.#values(call.args, call.keywords)
        : [this.#link.conversion.graph(call.graph, buffers)];
    const keywordCount = Object.keys(call.keywords ?? {}).length;
    return { ...common, ...where, arguments: values, keywordCount };
  }

  /** What the arguments export is taken back when one of them cannot be written. */
  #values(args: readonly unknown[], keywords: Keywords | undefined): Value[] {
    const given = [...args, ...Object.values(keywords ?? {}), ...Object.keys(keywords ?? {})];
    const values: Value[] = [];
    try {
      for (const value of given) {
        const isAnswer = value instanceof Answer;
        values.push(
          isAnswer
            ? { which: "answer", answer: this.#idOf(value) }
            : this.#link.conversion.write(value),
        );
      }
    } catch (error) {
      this.#link.conversion.takeBack(values);
      throw error instanceof DestroyedError ? raisedInPython(error) : error;
    }
    return values;
  }

  /** @throws {Error} what the answer failed with; {StaleHandle} when it is kept no more */
  #idOf(answer: Answer): number {
    const sent = this.#sent.get(answer) as Sent;
    if (sent.error !== undefined) throw sent.error;
    if (sent.isKept) return sent.id;
    throw new StaleHandle(
      `the answer is kept no more: it was released, or ${MAX_KEPT} later ones took its place. Await it`,
    );
  }

  #settle(call: AsyncCall, sent: Sent, sink: AnswerSink, answered: Answered | Error): void {
    try {
      if (answered instanceof Error) throw answered;
      const { return: answer, attachments } = answered;
      if (answer.which === "failure") {
        sent.error = failureError(answer.failure);
        return sink.reject(sent.error, answer.failure.kind === call.absent);
      }
      const isDone = answer.which === "stopped";
      const written = answer.which === "stopped" ? answer.stopped : answer.value;
      const { form = "value" } = call;
      const value =
        form === "records"
          ? bytesIn(written, attachments).slice()
          : this.#read(written, attachments, sent.stack);
      const drop = value instanceof PyTarget ? () => value.drop() : undefined;
      sink.resolve(form === "value" ? value : { done: isDone, value }, drop);
    } catch (error) {
      sent.error = error;
      sink.reject(error);
    }
  }

  #read(value: Value, attachments: readonly Uint8Array[], stack?: string): unknown {
    if (value.which !== "mine") return this.#link.conversion.read(value, attachments);
    return new PyTarget(this.#link, value.index, value.generation, value.flags, stack);
  }

  #keep(sent: Sent): void {
    sent.isKept = true;
    this.#kept.add(sent);
    if (this.#kept.size <= MAX_KEPT) return;
    for (const oldest of this.#kept) {
      if (!oldest.isSettled) continue;
      this.#finish(oldest);
      return;
    }
  }

  #finish(sent: Sent): void {
    if (!sent.isKept) return;
    sent.isKept = false;
    this.#kept.delete(sent);
    this.#link.session.finish(sent.id);
  }
}

const KEEP = 1 << CallFlag.keepAnswer;
