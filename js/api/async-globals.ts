import { FailureKind, Op } from "#vocabulary";
import type { AsyncSide } from "../proxy/async/async-side.ts";
import { lazy } from "../proxy/async/lazy.ts";
import { imported } from "../proxy/async/steps.ts";

/** The async proxy of `__main__`'s dict. Its `get` and `has` look in builtins too (JS-globals.2), in one question. */
export function makeAsyncGlobals(side: AsyncSide, globals: object): object {
  const builtins = lazy(imported(side, "builtins.__dict__"));
  const chain = imported(side, "collections.ChainMap").call([globals, builtins]);
  chain.boxed().catch(() => undefined); // whoever asks it is told
  const define = (name: string, op: Op): void => {
    const value = (key: unknown) => lazy(chain.ask(op, [key], { absent: FailureKind.noItem }));
    Object.defineProperty(globals, name, { value, writable: true, configurable: true });
  };
  define("get", Op.getItem);
  define("has", Op.contains);
  return globals;
}
