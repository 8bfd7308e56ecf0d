import { Op } from "#vocabulary";
import { destroyProxy, type PyTarget } from "./py-state.ts";

const EXHAUSTED = "This borrowed proxy was automatically destroyed when an iterator was exhausted.";

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

/** As `steps`; the proxies among the items live until the iteration is exhausted, and on when it is left early (PX-iterator.2). */
export function* borrowedSteps(iterator: PyTarget): Generator<unknown, unknown, undefined> {
  const borrowed: unknown[] = [];
  let result: unknown;
  const items = steps(iterator);
  try {
    while (true) {
      const step = items.next();
      if (step.done) {
        result = step.value;
        break;
      }
      const { value } = step;
      if (typeof value === "object" || typeof value === "function") borrowed.push(value);
      yield value;
    }
  } finally {
    items.return(undefined);
  }
  for (const item of borrowed) destroyProxy(item, EXHAUSTED);
  return result;
}
