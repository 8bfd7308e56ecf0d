import { Op } from "#vocabulary";
import type { Keywords } from "./link.ts";
import { NO_BINDING, type PyState, stateOf, targetOf } from "./py-state.ts";

/** Calls the object behind a proxy (PX-call0): bound arguments first, `this` only when it is captured. */
export function callProxy(
  state: PyState,
  thisArg: unknown,
  args: readonly unknown[],
  keywords?: Keywords,
): unknown {
  const target = targetOf(state);
  return target.link.ask(Op.call, target, callArguments(state, thisArg, args), keywords);
}

/** What the Python function gets (PX-bind, PX-captureThis). */
export function callArguments(
  state: PyState,
  thisArg: unknown,
  args: readonly unknown[],
): readonly unknown[] {
  if (state.binding === NO_BINDING) return args;
  const { capturesThis, hasBoundThis, boundThis, boundArgs } = state.binding;
  if (capturesThis) return [hasBoundThis ? boundThis : thisArg, ...boundArgs, ...args];
  return boundArgs.length > 0 ? [...boundArgs, ...args] : args;
}

/** Splits off the keyword object that ends the arguments (PX-callKwargs). */
export function splitKeywords(args: readonly unknown[]): [unknown[], Keywords] {
  if (args.length === 0) {
    throw new TypeError("callKwargs requires at least one argument (the key word argument object)");
  }
  const keywords = args[args.length - 1];
  if (!isPlainObject(keywords)) throw new TypeError("kwargs argument is not an object");
  return [args.slice(0, -1), keywords];
}

function isPlainObject(value: unknown): value is Keywords {
  if (typeof value !== "object" || value === null || stateOf(value) !== undefined) return false;
  const { constructor } = value;
  return constructor === undefined || constructor.name === "Object";
}
