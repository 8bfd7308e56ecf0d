import { Op } from "#vocabulary";
import type { AsyncSide } from "../proxy/async/async-side.ts";
import { lazy } from "../proxy/async/lazy.ts";
import { imported, started } from "../proxy/async/steps.ts";
import { giveBack } from "../proxy/graph-bytes.ts";
import { writeGraph } from "../proxy/graph-writer.ts";
import { type Keywords, type Link, NO_TARGET } from "../proxy/link.ts";
import { type PyState, type PyTarget, stateOf } from "../proxy/py-state.ts";
import { converterLeaf, type ToPyOptions } from "../proxy/to-py.ts";
import { makeAsyncGlobals } from "./async-globals.ts";
import type { RunOptions } from "./pyodide.ts";

/** Options of `runPythonAsync`, and of `runPython` where it gives a promise (BY-deadline). */
export interface AsyncRunOptions extends RunOptions {
  /** Past so many milliseconds Python gets TimeoutError. */
  timeout?: number;
  /** Aborted, it rejects the promise with its reason, and stops what runs. */
  signal?: AbortSignal;
}

/** What the members hold for the life of the interpreter. */
export interface ModuleTargets {
  /** The dict of `__main__`. */
  readonly main: PyTarget;
  /** The Python package `pyodide`. */
  readonly pyodide: PyTarget;
}

/** A proxy that is never destroyed (JS-globals). */
function permanent(side: AsyncSide, target: PyTarget): object {
  const proxy = side.proxies.make(target);
  (stateOf(proxy) as PyState).life.isPermanent = true;
  return proxy;
}

/**
 * The members that ask Python something, by promises and lazy proxies (BY-async).
 */
export function makeAsyncMembers({ async: side }: Link, modules: ModuleTargets) {
  const globals = makeAsyncGlobals(side, permanent(side, modules.main));

  const run = (op: Op, code: string, options: AsyncRunOptions) => {
    const { timeout: timeoutMs, signal, ...others } = options;
    const keywords: Keywords = { ...others, globals: options.globals ?? globals };
    return started(side, { op, target: NO_TARGET, args: [code], keywords, timeoutMs, signal });
  };

  return {
    globals,
    pyodide_py: permanent(side, modules.pyodide),

    runPython(code: string, options: AsyncRunOptions = {}): any {
      return lazy(run(Op.eval, code, options));
    },

    runPythonAsync(code: string, options: AsyncRunOptions = {}): Promise<any> {
      return run(Op.evalAsync, code, options).settle();
    },

    pyimport(name: string): any {
      if (typeof name !== "string") {
        return Promise.reject(new TypeError("the name of a module must be a string"));
      }
      return lazy(imported(side, name));
    },

    toPy(value: any, options: ToPyOptions = {}): any {
      return toPyLater(side, value, options);
    },

    registerJsModule: (name: string, module: object): Promise<void> =>
      callPython(side, "pyodide.ffi.register_js_module", [name, module]) as Promise<void>,

    unregisterJsModule: (name: string): Promise<void> =>
      callPython(side, "pyodide.ffi.unregister_js_module", [name]) as Promise<void>,
  };
}

/** Calls a function of Python's by its dotted name. */
export function callPython(
  side: AsyncSide,
  name: string,
  args: readonly unknown[],
): Promise<unknown> {
  return imported(side, name).call(args).settle();
}

/** As `toPy`; what Python would take over unchanged is given back as a promise of it. */
function toPyLater(side: AsyncSide, value: unknown, options: ToPyOptions): unknown {
  if (Object(value) !== value || stateOf(value) !== undefined) return Promise.resolve(value);
  const { depth = -1, defaultConverter } = options;
  const { link } = side;
  const leaf = defaultConverter && converterLeaf(defaultConverter, link, { isFromJs: true });
  const records = writeGraph(value, link.values, { depth, leaf });
  const own = records.slice();
  giveBack(records);
  return lazy(started(side, { op: Op.fromGraph, target: NO_TARGET, args: [], graph: own }));
}
