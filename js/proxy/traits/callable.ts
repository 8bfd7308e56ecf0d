import { Op } from "#vocabulary";
import { NO_STACK_SWITCHING } from "../../kernel/stack-switching.ts";
import { promiseFrom } from "../awaiting.ts";
import { callArguments, callProxy, splitKeywords } from "../call.ts";
import { limitedRun, secondsOf } from "../limits.ts";
import type { Keywords } from "../link.ts";
import { anyState, type PyState, targetOf } from "../py-state.ts";

/** Options of `callWithOptions`. */
export interface CallOptions {
  /** Drop the arguments that the function does not take (PY-relaxed_call). */
  relaxed?: boolean;
  /** The last argument is an object of keyword arguments. */
  kwargs?: boolean;
  /** Call so that the function may use `run_sync` (PX-callPromising). */
  promising?: boolean;
  /** Past so many milliseconds Python gets TimeoutError (BY-deadline). */
  timeout?: number;
}

/** PX-present.call. The call itself is the Proxy's `apply` trap. */
export class CallableTrait {
  apply(thisArg: unknown, args?: ArrayLike<unknown> | null): unknown {
    // Reflect.apply makes of `args` what the language says, and throws its TypeError.
    const list = Reflect.apply(collect, undefined, args ?? []);
    return callProxy(anyState(this), thisArg, list);
  }

  call(thisArg: unknown, ...args: unknown[]): unknown {
    return callProxy(anyState(this), thisArg, args);
  }

  /** An alias with arguments put before those of a call; the first bound `this` stays (PX-bind). */
  bind(thisArg: unknown, ...args: unknown[]): object {
    const state = anyState(this);
    const { capturesThis, hasBoundThis, boundThis, boundArgs } = state.binding;
    return aliasOf(state, {
      capturesThis,
      hasBoundThis: true,
      boundThis: hasBoundThis ? boundThis : thisArg,
      boundArgs: [...boundArgs, ...args],
    });
  }

  /** An alias that passes `this` as the first argument (PX-captureThis). */
  captureThis(): object {
    const state = anyState(this);
    return aliasOf(state, { ...state.binding, capturesThis: true });
  }

  callKwargs(...args: unknown[]): unknown {
    const [positional, keywords] = splitKeywords(args);
    return callProxy(anyState(this), undefined, positional, keywords);
  }

  callRelaxed(...args: unknown[]): unknown {
    return callRelaxed(this, args);
  }

  callKwargsRelaxed(...args: unknown[]): unknown {
    const [positional, keywords] = splitKeywords(args);
    return callRelaxed(this, positional, keywords);
  }

  callWithOptions(options: CallOptions, ...args: unknown[]): unknown {
    const [positional, keywords] = options.kwargs ? splitKeywords(args) : [args, undefined];
    if (options.timeout !== undefined) {
      return callWithin(this, options.timeout, positional, keywords);
    }
    if (options.promising) {
      return callPromising(this, positional, keywords, options.relaxed);
    }
    if (options.relaxed) return callRelaxed(this, positional, keywords);
    return callProxy(anyState(this), undefined, positional, keywords);
  }

  /** Calls from the event loop, on a stack that `run_sync` can suspend (PX-callPromising). */
  callPromising(...args: unknown[]): Promise<unknown> {
    return callPromising(this, args);
  }

  async callPromisingKwargs(...args: unknown[]): Promise<unknown> {
    const [positional, keywords] = splitKeywords(args);
    return callPromising(this, positional, keywords);
  }
}

function collect(...args: unknown[]): unknown[] {
  return args;
}

/** Through a function of Python's that knows of the deadline. */
function callWithin(
  receiver: object,
  timeout: number,
  args: readonly unknown[],
  keywords?: Keywords,
): unknown {
  const state = anyState(receiver);
  const target = targetOf(state);
  const { link } = target;
  const seconds = secondsOf(timeout);
  const call = link.askTarget(Op.importModule, target, [limitedRun("call")]);
  const limit = link.limits.begin(timeout);
  try {
    const all = callArguments(state, undefined, args);
    return link.ask(Op.call, call, [target.borrowed(), seconds, ...all], keywords);
  } finally {
    limit.end();
    call.drop();
  }
}

/** Through `pyodide.code.relaxed_call`, which knows the signature (PX-callRelaxed). */
function callRelaxed(receiver: object, args: readonly unknown[], keywords?: Keywords): unknown {
  const state = anyState(receiver);
  const target = targetOf(state);
  const { link } = target;
  const relaxedCall = link.askTarget(Op.importModule, target, ["pyodide.code.relaxed_call"]);
  try {
    const all = callArguments(state, undefined, args);
    return link.ask(Op.call, relaxedCall, [receiver, ...all], keywords);
  } finally {
    relaxedCall.drop();
  }
}

/** Through `_pyodide._stack_switching.call_promising`, which schedules the call. */
async function callPromising(
  receiver: object,
  args: readonly unknown[],
  keywords?: Keywords,
  isRelaxed = false,
): Promise<unknown> {
  const state = anyState(receiver);
  const target = targetOf(state);
  const { link } = target;
  const name = `_pyodide._stack_switching.${isRelaxed ? "call_relaxed_promising" : "call_promising"}`;
  const call = link.askTarget(Op.importModule, target, [name]);
  try {
    const all = callArguments(state, undefined, args);
    return await promiseFrom(link, (resolve, reject) => {
      const values = [resolve, reject, target.borrowed(), ...all];
      if (link.ask(Op.call, call, values, keywords) !== true) throw new Error(NO_STACK_SWITCHING);
    });
  } finally {
    call.drop();
  }
}

function aliasOf(state: PyState, binding: PyState["binding"]): object {
  return targetOf(state).link.proxies.alias(state, binding);
}
