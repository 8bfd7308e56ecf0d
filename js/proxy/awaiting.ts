import { Op } from "#vocabulary";
import type { Link } from "./link.ts";
import { anyState, DESTROYED, type PyTarget, targetOf } from "./py-state.ts";

/** Turns an awaitable into a promise: `asyncio.ensure_future` in Python, resolve and reject here. */
export function promiseOf(target: PyTarget): Promise<unknown> {
  return promiseFrom(target.link, (fulfill, fail) => {
    target.link.ask(Op.await, target, [fulfill, fail]);
  });
}

/**
 * The promise of what Python will tell by one of two functions, once.
 * @param start hands them over; what it throws rejects
 */
export function promiseFrom(
  link: Link,
  start: (fulfill: (value: unknown) => void, fail: (raise: () => unknown) => void) => void,
): Promise<unknown> {
  const { promise, fulfill, fail, cancel } = settledByPython(link);
  try {
    start(fulfill, fail);
  } catch (error) {
    cancel(error);
  }
  return promise;
}

/**
 * A promise, and functions that settle it. Frames of an exception may hold them for as long as it lives, and so must not
 * be held by it through the promise: once it is settled they know neither promise nor target.
 */
export function settledByPython(link: Link) {
  let settlers: [(value: unknown) => void, (reason: unknown) => void] | undefined;
  const promise = new Promise((resolve, reject) => {
    settlers = [resolve, reject];
  });
  const settle = (which: 0 | 1, value: unknown) => {
    forget();
    settlers?.[which](value);
    settlers = undefined;
  };
  const cancel = (reason: unknown) => settle(1, reason);
  const forget = link.whenDead(cancel);
  return {
    promise,
    cancel,
    // The value is resolved as it is: a proxied awaitable in it is awaited in turn, as any thenable.
    fulfill: (value: unknown) => settle(0, value),
    // For an exception Python hands over a function that raises it, so that it arrives as PythonError.
    fail(raise: () => unknown) {
      try {
        // An async proxy of the function gives a promise, which rejects.
        (raise() as Promise<never> | undefined)?.then(undefined, cancel);
      } catch (error) {
        cancel(error);
      }
    },
  };
}

/** The one promise of an awaitable's proxy (PX-then.2). Taking it ends the proxy. */
export function takePromise(receiver: unknown): Promise<unknown> {
  const state = anyState(receiver);
  const known = state.life.target.promise;
  if (known !== undefined) {
    state.life.end(DESTROYED);
    return known;
  }
  const target = targetOf(state);
  target.promise = promiseOf(target);
  state.life.end(DESTROYED);
  return target.promise;
}
