import { FailureKind, Status } from "#vocabulary";
import type { KernelExports } from "../kernel/kernel-module.ts";
import { PLATFORM_PATH, SITE_PACKAGES_PATH, STDLIB_PATH } from "../kernel/kernel-options.ts";
import { Conversion } from "./conversion.ts";
import { errorOfKind } from "./errors.ts";
import { Frames, SLOT_BYTES } from "./frame.ts";
import { NO_OBJECTS } from "./no-objects.ts";
import { makePythonError } from "./python-error.ts";

/** A loaded kernel, as far as starting it goes. */
export interface StartableModule {
  readonly memory: WebAssembly.Memory;
  readonly exports: KernelExports;
}

/** A cold start (`krait_start`). Paths are of the file system that Python sees. */
export interface StartConfig {
  readonly executable: string;
  /** `sys.prefix` */
  readonly home: string;
  /** `sys.path` */
  readonly searchPaths: readonly string[];
  /** Interpreter options and `sys.argv`, as `python ARGS`. */
  readonly args: readonly string[];
}

/** What is fresh on every start (`krait_refresh`). */
export interface RefreshConfig {
  readonly executable: string;
  /** Made when it is missing, and entered. */
  readonly workingFolder: string;
  /** `sys.argv`; empty: as started. */
  readonly args: readonly string[];
  /** Replaces `os.environ`. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Python ended itself while it was starting. */
export class EndedAtStart extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`Python exited with status ${status} while it was starting`);
    this.status = status;
  }
}

/** What every start of a kernel's Python goes by. */
export interface PythonStart {
  readonly executable: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Interpreter options and `sys.argv`, as `python ARGS`. */
  readonly args: readonly string[];
}

/** Starts the Python of a kernel that was loaded, unless a snapshot holds it started. Throws as `startInterpreter`. */
export function startPython(
  kernel: StartableModule & { readonly isRestored: boolean },
  { executable, environment, args }: PythonStart,
): void {
  if (!kernel.isRestored) {
    const searchPaths = [STDLIB_PATH, PLATFORM_PATH, SITE_PACKAGES_PATH];
    startInterpreter(kernel, { executable, home: "/", searchPaths, args });
  }
  const workingFolder = environment.HOME ?? "/";
  const argv = kernel.isRestored ? args : [];
  refreshInterpreter(kernel, { executable, workingFolder, args: argv, environment });
}

/**
 * Starts CPython.
 * @throws {EndedAtStart} when the arguments end Python at once, such as `--version`
 * @throws {KraitError} when CPython cannot start; {PythonError} when an import fails
 */
export function startInterpreter(module: StartableModule, config: StartConfig): void {
  const { executable, home, searchPaths, args } = config;
  const values = [executable, home, searchPaths.length, ...searchPaths, ...args];
  ask(module, values, module.exports.krait_start);
}

/** Brings what must be fresh up to date. Throws as `startInterpreter`. */
export function refreshInterpreter(module: StartableModule, config: RefreshConfig): void {
  const { executable, workingFolder, args, environment } = config;
  const variables = Object.entries(environment).flat(1);
  const values = [executable, workingFolder, args.length, ...args, ...variables];
  ask(module, values, module.exports.krait_refresh);
}

type StartFunction = KernelExports["krait_start"] | KernelExports["krait_refresh"];

function ask(module: StartableModule, values: (string | number)[], start: StartFunction): void {
  const frames = new Frames(module);
  const conversion = new Conversion(frames, NO_OBJECTS);
  const frame = frames.push(values.length);
  const allocated: number[] = [];
  for (const [slot, value] of values.entries()) {
    conversion.write(frame + slot * SLOT_BYTES, value, allocated);
  }
  const status = start(frame, values.length);
  frames.revalidate();
  try {
    if (status === Status.failed) throw failure(conversion, frame);
  } finally {
    for (const address of allocated) frames.free(address);
    frames.top = frame;
  }
}

function failure(conversion: Conversion, frame: number): Error {
  const [kind, type, message, detail] = [0, 1, 2, 3].map((slot) =>
    conversion.read(frame + slot * SLOT_BYTES),
  );
  if (kind === FailureKind.canceled) return new EndedAtStart(Number(detail));
  if (typeof type === "string") return makePythonError(type, String(message));
  return errorOfKind(Number(kind), String(message));
}
