import { Op } from "#vocabulary";
import { destroyProxy, type PyTarget } from "./py-state.ts";

export const EXHAUSTED =
  "This borrowed proxy was automatically destroyed when an iterator was exhausted.";

/** The items of a Python iterator, which is released at the end, however the loop ends. */
export function* steps(iterator: PyTarget): Generator<unknown, unknown, undefined> {
  try {
    while (true) {
      const step = iterator.link.step(Op.next, iterator, []);
      if (step.done) return step.value;
      yield step.value;
    }
  } finally {
    iterator.drop();
  }
}

/** What iterators of the language have in common. */
const IteratorPrototype: object = Object.getPrototypeOf(
  Object.getPrototypeOf([][Symbol.iterator]()),
);

/**
 * As `steps`; the proxies among the items live until the iteration is exhausted, and on when it is left early
 * (PX-iterator.2). No generator, since each step would go through two of them.
 */
class BorrowedSteps {
  #iterator: PyTarget | undefined;
  readonly #borrowed: object[] = [];

  constructor(iterator: PyTarget) {
    this.#iterator = iterator;
  }

  next(): IteratorResult<unknown> {
    const iterator = this.#iterator;
    if (iterator === undefined) return { done: true, value: undefined };
    let step: IteratorResult<unknown>;
    try {
      step = iterator.link.step(Op.next, iterator, NO_ARGUMENTS);
    } catch (error) {
      this.#end();
      throw error;
    }
    const { done, value } = step;
    if (done) {
      this.#end();
      for (const item of this.#borrowed) destroyProxy(item, EXHAUSTED);
    } else if (Object(value) === value) {
      this.#borrowed.push(value as object);
    }
    return step;
  }

  return(value?: unknown): IteratorResult<unknown> {
    this.#end();
    return { done: true, value };
  }

  throw(error: unknown): never {
    this.#end();
    throw error;
  }

  #end(): void {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    iterator?.drop();
  }
}

Object.setPrototypeOf(BorrowedSteps.prototype, IteratorPrototype);

const NO_ARGUMENTS: readonly unknown[] = [];

/** The items of a Python iterator, for programs. */
export function borrowedSteps(iterator: PyTarget): Iterator<unknown, unknown, undefined> {
  return new BorrowedSteps(iterator);
}
