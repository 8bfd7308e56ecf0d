import { Op } from "#vocabulary";
import { anyState, DESTROYED, type PyTarget, targetOf } from "./py-state.ts";

/** Turns an awaitable into a promise: `asyncio.ensure_future` in Python, resolve and reject here. */
export function promiseOf(target: PyTarget): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // The value is resolved as it is: a proxied awaitable in it is awaited in turn, as any thenable.
    // For an exception Python hands over a function that raises it, so that it arrives as PythonError.
    const rejectRaised = (raise: () => never) => {
      forget();
      try {
        raise();
      } catch (error) {
        reject(error);
      }
    };
    const fulfill = (value: unknown) => {
      forget();
      resolve(value);
    };
    const forget = target.link.whenDead(reject);
    try {
      target.link.ask(Op.await, target, [fulfill, rejectRaised]);
    } catch (error) {
      forget();
      throw error;
    }
  });
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
