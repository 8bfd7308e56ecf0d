import type { Environment } from "../kernel/environment.ts";

/** The modules of Node that members need at once, and so are imported when the interpreter is loaded. */
export interface NodeModules {
  readonly fs: typeof import("node:fs");
}

/** Undefined outside Node, Deno and Bun. */
export async function nodeModules(host: Environment): Promise<NodeModules | undefined> {
  return host.kind === "node" ? { fs: await import("node:fs") } : undefined;
}
