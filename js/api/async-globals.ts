import { FailureKind, Op } from "#vocabulary";
import type { AsyncSide } from "../proxy/async/async-side.ts";
import { lazy } from "../proxy/async/lazy.ts";
import type { Source } from "../proxy/async/source.ts";
import { imported } from "../proxy/async/steps.ts";
import { type PyState, type PyTarget, stateOf } from "../proxy/py-state.ts";

/** The async proxy of `__main__`'s dict. Its `get` and `has` look in builtins too (JS-globals.2), in one question. */
export function makeAsyncGlobals(side: AsyncSide, target: PyTarget): any {
  const globals = side.proxies.make(target);
  (stateOf(globals) as PyState).life.isPermanent = true;
  let known: Source | undefined;
  const chain = (): Source => {
    if (known === undefined) {
      const builtins = lazy(imported(side, "builtins.__dict__"));
      known = imported(side, "collections.ChainMap").call([globals, builtins]);
      known.settle().catch(() => undefined); // whoever asks it is told
    }
    return known;
  };
  const define = (name: string, op: Op): void => {
    const value = (key: unknown) => lazy(chain().ask(op, [key], { absent: FailureKind.noItem }));
    Object.defineProperty(globals, name, { value, writable: true, configurable: true });
  };
  define("get", Op.getItem);
  define("has", Op.contains);
  return globals;
}
