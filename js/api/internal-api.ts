import { objectOfPairs } from "../proxy/graph-containers.ts";
import { DESTROYED, destroyProxy } from "../proxy/py-state.ts";
import type { PackageLoader } from "../services/packages/loader.ts";
import { type InstallerApiParts, makeInstallerApi } from "./installer-api.ts";
import type { PyodideConfig } from "./options.ts";
import type { Scheduler } from "./scheduler.ts";

/** What that is made of. */
export interface InternalParts extends InstallerApiParts {
  readonly scheduler: Scheduler;
  readonly version: string;
  readonly config: PyodideConfig;
  readonly environment: Readonly<Record<string, string>>;
}

/** What Python's half uses of JavaScript by name: `pyodide_js._api` (JX-api). */
export function makeInternalApi(parts: InternalParts, packageManager: PackageLoader) {
  const { host, scheduler, version } = parts;
  return Object.assign(makeInstallerApi(parts), {
    config: configInUse(parts),
    version,
    packageManager,
    runtimeEnv: {
      IN_NODE: host.kind === "node",
      IN_BROWSER_MAIN_THREAD: host.kind === "browser",
      IN_BROWSER_WEB_WORKER: host.kind === "worker",
      IN_BROWSER: host.kind !== "node",
    },

    scheduleCallback(callback: () => void, delayMs: number): void {
      scheduler.schedule(callback, delayMs);
    },

    /** A signal that aborts with the first of some; a list of Python's is as good as an array. */
    abortSignalAny(signals: Iterable<AbortSignal>): AbortSignal {
      return AbortSignal.any(Array.from(signals));
    },

    /** Ends every proxy in an array (TC-destroy_proxies). */
    destroyProxies(proxies: unknown[]): void {
      for (const proxy of proxies) destroyProxy(proxy, DESTROYED);
    },

    /** Throws what a promise was rejected with, so that a Python exception among it arrives as itself (ER-round.py). */
    rethrow(reason: unknown): never {
      throw reason;
    },

    /** An object of a dict's pairs, which must not collide (TC-toJs.collision). */
    objectOfPairs,

    /** Whether an object has an enumerable property of its own (JP-as_object_map). */
    ownsProperty(object: object, name: string): boolean {
      return Object.prototype.propertyIsEnumerable.call(object, name);
    },

    /** JavaScript's `eval` in the global scope, for `run_js` (PY-run_js). */
    runJs(code: string): unknown {
      // biome-ignore lint/security/noGlobalEval: what is evaluated is the program's own text (run_js)
      const evaluate = globalThis.eval;
      return evaluate(code);
    },
  });
}

/** The options, with the defaults of those that were not given. */
function configInUse({ config, environment, indexURL, lockFile }: InternalParts): PyodideConfig {
  return {
    args: [],
    fullStdLib: false,
    jsglobals: globalThis,
    packages: [],
    enableRunUntilComplete: true,
    checkAPIVersion: true,
    convertNullToNone: false,
    pyproxyToStringRepr: false,
    ...(lockFile.baseUrl !== undefined && { packageBaseUrl: lockFile.baseUrl }),
    ...config,
    indexURL,
    env: environment,
  };
}
