import { Op } from "#vocabulary";
import { settledByPython } from "../awaiting.ts";
import type { Link } from "../link.ts";
import { DESTROYED, type PyState, stateOf, targetOf } from "../py-state.ts";
import { forProgram } from "./async-side.ts";

/** The one promise of an awaitable (PX-then.2). Taking it ends the proxy. */
export function takePromiseLater(state: PyState): Promise<unknown> {
  const { target } = state.life;
  if (target.promise === undefined) {
    const { async: side } = targetOf(state).link;
    const answer = side.calls.call({ op: Op.await, target, args: [] });
    target.promise = answer.value.then((value) => {
      answer.release();
      return forProgram(side, value);
    });
  }
  state.life.end(DESTROYED);
  return target.promise;
}

/**
 * The promise of what Python will tell by one of two functions, once; a Python object as its `PyTarget`.
 * @param start hands them over; when it rejects, so does the promise
 */
export function toldLater(
  link: Link,
  start: (
    resolve: (value: unknown) => void,
    reject: (raise: () => unknown) => void,
  ) => Promise<unknown>,
): Promise<unknown> {
  const { promise, cancel, fulfill } = settledByPython(link);
  const resolve = (value: unknown): void => fulfill(ownTarget(link, value));
  // For an exception Python hands over a function that raises it.
  const reject = (raise: () => unknown): void => {
    const { async: side } = link;
    const { target } = (stateOf(raise) as PyState).life;
    side.calls.call({ op: Op.call, target, args: [] }).value.catch(cancel);
  };
  start(resolve, reject).catch(cancel);
  return promise;
}

/** The object of a proxy of this kernel that ends with the call that brought it; every other value as it is. */
export function ownTarget(link: Link, value: unknown): unknown {
  const state = stateOf(value);
  if (state === undefined || state.life.target.link !== link) return value;
  const { target } = state.life;
  target.copies++;
  return target;
}
