import type { FailureKind, Op } from "#vocabulary";
import type { Parts } from "../../wire/parts.ts";
import type { Keywords } from "../link.ts";
import type { Handle } from "../object-table.ts";
import type { Answer } from "./answer.ts";

/**
 * How the reply of a call is read:
 * - "value": by the implicit conversions; a Python object as its `PyTarget`, unmade.
 * - "step": as `{ done, value }` of an iterator's op, `value` as under "value".
 * - "records": as "step", `value` the bytes of a graph (`toNative`, `nextBatch`), the asker's own. Its leaves were
 *   introduced once, and are the asker's.
 */
export type ReplyForm = "value" | "step" | "records";

/** One call of an `AsyncLink`. */
export interface AsyncCall {
  readonly op: Op;
  /** A Python object; or the answer of an earlier call of the same link, not released, known already or not. */
  readonly target: Handle | Answer;
  /** Attributes that are followed from the target before the op is applied. Names that UTF-8 can hold. */
  readonly path?: readonly string[] | undefined;
  /** Values by the implicit conversions. An `Answer` among them stands for what that call gives. */
  readonly args: readonly unknown[];
  /** The one argument of `fromGraph`. */
  readonly graph?: Parts | undefined;
  /** As `args`. */
  readonly keywords?: Keywords | undefined;
  /** A failure of this kind is no failure: the value is `undefined`. What refers to the answer fails nevertheless. */
  readonly absent?: FailureKind | undefined;
  /** Default "value". */
  readonly form?: ReplyForm;
  /**
   * Aborted: the answer rejects with the signal's reason at once. A call that has not begun is not made; of one that
   * awaits, the task is cancelled; what computes goes on (BY-deadline).
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * How async proxies reach their objects, over any carrier (BY-async, BY-pipeline, BY-order). Calls start in the order in
 * which `call` was called, and never wait for the answers that they refer to: the interpreter's side resolves them. If
 * one of those failed, the call fails with the same error.
 *
 * The operations mean what they mean to `Link`, but for these:
 * - A target that is an answer is the Python object itself, also where its value crosses as a copy: `getAttr` of the
 *   answer "abc" asks Python's `str`.
 * - `await` has no arguments: the answer is what the awaitable gives, as long as that takes.
 *
 * Values that come back hold no proxies: the asker makes the kind it wants of a `PyTarget`.
 */
export interface AsyncLink {
  /** Starts a call, and returns at once. Never throws: whatever is wrong rejects the answer. */
  call(call: AsyncCall): Answer;
}
