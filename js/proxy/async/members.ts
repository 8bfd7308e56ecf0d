import { Op, TypeFlag } from "#vocabulary";
import { NO_STACK_SWITCHING } from "../../kernel/stack-switching.ts";
import { callArguments, splitKeywords } from "../call.ts";
import { SyncUnavailable } from "../errors.ts";
import { limitedRun, secondsOf } from "../limits.ts";
import { DESTROYED, type PyState, stateOf, targetOf } from "../py-state.ts";
import type { ToJsOptions } from "../to-js.ts";
import type { DestroyOptions } from "../traits/base.ts";
import type { CallOptions } from "../traits/callable.ts";
import { forProgram } from "./async-side.ts";
import { toldLater } from "./awaiting.ts";
import { toJsLater } from "./copies.ts";
import { lazy } from "./lazy.ts";
import { PromisedSource } from "./promised.ts";
import type { CallExtras, Source } from "./source.ts";
import { imported } from "./steps.ts";
import { within } from "./within.ts";

/** What a member of an async proxy is: a value, mostly a function that gives a promise or a lazy proxy. */
type Member = (source: Source, state?: PyState) => unknown;

export function syncUnavailable(what: string): SyncUnavailable {
  return new SyncUnavailable(`${what}: this proxy is asynchronous. Write \`await\` on each step`);
}

/** The method of a settled proxy, whatever it needs of the proxy itself. */
function ofProxy(use: (state: PyState, args: readonly unknown[]) => unknown): Member {
  return (source) =>
    async (...args: unknown[]): Promise<unknown> => {
      const state = stateOf((await source.boxed()).value);
      if (state === undefined) throw new TypeError("the value is no Python object");
      return use(state, args);
    };
}

/** A test of what the object can do; a value that crossed as a copy can do nothing. */
function test(...flags: TypeFlag[]): Member {
  const isTrue = (bits: number) => flags.some((flag) => (bits & (1 << flag)) !== 0);
  return (source) => async (): Promise<boolean> => {
    if (source.flags !== undefined) return isTrue(source.flags);
    const state = stateOf((await source.boxed()).value);
    return state !== undefined && isTrue(state.life.target.flags);
  };
}

/** A proxy of the same object with a life of its own (PX-copy). Boxed, since it may be a thenable. */
function copyOf(state: PyState): unknown {
  const target = targetOf(state);
  target.copies++;
  return target.link.async.proxies.makeOwn(target, state.binding);
}

/** PX-destroy */
function destroy(state: PyState, [options = {}]: readonly unknown[]): void {
  const { message = DESTROYED, destroyRoundtrip = true } = options as DestroyOptions;
  if (!state.isRoundtrip || destroyRoundtrip) state.life.end(message);
}

/** Members that every proxy has (spec: js-api.md section 4.1). */
export const BASE_MEMBERS: ReadonlyMap<string, Member> = new Map<string, Member>([
  ["type", (source) => lazy(source.ask(Op.typeName, []))],
  [
    "toString",
    (source) => () =>
      lazy(source.ask(source.side.link.settings.isToStringRepr ? Op.repr : Op.str, [])),
  ],
  [
    "toJs",
    (source) =>
      (options: ToJsOptions = {}) =>
        toJsLater(source, options),
  ],
  ["$async", (source) => lazy(source)],
  ["copy", ofProxy(copyOf)],
  ["destroy", ofProxy(destroy)],
  ["isAwaitable", test(TypeFlag.awaitable)],
  ["isBuffer", test(TypeFlag.buffer)],
  ["isCallable", test(TypeFlag.callable)],
  ["isIterable", test(TypeFlag.iterable, TypeFlag.iterator)],
  ["isIterator", test(TypeFlag.iterator)],
  ["supportsGet", test(TypeFlag.hasGet)],
  ["supportsHas", test(TypeFlag.hasContains)],
  ["supportsLength", test(TypeFlag.hasLength)],
  ["supportsSet", test(TypeFlag.hasSet)],
]);

/** What a call may be told besides its arguments (BY-deadline). */
export interface AsyncCallOptions extends CallOptions {
  /** Past so many milliseconds Python gets TimeoutError. */
  timeout?: number;
  /** Aborted, it rejects the call with its reason at once. */
  signal?: AbortSignal;
}

/** Members of callables. A proxy whose object is not known yet has them: if it is none, the call fails. */
export const CALLABLE_MEMBERS: ReadonlyMap<string, Member> = new Map<string, Member>([
  [
    "call",
    (source, state) =>
      (thisArg: unknown, ...args: unknown[]) =>
        lazy(source.call(argumentsOf(state, args, thisArg))),
  ],
  [
    "apply",
    (source, state) => async (thisArg: unknown, args?: ArrayLike<unknown> | null) => {
      // Reflect.apply makes of `args` what the language says, and throws its TypeError.
      const list = Reflect.apply(collect, undefined, args ?? []);
      return source.call(argumentsOf(state, list, thisArg)).settle();
    },
  ],
  ["callKwargs", variant({ kwargs: true })],
  ["callRelaxed", variant({ relaxed: true })],
  ["callKwargsRelaxed", variant({ kwargs: true, relaxed: true })],
  [
    "callWithOptions",
    (source, state) =>
      (options: AsyncCallOptions, ...args: unknown[]) =>
        callWith(source, state, options, args),
  ],
  ["callPromising", variant({ promising: true })],
  ["callPromisingKwargs", variant({ promising: true, kwargs: true })],
]);

function collect(...args: unknown[]): unknown[] {
  return args;
}

function variant(options: AsyncCallOptions): Member {
  return (source, state) =>
    (...args: unknown[]) =>
      callWith(source, state, options, args);
}

/** What the function gets: what is bound to the proxy first (PX-bind). */
function argumentsOf(
  state: PyState | undefined,
  args: readonly unknown[],
  thisArg?: unknown,
): readonly unknown[] {
  return state === undefined ? args : callArguments(state, thisArg, args);
}

function callWith(
  source: Source,
  state: PyState | undefined,
  options: AsyncCallOptions,
  args: readonly unknown[],
): unknown {
  const { relaxed = false, kwargs = false, promising = false, signal, timeout } = options;
  try {
    const [positional, keywords] = kwargs ? splitKeywords(args) : [args, undefined];
    const extras = { keywords, signal };
    const all = argumentsOf(state, positional);
    if (timeout !== undefined) return lazy(callWithin(source, timeout, all, extras));
    if (!relaxed && !promising) return lazy(source.call(all, extras));
    const given = withState(source, async (callable) =>
      (promising ? callPromising : callRelaxed)(callable, all, extras, relaxed),
    );
    return promising ? given : lazy(new PromisedSource(source.side, given));
  } catch (error) {
    return lazy(new PromisedSource(source.side, Promise.reject(error)));
  }
}

/** The function of Python's that knows of the deadline calls it. */
function callWithin(
  source: Source,
  timeout: number,
  args: readonly unknown[],
  extras: CallExtras,
): Source {
  const { side } = source;
  const seconds = secondsOf(timeout);
  return within(side.link, timeout, () =>
    imported(side, limitedRun("call")).call([lazy(source), seconds, ...args], extras),
  );
}

/** What something gives that has to know the object first. */
async function withState(
  source: Source,
  give: (state: PyState) => Promise<unknown>,
): Promise<unknown> {
  const state = stateOf((await source.boxed()).value);
  if (state === undefined) throw new TypeError("the value is no Python object");
  return give(state);
}

/** Through `pyodide.code.relaxed_call`, which knows the signature (PX-callRelaxed). */
function callRelaxed(state: PyState, args: readonly unknown[], extras: CallExtras): unknown {
  const side = state.life.target.link.async;
  const call = imported(side, "pyodide.code.relaxed_call");
  return call.call([state.self, ...args], extras).settle();
}

/** Through `_pyodide._stack_switching`, which schedules the call (PX-callPromising). */
function callPromising(
  state: PyState,
  args: readonly unknown[],
  extras: CallExtras,
  isRelaxed: boolean,
): unknown {
  const { link } = state.life.target;
  const name = `_pyodide._stack_switching.${isRelaxed ? "call_relaxed_promising" : "call_promising"}`;
  const call = imported(link.async, name);
  return toldLater(link, (resolve, reject) =>
    call
      .call([resolve, reject, state.self, ...args], extras)
      .settle()
      .then((isStarted) => {
        if (isStarted !== true) throw new Error(NO_STACK_SWITCHING);
      }),
  ).then((value) => forProgram(link.async, value));
}
