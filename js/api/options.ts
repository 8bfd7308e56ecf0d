import type { CreateModule } from "../kernel/glue.ts";
import { SITE_PACKAGES_PATH } from "../kernel/kernel-options.ts";
import { Unsupported } from "../proxy/errors.ts";
import { isServerAddress, parseAddress } from "../remote/address.ts";
import type { Lockfile } from "../services/packages/lock.ts";
import { checkLimits, type KernelLimits } from "./kernel-limits.ts";

/** What `makeSnapshot` gave. */
export type SnapshotBytes = Uint8Array | ArrayBuffer;

/** Options of `loadPyodide` (spec: js-api.md sections 1.1, 1.2). Unknown ones are ignored. */
export interface PyodideConfig {
  /** Python's command line, applied before it starts (JS-opt-args). Default `[]`. */
  args?: string[];
  /** Load every stdlib module that is shipped apart (JS-opt-fullStdLib). All of ours are in one archive. Default false. */
  fullStdLib?: boolean;
  /** Home and working folder, the same as `env.HOME` (JS-opt-homedir). Default "/home/pyodide". */
  homedir?: string;
  /** Folder of the kernel's files (JS-opt-indexURL). Default: the folder that this module came from. */
  indexURL?: string;
  /** The object behind Python's module `js` (JS-opt-jsglobals). Default `globalThis`. */
  jsglobals?: object;
  /** Where the lock file is (JS-opt-lockFileURL). */
  lockFileURL?: string;
  /** The lock file itself, parsed or as JSON (JS-opt-lockFileContents). Not together with `lockFileURL`. */
  lockFileContents?: Lockfile | string | Promise<Lockfile | string>;
  /** Base for relative file names of packages (JS-opt-packageBaseUrl). */
  packageBaseUrl?: string;
  /** Folder where downloaded packages are kept, Node only (JS-opt-packageCacheDir). */
  packageCacheDir?: string;
  /** Where package files are fetched from that their folder lacks, Node only (JS-opt-cdnUrl). */
  cdnUrl?: string;
  /** Called for each line that Python prints (JS-opt-stdout). */
  stdout?: (message: string) => void;
  /** As `stdout`, for standard error. */
  stderr?: (message: string) => void;
  /** Called when Python reads standard input (JS-opt-stdin). */
  stdin?: () => unknown;
  /** Environment variables (JS-opt-env). */
  env?: Record<string, string>;
  /** Packages to load before the promise resolves (JS-opt-packages). */
  packages?: string[];
  /** The stdlib archive (JS-opt-stdLibURL). */
  stdLibURL?: string;
  /** `asyncio.run` blocks where the engine can switch stacks (JS-opt-enableRunUntilComplete). Default true. */
  enableRunUntilComplete?: boolean;
  /** Reject when the kernel is of another version than this loader (JS-opt-checkAPIVersion). Default true. */
  checkAPIVersion?: boolean;
  /** Called with the file system before Python starts (JS-opt-fsInit). */
  fsInit?: (FS: any, info: { sitePackages: string }) => Promise<void> | void;
  /** JavaScript `null` arrives in Python as `None` (JS-opt-convertNullToNone). Default false. */
  convertNullToNone?: boolean;
  /** `String(proxy)` is Python's `repr` (JS-opt-pyproxyToStringRepr). Default false. */
  pyproxyToStringRepr?: boolean;
  /**
   * Dicts become the hybrid map of TC-literalMap, which is what they become anyway (D-1). False: plain objects, which
   * refuse keys that collide (TC-toJs.collision).
   */
  toJsLiteralMap?: boolean;
  /** The kernel's factory, where dynamic `import()` is forbidden (JS-opt-createPyodideModule). */
  createPyodideModule?: CreateModule;
  /** `sys.executable` (JS-opt-sysExecutable). */
  _sysExecutable?: string;
  /** Enables `makeMemorySnapshot` (JS-opt-makeSnapshot). */
  _makeSnapshot?: boolean;
  /** A snapshot to start from, under the name that other implementations use; see `snapshot`. */
  _loadSnapshot?: SnapshotBytes | PromiseLike<SnapshotBytes>;
  /** What to start from: the shipped snapshot, nothing, bytes of `makeSnapshot`, or the address of a file of them (BY-snapshot). */
  snapshot?: "built-in" | "none" | SnapshotBytes | URL | PromiseLike<SnapshotBytes | URL>;
  /**
   * Where the interpreter lives (BY-place): "in-page" (default) in this thread, "worker" in a worker of its own,
   * "unix:<path>", "tcp://<host>:<port>" or "ws://<host>:<port>" in a process of the server that listens there (docs/remote.md).
   */
  kernel?: unknown;
  /** What admits this client to a server of kernels. */
  token?: string;
  /**
   * Of a kernel of a server: its Python may do with this program what it may in the same thread: reach `jsglobals` (then
   * `globalThis` by default) and all that is reached from it, and run JavaScript. Default false: it reaches what it is handed.
   */
  trustRemote?: boolean;
  /** What a kernel in a worker or on a server may use (BY-limits). Default: what its host lets it. */
  limits?: KernelLimits;
  /**
   * Whether members return values or promises (BY-sync, BY-async). Default: values in this thread, and of a kernel
   * elsewhere where this thread may wait for it; else promises.
   */
  sync?: boolean;
  /** Of the place "worker": the worker's script. Default: `krait.worker.mjs` in `indexURL`. */
  workerURL?: string;
  /** Of the place "worker": how many milliseconds its script may take to come and to begin. Default 60,000. */
  workerTimeout?: number;
  /**
   * Of the place "worker", in a page without shared memory: register `krait.sw.js` for the folder `indexURL`, so that Python can
   * wait for the page (docs/async.md). Default true.
   */
  serviceWorker?: boolean;
  /**
   * Of the place "worker" on a page's main thread, which may not sleep: for how many milliseconds one synchronous call may
   * keep looking for its answer. Default 50.
   */
  syncBudgetMs?: number;
}

const DEFAULT_HOME = "/home/pyodide";
/** Where packages put the shared libraries that several of them use. */
export const SHARED_LIBRARIES_PATH = "/usr/lib";

/** The environment that Python starts with (JS-opt-env, CF-homedir, PY-environ). */
export function environmentOf(config: PyodideConfig): Record<string, string> {
  const { env = {}, homedir } = config;
  if (homedir !== undefined && env.HOME !== undefined && homedir !== env.HOME) {
    throw new Error("Set both env.HOME and homedir arguments");
  }
  return {
    USER: "web_user",
    LOGNAME: "web_user",
    PATH: "/",
    PWD: "/",
    LANG: "C.UTF-8",
    PYTHONINSPECT: "1",
    LD_LIBRARY_PATH: `${SHARED_LIBRARIES_PATH}:${SITE_PACKAGES_PATH}`,
    HOME: homedir ?? DEFAULT_HOME,
    ...env,
  };
}

/**
 * Checks what can be told wrong from the options alone.
 * @throws {Error} naming the option
 */
export function checkOptions(config: PyodideConfig): void {
  const { kernel = "in-page" } = config;
  if (isServerAddress(kernel)) parseAddress(kernel);
  else if (kernel !== "in-page" && kernel !== "worker") {
    throw new Unsupported(
      `loadPyodide: the kernel ${describe(kernel)} is not available in this version, only "in-page", "worker" and the address of a server: unix:<path>, tcp://<host>:<port>, ws://<host>:<port>`,
    );
  }
  checkLimits(config.limits, kernel !== "in-page");
  if (config.lockFileContents !== undefined && config.lockFileURL !== undefined) {
    throw new Error("Can't pass both lockFileContents and lockFileURL");
  }
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
