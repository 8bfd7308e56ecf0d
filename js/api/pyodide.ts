import { Op } from "#vocabulary";
import type { Environment } from "../kernel/environment.ts";
import type { KernelModule } from "../kernel/kernel-module.ts";
import { type LimitedRun, limitedRun, secondsOf } from "../proxy/limits.ts";
import { type KernelLink, type Keywords, NO_TARGET } from "../proxy/link.ts";
import { type PyState, stateOf } from "../proxy/py-state.ts";
import { type ToPyOptions, toPy } from "../proxy/to-py.ts";
import type { LaterFiles } from "../services/fs/later-files.ts";
import { now } from "../services/fs/steps.ts";
import type { LoadPackageOptions } from "../services/packages/loader.ts";
import type { PackageFiles } from "../services/packages/package-files.ts";
import type { Stdio } from "../services/stdio/stdio.ts";
import { abortable } from "./abortable.ts";
import { type UnpackOptions, unpackArchive } from "./archives.ts";
import { type AsyncPyodide, makeAsyncPyodide } from "./async-pyodide.ts";
import { type DiagnosticParts, makeDiagnostics } from "./diagnostics.ts";
import type { Ffi } from "./ffi.ts";
import { makeGlobals } from "./globals.ts";
import { askStats, handlesOf, memoryOf } from "./handles.ts";
import { makeInternalApi } from "./internal-api.ts";
import { Interrupts, type InterruptView } from "./interrupts.ts";
import { makeLocalMembers, withMembersOf } from "./local-members.ts";
import type { LockFileInUse } from "./lock-file.ts";
import { type MountFolder, mountingNodeFolder, mountNativeFolder } from "./mounts.ts";
import type { NodeModules } from "./node-modules.ts";
import { type SocketParts, useNodeSockets } from "./node-sockets.ts";
import type { PyodideConfig } from "./options.ts";
import { namesIn, openPackages } from "./packages.ts";
import type { PyProxy } from "./py-proxy-types.ts";
import type { Scheduler } from "./scheduler.ts";
import { checkSnapshotWanted, makeSnapshot, type SnapshotParts } from "./snapshots.ts";

/** What the members ask of a kernel besides calls. */
export type KernelInUse = Pick<
  KernelModule,
  "FS" | "PATH" | "ERRNO_CODES" | "setInterruptBuffer" | "loadDynamicLibrary"
> & { readonly later: LaterFiles; readonly mountFolder: MountFolder } & SocketParts["kernel"] &
  DiagnosticParts["kernel"] &
  SnapshotParts["kernel"];

/** What the object is made of. */
export interface Parts {
  readonly kernel: KernelInUse;
  /** The kernel's own object, where it is of this thread. */
  readonly module?: unknown;
  readonly link: KernelLink;
  readonly ffi: Ffi;
  readonly stdio: Stdio;
  readonly scheduler: Scheduler;
  readonly version: string;
  readonly config: PyodideConfig;
  /** What Python's environment started with. */
  readonly environment: Readonly<Record<string, string>>;
  readonly host: Environment;
  readonly node: NodeModules | undefined;
  readonly indexURL: string;
  readonly lockFile: LockFileInUse;
  readonly packageFiles: PackageFiles;
  readonly timeline: DiagnosticParts["timeline"];
}

/** Options of `runPython` and `runPythonAsync`; others go to `eval_code` as they are (JS-runPython.6). */
export interface RunOptions {
  /** A dict. Default: `pyodide.globals`. */
  globals?: PyProxy;
  /** Default: the globals. */
  locals?: PyProxy;
  /** In tracebacks. Default "<exec>". */
  filename?: string;
  /** Past so many milliseconds Python gets TimeoutError (BY-deadline). */
  timeout?: number;
  [evalOption: string]: unknown;
}

/** Options of `runPythonAsync`, and of `runPython` where it gives a promise (BY-deadline). */
export interface RunAsyncOptions extends RunOptions {
  /** Aborted, it rejects the promise with its reason at once, and cancels what the code waits for. */
  signal?: AbortSignal;
}

/** The object that `loadPyodide` resolves to (spec: js-api.md sections 2, 3). */
export type PyodideAPI = ReturnType<typeof makePyodide>;

// The members are functions of one object rather than methods of a class: programs take them off it and call them alone.
export function makePyodide(parts: Parts) {
  const { kernel, link } = parts;
  const packages = openPackages(parts);
  const interrupts = new Interrupts(kernel, link);
  const globals = makeGlobals(link) as PyProxy;
  const pyodide_py = importModule("pyodide") as PyProxy;
  (stateOf(pyodide_py) as PyState).life.isPermanent = true;

  const handles = () => handlesOf(link, askStats(link));
  const targetIn = (proxy: PyProxy) => (stateOf(proxy) as PyState).life.target;
  let asyncApi: AsyncPyodide | undefined;

  function importModule(name: string): any {
    if (typeof name !== "string") throw new TypeError("the name of a module must be a string");
    return link.ask(Op.importModule, NO_TARGET, [name]);
  }

  /** Calls a function of the Python package by its dotted name. */
  function callPython(name: string, args: readonly unknown[]): unknown {
    const target = link.askTarget(Op.importModule, NO_TARGET, [name]);
    try {
      return link.ask(Op.call, target, args);
    } finally {
      target.drop();
    }
  }

  const evaluationOptions = ({ timeout: _, ...options }: RunOptions): Keywords => ({
    ...options,
    globals: options.globals ?? globals,
  });

  /** Runs code by a function of Python's that knows of the deadline. */
  function runLimited(
    run: LimitedRun,
    code: string,
    timeout: number | undefined,
    options: RunOptions,
  ): any {
    const seconds = timeout === undefined ? undefined : secondsOf(timeout);
    const target = link.askTarget(Op.importModule, NO_TARGET, [limitedRun(run)]);
    try {
      return link.ask(Op.call, target, [code, seconds], evaluationOptions(options));
    } finally {
      target.drop();
    }
  }

  const members = {
    /** An alias of the Emscripten file system (JS-FS). */
    FS: kernel.FS,
    /** Helpers for paths (JS-PATH). */
    PATH: kernel.PATH,
    /** The dict of `__main__` (JS-globals). */
    globals,
    /** The Python package `pyodide` (JS-pyodide_py). */
    pyodide_py,
    /** Runs code and gives the value of a final expression (JS-runPython). */
    runPython(code: string, options: RunOptions = {}): any {
      if (options.timeout !== undefined) {
        const limit = link.limits.begin(options.timeout);
        try {
          return runLimited("run", code, options.timeout, options);
        } finally {
          limit.end();
        }
      }
      return link.ask(Op.eval, NO_TARGET, [code], evaluationOptions(options));
    },

    /** As `runPython`, with top-level await (JS-runPythonAsync). */
    async runPythonAsync(code: string, options: RunAsyncOptions = {}): Promise<any> {
      const { timeout, signal, ...others } = options;
      if (timeout === undefined && signal === undefined) {
        return link.ask(Op.evalAsync, NO_TARGET, [code], evaluationOptions(others));
      }
      signal?.throwIfAborted();
      const limit = timeout === undefined ? undefined : link.limits.begin(timeout);
      try {
        const task = runLimited("run_async", code, timeout, others);
        return await (signal === undefined ? task : abortable(task, signal));
      } finally {
        limit?.end();
      }
    },

    /** Imports a module, or an attribute of one by its dotted name (JS-pyimport). */
    pyimport: importModule,

    /** The same by promises and lazy proxies (BY-async). */
    get async(): AsyncPyodide {
      asyncApi ??= makeAsyncPyodide(
        parts,
        { main: targetIn(globals), pyodide: targetIn(pyodide_py) },
        packages,
      );
      return asyncApi;
    },

    /** A copy of a JavaScript value as a Python object (JS-toPy). */
    toPy(obj: any, options: ToPyOptions = {}): any {
      return toPy(obj, link, options);
    },

    /** Makes `import name` give a JsProxy of `module` (JS-registerJsModule). */
    registerJsModule(name: string, module: object): void {
      callPython("pyodide.ffi.register_js_module", [name, module]);
    },

    unregisterJsModule(name: string): void {
      callPython("pyodide.ffi.unregister_js_module", [name]);
    },

    checkInterrupt(): void {
      interrupts.check();
    },

    setInterruptBuffer(buffer?: InterruptView): void {
      interrupts.setBuffer(buffer);
    },

    /** Unpacks an archive that is in memory (AR-unpackArchive). */
    unpackArchive(
      buffer: ArrayBuffer | ArrayBufferView,
      format: string,
      options: UnpackOptions = {},
    ): void {
      unpackArchive(link, kernel.FS, buffer, format, options);
    },

    /** Mounts a host folder, in Node (FS-node). */
    mountNodeFS(path: string, hostPath: string): void {
      now(mountingNodeFolder(kernel.FS, parts.node, path, hostPath));
    },

    /** Saves the interpreter, for `loadPyodide({ snapshot })` (BY-snapshot). */
    makeSnapshot: async (): Promise<Uint8Array> => makeSnapshot(parts, packages.loaded),
    /** The same at once (JS-makeMemorySnapshot). */
    makeMemorySnapshot(): Uint8Array {
      checkSnapshotWanted(parts.config);
      return makeSnapshot(parts, packages.loaded);
    },

    /** Mounts a folder of the browser (FS-native). */
    mountNativeFS: (path: string, fileSystemHandle: FileSystemDirectoryHandle) =>
      mountNativeFolder(kernel, path, fileSystemHandle),
    /** PK-loadPackage */
    loadPackage: async (names: string | string[] | PyProxy, options: LoadPackageOptions = {}) =>
      packages.loader.load(namesIn(names), options),
    /** PK-fromImports */
    loadPackagesFromImports: (code: string, options: LoadPackageOptions = {}) =>
      packages.loader.loadFromImports(code, options),
    /** JS-useNodeSockFS */
    useNodeSockFS: () => useNodeSockets(parts),

    /** What each side holds of the other, by type, with ages and, in debug mode, stacks (BY-handles). */
    handles,
    /** The start, messages, handles and memory as they are (BY-inspect). */
    diagnostics: makeDiagnostics(parts, { handles, memory: () => memoryOf(askStats(link)) }),

    /** JS-internal */
    _module: parts.module ?? kernel,
    _api: makeInternalApi(parts, packages.loader),
  };
  return withMembersOf(members, makeLocalMembers(parts, packages.loaded));
}
