import type { Asked } from "../asked.ts";
import { destroyProxy, type PyState, releaseWhenCollected, stateOf } from "../py-state.ts";

const ASYNC_CALL_ENDED =
  "This borrowed proxy was automatically destroyed at the end of an asynchronous function call. " +
  "Try using create_proxy or create_once_callable.";
const GENERATOR_ENDED =
  "This borrowed proxy was automatically destroyed when a generator completed execution. " +
  "Try using create_proxy or create_once_callable.";

// Any property of any object is looked at.
type AnyObject = any;

/** Proxies that live until a generator completes, by generator (CL-generator). */
const heldByGenerator = new WeakMap<object, object[]>();

/** Makes the proxies among the arguments own proxies: assignment never destroys (CL-assign). */
export function keepProxies(asked: Asked): void {
  for (const proxy of asked.borrowed.splice(0)) releaseWhenCollected(stateOf(proxy) as PyState);
}

/** Lengthens the lives of a call's borrowed proxies as its result asks for (CL-promise, CL-generator). */
export function lendToResult(asked: Asked, result: unknown): void {
  asked.endsResult = true;
  if (Object(result) !== result || stateOf(result) !== undefined) return;
  if (isThenable(result)) lendToPromise(asked, result);
  else if (asked.borrowed.length > 0 && isGenerator(result))
    lendToGenerator(asked, result as object);
}

/** The arguments live until the promise settles; a proxy that it resolves to ends then as well. */
function lendToPromise(asked: Asked, promise: PromiseLike<unknown>): void {
  const proxies = asked.borrowed.splice(0);
  keepAlive(proxies);
  const settle = (value?: unknown) => {
    // Python's own reactions were added after this one, and need the proxies: they run before the next microtask.
    queueMicrotask(() => {
      for (const proxy of proxies) destroyProxy(proxy, ASYNC_CALL_ENDED);
      const state = stateOf(value);
      if (state !== undefined && !state.isRoundtrip) state.life.end(ASYNC_CALL_ENDED);
    });
  };
  const follow = () => void promise.then(settle, () => settle());
  if (asked.link.isElsewhere) followers.set(promise, follow);
  else follow();
}

/** What begins to follow a promise once Python, which is elsewhere and comes to it later, has added its reactions. */
const followers = new WeakMap<object, () => void>();

/** Python has added reactions to the promise. */
export function reactionsAdded(promise: unknown): void {
  const follow = followers.get(promise as object);
  if (follow === undefined) return;
  followers.delete(promise as object);
  follow();
}

function lendToGenerator(asked: Asked, generator: object): void {
  const proxies = asked.borrowed.splice(0);
  keepAlive(proxies);
  heldByGenerator.set(generator, [...(heldByGenerator.get(generator) ?? []), ...proxies]);
}

/** Values sent into a generator live as its arguments do. Anything else ends with the call. */
export function lendToIterator(asked: Asked): void {
  const { object } = asked;
  if (asked.borrowed.length > 0 && isGenerator(object)) lendToGenerator(asked, object as object);
}

/** Ends what a generator held: it completed. */
export function generatorEnded(generator: unknown): void {
  const proxies = heldByGenerator.get(generator as object);
  if (proxies === undefined) return;
  heldByGenerator.delete(generator as object);
  for (const proxy of proxies) destroyProxy(proxy, GENERATOR_ENDED);
}

/** Whoever holds the proxies may be collected before it ends them. */
function keepAlive(proxies: readonly object[]): void {
  for (const proxy of proxies) releaseWhenCollected(stateOf(proxy) as PyState);
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as AnyObject)?.then === "function";
  } catch {
    return false;
  }
}

function isGenerator(value: unknown): boolean {
  try {
    const tag = (value as AnyObject)?.[Symbol.toStringTag];
    return tag === "Generator" || tag === "AsyncGenerator";
  } catch {
    return false;
  }
}
