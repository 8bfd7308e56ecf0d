import type { Environment } from "../kernel/environment.ts";
import { nodeBuiltin } from "../kernel/node-builtin.ts";

/**
 * The modules of Node that members need at once, and so are imported when the interpreter is loaded. Their parts are
 * spelled out, as the package's declarations must do without Node's.
 */
export interface NodeModules {
  readonly fs: {
    statSync(
      path: string,
      options: { throwIfNoEntry: false },
    ): { isDirectory(): boolean } | undefined;
  };
}

/** Undefined outside Node, Deno and Bun. */
export async function nodeModules(host: Environment): Promise<NodeModules | undefined> {
  return host.kind === "node" ? { fs: await nodeBuiltin("node:fs") } : undefined;
}
