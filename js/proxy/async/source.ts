import type { Op } from "#vocabulary";
import type { Keywords } from "../link.ts";
import type { AsyncCall } from "./async-link.ts";
import type { AsyncSide } from "./async-side.ts";

/** What a call may have beside its target and its arguments. */
export type CallExtras = Pick<AsyncCall, "absent" | "signal"> & {
  readonly keywords?: Keywords | undefined;
};

/** A value that no promise takes apart. */
export interface Box {
  readonly value: unknown;
}

/** A graph from the kernel. */
export interface Records {
  readonly side: AsyncSide;
  readonly records: Uint8Array;
  /** The iterator has ended with it. */
  readonly done: boolean;
}

/** What an async proxy stands for: an object that is known, or steps whose result is not known yet. */
export interface Source {
  readonly side: AsyncSide;
  /** Type flags, once they are known. */
  readonly flags: number | undefined;
  /** What names it among the arguments of a call: a value or an `Answer`. Undefined: it has to be waited for. */
  readonly argument: Box | undefined;
  /** What `await` gives: of an awaitable, what it comes to. A step that was not made yet is made now. */
  settle(): Promise<unknown>;
  /** As `settle`, but an awaitable stays what it is. */
  boxed(): Promise<Box>;
  /** Starts one op of the object, now. */
  ask(op: Op, args: readonly unknown[], extras?: CallExtras): Source;
  /** Starts one op of an iterator, and waits for it. */
  step(op: Op, args: readonly unknown[]): Promise<IteratorResult<unknown>>;
  /** Starts one op whose answer is a graph, and waits for it. */
  records(op: Op, args: readonly unknown[]): Promise<Records>;
  /** The step to what the object's sync proxy has under the name; it is made when its result is needed. */
  member(name: string): Source;
  /** Calls the object. */
  call(args: readonly unknown[], extras?: CallExtras): Source;
}
