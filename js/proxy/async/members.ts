import { Op, TypeFlag } from "#vocabulary";
import { NO_STACK_SWITCHING } from "../../kernel/stack-switching.ts";
import { splitKeywords } from "../call.ts";
import { SyncUnavailable } from "../errors.ts";
import { DESTROYED, type PyState, stateOf } from "../py-state.ts";
import type { ToJsOptions } from "../to-js.ts";
import type { CallOptions } from "../traits/callable.ts";
import { toldLater } from "./awaiting.ts";
import { toJsLater } from "./copies.ts";
import { lazy } from "./lazy.ts";
import { PromisedSource } from "./promised.ts";
import type { CallExtras, Source } from "./source.ts";
import { imported } from "./steps.ts";

/** What a member of an async proxy is: a value, mostly a function that gives a promise or a lazy proxy. */
type Member = (source: Source) => unknown;

export function syncUnavailable(what: string): SyncUnavailable {
  return new SyncUnavailable(`${what}: this proxy is asynchronous. Write \`await\` on each step`);
}

/** The method of a settled proxy, whatever it needs of the proxy itself. */
function ofProxy(use: (state: PyState, proxy: Record<string, any>) => unknown): Member {
  return (source) => async (): Promise<unknown> => {
    const proxy = await source.settle();
    const state = stateOf(proxy);
    if (state === undefined) throw new TypeError("the value is no Python object");
    return use(state, proxy as Record<string, any>);
  };
}

/** A test of what the object can do. Known of known objects; of others the kernel is asked. */
function test(...flags: TypeFlag[]): Member {
  const isTrue = (bits: number) => flags.some((flag) => (bits & (1 << flag)) !== 0);
  return (source) => async (): Promise<boolean> =>
    isTrue(source.flags ?? ((await source.ask(Op.flags, []).settle()) as number));
}

/** Members that every proxy has (spec: js-api.md section 4.1). */
export const BASE_MEMBERS: ReadonlyMap<string, Member> = new Map<string, Member>([
  ["type", (source) => lazy(source.ask(Op.typeName, []))],
  ["toString", (source) => () => lazy(source.ask(Op.str, []))],
  [
    "toJs",
    (source) =>
      (options: ToJsOptions = {}) =>
        toJsLater(source, options),
  ],
  ["$async", (source) => lazy(source)],
  ["copy", ofProxy((_state, proxy) => proxy.copy())],
  ["destroy", ofProxy((state) => state.life.end(DESTROYED))],
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
    (source) =>
      (_this: unknown, ...args: unknown[]) =>
        lazy(source.call(args)),
  ],
  [
    "apply",
    (source) => (_this: unknown, args?: ArrayLike<unknown>) =>
      lazy(source.call(Array.from(args ?? []))),
  ],
  [
    "callKwargs",
    (source) =>
      (...args: unknown[]) =>
        callWith(source, { kwargs: true }, args),
  ],
  [
    "callRelaxed",
    (source) =>
      (...args: unknown[]) =>
        callWith(source, { relaxed: true }, args),
  ],
  [
    "callKwargsRelaxed",
    (source) =>
      (...args: unknown[]) =>
        callWith(source, { kwargs: true, relaxed: true }, args),
  ],
  [
    "callWithOptions",
    (source) =>
      (options: AsyncCallOptions, ...args: unknown[]) =>
        callWith(source, options, args),
  ],
  [
    "callPromising",
    (source) =>
      (...args: unknown[]) =>
        callWith(source, { promising: true }, args),
  ],
  [
    "callPromisingKwargs",
    (source) =>
      (...args: unknown[]) =>
        callWith(source, { promising: true, kwargs: true }, args),
  ],
]);

function callWith(source: Source, options: AsyncCallOptions, args: readonly unknown[]): unknown {
  const { relaxed = false, kwargs = false, promising = false, signal, timeout } = options;
  const [positional, keywords] = kwargs ? splitKeywords(args) : [args, undefined];
  const extras = { keywords, signal, timeoutMs: timeout };
  if (!relaxed && !promising) return lazy(source.call(positional, extras));
  return lazy(
    new PromisedSource(
      source.settle().then((callable) => {
        const state = stateOf(callable);
        if (state === undefined) throw new TypeError("the value is no Python object");
        return (promising ? callPromising : callRelaxed)(state, positional, extras, relaxed);
      }),
    ),
  );
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
  );
}
