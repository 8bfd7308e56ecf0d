/** What the program runs in, as far as loading the kernel depends on it. */
export interface Environment {
  /** Node stands for Node, Deno and Bun. */
  readonly kind: "node" | "browser" | "worker";
  /** Whether this thread may wait with `Atomics.wait`. */
  readonly mayBlock: boolean;
}

/**
 * Finds out where this is.
 * @throws {Error} in an unknown environment (JS-loadPyodide.8)
 */
export function detectEnvironment(scope: Scope = globalThis as unknown as Scope): Environment {
  // An Electron renderer has both a page and Node; its page decides.
  if (scope.process?.versions?.node !== undefined && scope.process.type !== "renderer") {
    return { kind: "node", mayBlock: true };
  }
  if (scope.window !== undefined && scope.document !== undefined) {
    return { kind: "browser", mayBlock: false };
  }
  if (scope.WorkerGlobalScope !== undefined && scope instanceof scope.WorkerGlobalScope) {
    return { kind: "worker", mayBlock: true };
  }
  throw new Error(
    "Cannot determine runtime environment: this is neither a browser page, a worker, Node, Deno nor Bun",
  );
}

/** The globals that tell environments apart. */
export interface Scope {
  readonly process?: { readonly versions?: { readonly node?: string }; readonly type?: string };
  readonly window?: unknown;
  readonly document?: unknown;
  readonly WorkerGlobalScope?: new () => object;
}
