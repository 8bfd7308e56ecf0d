import { TypeFlag } from "#vocabulary";
import type { Handle } from "../proxy/object-table.ts";

/**
 * The row that no table of a client has: of functions that this thread gives to Python, to be told what an awaitable has
 * come to. The generation says which.
 */
export const AWAITED = 0x7fff_ffff;
/** What they can do. */
export const AWAITED_FLAGS = 1 << TypeFlag.callable;

/** A call that waits for an awaitable. */
export interface Awaited {
  readonly callId: number;
  /** Handles of the two functions that Python is given. */
  readonly resolve: Handle;
  readonly reject: Handle;
  /** What is cancelled when the call is not wanted any more; counted once. */
  task: Handle | undefined;
}

/** The calls whose answers come when Python has them. */
export class AwaitedCalls {
  readonly #byNumber = new Map<number, Awaited>();
  #number = 0;

  begin(callId: number): Awaited {
    this.#number = (this.#number + 1) & 0x3fff_ffff;
    const awaited: Awaited = {
      callId,
      resolve: { index: AWAITED, generation: 2 * this.#number },
      reject: { index: AWAITED, generation: 2 * this.#number + 1 },
      task: undefined,
    };
    this.#byNumber.set(this.#number, awaited);
    return awaited;
  }

  /** Takes out the call that the function of this generation tells of; undefined when it has been told already. */
  take(generation: number): Awaited | undefined {
    const awaited = this.#byNumber.get(generation >>> 1);
    this.#byNumber.delete(generation >>> 1);
    return awaited;
  }

  find(callId: number): Awaited | undefined {
    for (const awaited of this.#byNumber.values()) if (awaited.callId === callId) return awaited;
    return undefined;
  }
}
