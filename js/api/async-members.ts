import { Op } from "#vocabulary";
import type { AsyncSide } from "../proxy/async/async-side.ts";
import { toPyLater } from "../proxy/async/copies.ts";
import { lazy } from "../proxy/async/lazy.ts";
import type { Source } from "../proxy/async/source.ts";
import { imported, started } from "../proxy/async/steps.ts";
import { within } from "../proxy/async/within.ts";
import { limitedRun, secondsOf } from "../proxy/limits.ts";
import { type Keywords, type Link, NO_TARGET } from "../proxy/link.ts";
import { type PyState, type PyTarget, stateOf } from "../proxy/py-state.ts";
import type { ToPyOptions } from "../proxy/to-py.ts";
import { abortable } from "./abortable.ts";
import { makeAsyncGlobals } from "./async-globals.ts";
import type { PyAwaitable } from "./py-proxy-types.ts";
import type { RunAsyncOptions } from "./pyodide.ts";

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

/** The members that ask Python something, by promises and lazy proxies (BY-async). */
export function makeAsyncMembers(link: Link, modules: ModuleTargets) {
  const { async: side } = link;
  const globals = makeAsyncGlobals(side, permanent(side, modules.main));

  const keywordsOf = ({ timeout: _, signal: __, ...options }: RunAsyncOptions): Keywords => ({
    ...options,
    globals: options.globals ?? globals,
  });

  /** Starts code. With a deadline a function of Python's does it that knows of it, and what can be aborted is a task. */
  const start = (run: "run" | "run_async", code: string, options: RunAsyncOptions): Source => {
    const { timeout, signal } = options;
    const keywords = keywordsOf(options);
    if (timeout !== undefined || (signal !== undefined && run === "run_async")) {
      const args = [code, timeout === undefined ? undefined : secondsOf(timeout)];
      return imported(side, limitedRun(run)).call(args, { keywords, signal });
    }
    const op = run === "run" ? Op.eval : Op.evalAsync;
    return started(side, { op, target: NO_TARGET, args: [code], keywords, signal });
  };

  return {
    globals,
    pyodide_py: permanent(side, modules.pyodide),

    runPython(code: string, options: RunAsyncOptions = {}): any {
      const { timeout } = options;
      const begin = () => start("run", code, options);
      return lazy(timeout === undefined ? begin() : within(link, timeout, begin));
    },

    async runPythonAsync(code: string, options: RunAsyncOptions = {}): Promise<any> {
      const { timeout, signal } = options;
      const limit = timeout === undefined ? undefined : link.limits.begin(timeout);
      try {
        const { value } = await start("run_async", code, options).boxed();
        const task = value as PyAwaitable;
        return await (signal === undefined ? task : abortable(task, signal));
      } finally {
        limit?.end();
      }
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
function callPython(side: AsyncSide, name: string, args: readonly unknown[]): Promise<unknown> {
  return imported(side, name).call(args).settle();
}
