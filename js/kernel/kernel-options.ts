import type { Timeline } from "../diagnostics/timeline.ts";
import type { Environment } from "./environment.ts";
import type { CreateModule } from "./glue.ts";
import type { StandardStreams } from "./standard-streams.ts";

/** Where the stdlib archive is mounted. */
export const STDLIB_PATH = "/lib/python313.zip";
/** The platform directory of the import path. */
export const PLATFORM_PATH = "/lib/python3.13/lib-dynload";
/** Where packages are installed. */
export const SITE_PACKAGES_PATH = "/lib/python3.13/site-packages";

/** How a kernel is found and started. */
export interface KernelOptions {
  /** Folder of the kernel's files: an absolute URL, or in Node a path. A slash is added when it lacks one. */
  readonly indexURL: string;
  /** The stdlib archive (JS-opt-stdLibURL). Default: `python_stdlib.zip` in `indexURL`. */
  readonly stdLibURL?: string | undefined;
  /**
   * What the interpreter starts from: `"built-in"` (default) the snapshot in `indexURL`, with a warning and a cold
   * start when it does not fit; `"none"` a cold start; bytes, or where they are, a snapshot of the caller's, whose misfit is an error.
   */
  readonly snapshot?: "built-in" | "none" | Uint8Array | ArrayBuffer | URL | undefined;
  readonly streams: StandardStreams;
  /** Environment variables that CPython's start finds. Default: none. A restored kernel reads none. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** The factory of `krait.asm.mjs`, where dynamic `import()` is forbidden (JS-opt-createPyodideModule). */
  readonly createModule?: CreateModule | undefined;
  /** Default: detected. */
  readonly environment?: Environment | undefined;
  readonly timeline: Timeline;
  /** How large the memory may become. Default: what WebAssembly lets it. */
  readonly maxMemoryBytes?: number | undefined;
}
