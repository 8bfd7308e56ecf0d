import type { FailureKind } from "#vocabulary";
import { Op } from "#vocabulary";
import type { Parts } from "../../wire/parts.ts";
import { promiseOf } from "../awaiting.ts";
import type { Keywords } from "../link.ts";
import type { Handle } from "../object-table.ts";
import { PyTarget } from "../py-state.ts";
import { Answer, type AnswerSink } from "./answer.ts";
import type { AsyncCall, AsyncLink } from "./async-link.ts";
import { ownTarget } from "./awaiting.ts";

/** What came of a call. */
export type Reached =
  | {
      readonly isFailed: false;
      /** Converted; a Python object as its `PyTarget`; the bytes of a graph when records were asked for. */
      readonly value: unknown;
      /** The object that the value is, or is a copy of. */
      readonly kept: PyTarget | undefined;
      readonly isDone: boolean;
    }
  | { readonly isFailed: true; readonly kind: FailureKind; readonly error: Error };

/** What makes the calls. */
export interface Reaches {
  /** Makes a call. Throws what keeps it from being made, not what it fails with. */
  reach(
    op: Op,
    target: Handle,
    args: readonly unknown[],
    keywords: Keywords | undefined,
    isRecords: boolean,
  ): Reached;
  /** As `reach`, of `fromGraph`. */
  reachGraph(records: Parts): Reached;
}

/** What is kept of a call for those that name its answer. */
interface Kept {
  target?: PyTarget | undefined;
  error?: unknown;
}

/** The asynchronous calls of a kernel on this thread: each is made at once, and its answer told later. */
export class InPageCalls implements AsyncLink {
  readonly #link: Reaches;
  readonly #kept = new WeakMap<Answer, Kept>();

  constructor(link: Reaches) {
    this.#link = link;
  }

  call(call: AsyncCall): Answer {
    const kept: Kept = {};
    const { answer, sink } = Answer.pending(() => kept.target?.drop());
    this.#kept.set(answer, kept);
    try {
      this.#make(call, kept, sink);
    } catch (error) {
      kept.error = error;
      sink.reject(error);
    }
    return answer;
  }

  #make(call: AsyncCall, kept: Kept, sink: AnswerSink): void {
    const { op, path = [], form = "value", signal } = call;
    signal?.throwIfAborted();
    const steps: PyTarget[] = [];
    try {
      let target = this.#targetOf(call.target);
      for (const name of path) {
        const reached = this.#link.reach(Op.getMember, target, [name], undefined, false);
        if (reached.isFailed) throw reached.error;
        if (reached.value instanceof PyTarget) reached.value.drop();
        target = reached.kept as PyTarget;
        steps.push(target as PyTarget);
      }
      if (op === Op.await) return this.#await(target as PyTarget, signal, sink);
      const args = call.args.map((value) => this.#valueOf(value));
      const keywords = call.keywords && this.#valuesOf(call.keywords);
      const reached =
        call.graph === undefined
          ? this.#link.reach(op, target, args, keywords, form === "records")
          : this.#link.reachGraph(call.graph);
      if (reached.isFailed) {
        kept.error = reached.error;
        return sink.reject(reached.error, reached.kind === call.absent);
      }
      const { value, isDone } = reached;
      kept.target = reached.kept;
      const drop = value instanceof PyTarget ? () => value.drop() : undefined;
      sink.resolve(form === "value" ? value : { done: isDone, value }, drop);
    } finally {
      for (const step of steps) step.drop();
    }
  }

  #await(target: PyTarget, signal: AbortSignal | undefined, sink: AnswerSink): void {
    const stop = () => sink.reject(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    promiseOf(target)
      .then(
        (value) => sink.resolve(ownTarget(target.link, value)),
        (error) => sink.reject(error),
      )
      .finally(() => signal?.removeEventListener("abort", stop));
  }

  #targetOf(target: Handle | Answer): Handle {
    return target instanceof Answer ? this.#objectOf(target) : target;
  }

  #objectOf(answer: Answer): PyTarget {
    const kept = this.#kept.get(answer) as Kept;
    answer.refer();
    if (kept.target === undefined) throw kept.error ?? new TypeError("the answer is no object");
    return kept.target;
  }

  #valueOf(value: unknown): unknown {
    return value instanceof Answer ? this.#objectOf(value).borrowed() : value;
  }

  #valuesOf(keywords: Keywords): Keywords {
    const entries = Object.entries(keywords);
    return Object.fromEntries(entries.map(([name, value]) => [name, this.#valueOf(value)]));
  }
}
