import { Op, TypeFlag } from "#vocabulary";
import { anyState, DESTROYED, type PyTarget, stateOf, targetOf } from "./py-state.ts";

/** Turns an awaitable into a promise: `asyncio.ensure_future` in Python, resolve and reject here. */
export function promiseOf(target: PyTarget): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // The value is resolved as it is: a proxied awaitable in it is awaited in turn, as any thenable.
    target.link.ask(Op.await, target, [resolve, reject]);
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

/** Starts a coroutine that came from a call (PX-coroutine); its promise waits for whoever asks. */
export function scheduleCoroutine(result: object): void {
  const target = stateOf(result)?.life.target;
  if (target === undefined || !target.is(TypeFlag.awaitable)) return;
  if (target.link.ask(Op.typeName, target, []) !== "coroutine") return;
  target.promise = promiseOf(target);
}
