import { DESTROYED, type PyState, releaseWhenCollected, stateOf } from "./py-state.ts";

/** A JavaScript function that calls a Python one once and then lets go of it (CL-create_once_callable). */
export function onceCallable(proxy: (...args: unknown[]) => unknown): object {
  const state = stateOf(proxy) as PyState;
  releaseWhenCollected(state);
  let after: string | undefined;
  const finish = (message: string) => {
    after = message;
    state.life.end(DESTROYED);
  };
  const callOnce = (...args: unknown[]): unknown => {
    if (after !== undefined) throw new Error(after);
    try {
      return Reflect.apply(proxy, undefined, args);
    } finally {
      finish("OnceProxy can only be called once");
    }
  };
  return Object.assign(callOnce, {
    destroy(): void {
      if (after !== undefined) throw new Error("OnceProxy has already been destroyed");
      finish("OnceProxy has already been destroyed");
    },
  });
}
