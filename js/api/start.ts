import { version } from "#version";
import { Op } from "#vocabulary";
import type { Timeline } from "../diagnostics/timeline.ts";
import type { Environment } from "../kernel/environment.ts";
import type { KernelOptions } from "../kernel/kernel-options.ts";
import { lazy } from "../proxy/async/lazy.ts";
import { imported } from "../proxy/async/steps.ts";
import { type KernelLink, type Keywords, type LinkSettings, NO_TARGET } from "../proxy/link.ts";
import type { PackageFiles } from "../services/packages/package-files.ts";
import type { Stdio } from "../services/stdio/stdio.ts";
import type { LockFileInUse } from "./lock-file.ts";
import type { NodeModules } from "./node-modules.ts";
import type { PyodideConfig } from "./options.ts";

/** What a start goes by. */
export interface Start {
  readonly config: PyodideConfig;
  readonly host: Environment;
  readonly indexURL: string;
  readonly environment: Record<string, string>;
  readonly executable: string;
  readonly stdio: Stdio;
  readonly node: NodeModules | undefined;
  /** Read while the kernel is loaded. */
  readonly lockFile: Promise<LockFileInUse>;
  readonly packageFiles: Promise<PackageFiles>;
  readonly timeline: Timeline;
}

/** A start whose files are read: what `makePyodide` takes of it. */
export async function settled(start: Start) {
  return {
    ...start,
    version,
    lockFile: await start.lockFile,
    packageFiles: await start.packageFiles,
  };
}

/**
 * The shipped snapshot was started without options: a command line, or variables that Python reads when it starts, ask
 * for a cold start (JS-opt-args, JS-opt-env).
 */
export async function wantedSnapshot(config: PyodideConfig): Promise<KernelOptions["snapshot"]> {
  const given = await (config.snapshot ?? config._loadSnapshot);
  if (given !== undefined) return given;
  const { args = [], env = {} } = config;
  const isPlain = args.length === 0 && !Object.keys(env).some((name) => name.startsWith("PYTHON"));
  return isPlain ? "built-in" : "none";
}

export function linkSettings(config: PyodideConfig): LinkSettings {
  return {
    isDebug: false,
    isToStringRepr: config.pyproxyToStringRepr ?? false,
    isNullNone: config.convertNullToNone ?? false,
    areDictsObjects: config.toJsLiteralMap === false,
  };
}

/** @throws {Error} naming both versions when the kernel's Python half is not of this loader (JS-opt-checkAPIVersion) */
export function checkVersion(link: KernelLink, config: PyodideConfig): void {
  if (config.checkAPIVersion === false) return;
  refuseOther(link.ask(Op.importModule, NO_TARGET, [VERSION]));
}

/** As `checkVersion`, by a promise. */
export async function checkVersionLater({ async: side }: KernelLink, config: PyodideConfig) {
  if (config.checkAPIVersion === false) return;
  refuseOther(await side.call(Op.importModule, [VERSION]));
}

const VERSION = "pyodide.__version__";

function refuseOther(found: unknown): void {
  if (found !== version) {
    throw new Error(`loadPyodide is of version ${version}, the kernel that it loaded of ${found}`);
  }
}

/** Installs what refers to JavaScript: the modules `js` and `pyodide_js`, the event loop. */
export function attach(
  link: KernelLink,
  config: PyodideConfig,
  pyodide: object,
  more: Keywords = {},
): void {
  attached.set(link, { again: () => attach(link, config, pyodide, more) });
  const module = link.askTarget(Op.importModule, NO_TARGET, ["_pyodide"]);
  const options = { ...attachOptions(config), ...more };
  const args = [config.jsglobals ?? globalThis, pyodide, options];
  link.ask(Op.callMethod, module, ["attach", ...args]);
  module.drop();
}

/** How the modules of each kernel were installed. */
const attached = new WeakMap<KernelLink, { again(): void | Promise<void> }>();

/** As the last `attach`, or `attachLater`, of the kernel: after a `detach` of Python's. */
export function attachAgain(link: KernelLink): void | Promise<void> {
  return attached.get(link)?.again();
}

/** As `attach`, by a promise. */
export async function attachLater(
  link: KernelLink,
  config: PyodideConfig,
  pyodide: object,
  more: Keywords = {},
): Promise<void> {
  attached.set(link, { again: () => attachLater(link, config, pyodide, more) });
  const { async: side } = link;
  // A dict of Python's own: the kernel may be where it cannot ask this side.
  const options = imported(side, "builtins.dict").call([], {
    keywords: { ...attachOptions(config), ...more },
  });
  const args = [config.jsglobals ?? globalThis, pyodide, lazy(options)];
  await imported(side, "_pyodide.attach").call(args).settle();
}

/** What the tables can hold. */
const MAX_HANDLES = 1 << 24;

function attachOptions(config: PyodideConfig): Keywords {
  return {
    enableRunUntilComplete: config.enableRunUntilComplete ?? true,
    toJsLiteralMap: config.toJsLiteralMap ?? true,
    ...(config.limits?.handles === undefined
      ? {}
      : { maxHandles: Math.min(Math.ceil(config.limits.handles), MAX_HANDLES) }),
  };
}
