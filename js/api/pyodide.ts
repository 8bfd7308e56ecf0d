import { Op } from "#vocabulary";
import type { Environment } from "../kernel/environment.ts";
import type { KernelModule } from "../kernel/kernel-module.ts";
import { Unsupported } from "../proxy/errors.ts";
import { type KernelLink, type Keywords, NO_TARGET } from "../proxy/link.ts";
import { PyBufferView } from "../proxy/py-buffer.ts";
import { type PyState, stateOf } from "../proxy/py-state.ts";
import { PythonError } from "../proxy/python-error.ts";
import type { Scope, Scopes } from "../proxy/scopes.ts";
import { type ToPyOptions, toPy } from "../proxy/to-py.ts";
import { makeNativeFileSystem } from "../services/fs/native-fs.ts";
import type { LoadPackageOptions } from "../services/packages/loader.ts";
import type { Lockfile } from "../services/packages/lock.ts";
import type { PackageFiles } from "../services/packages/package-files.ts";
import type { InputOptions } from "../services/stdio/input-options.ts";
import type { OutputOptions } from "../services/stdio/output-options.ts";
import type { Stdio } from "../services/stdio/stdio.ts";
import { type UnpackOptions, unpackArchive } from "./archives.ts";
import { makeAsyncMembers } from "./async-members.ts";
import { makeCanvas } from "./canvas.ts";
import type { Ffi } from "./ffi.ts";
import { makeGlobals } from "./globals.ts";
import { listHandles } from "./handles.ts";
import { makeInternalApi } from "./internal-api.ts";
import { Interrupts, type InterruptView } from "./interrupts.ts";
import type { LockFileInUse } from "./lock-file.ts";
import { missingMember } from "./missing.ts";
import { mountNativeFolder, mountNodeFolder } from "./mounts.ts";
import type { NodeModules } from "./node-modules.ts";
import type { PyodideConfig } from "./options.ts";
import { namesIn, openPackages } from "./packages.ts";
import type { PyProxy } from "./py-proxy-types.ts";
import type { Scheduler } from "./scheduler.ts";

/** What the object is made of. */
export interface Parts {
  readonly kernel: Pick<
    KernelModule,
    "FS" | "PATH" | "ERRNO_CODES" | "setInterruptBuffer" | "loadDynamicLibrary"
  >;
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
}

/** Options of `runPython` and `runPythonAsync`; others go to `eval_code` as they are (JS-runPython.6). */
export interface RunOptions {
  /** A dict. Default: `pyodide.globals`. */
  globals?: PyProxy;
  /** Default: the globals. */
  locals?: PyProxy;
  /** In tracebacks. Default "<exec>". */
  filename?: string;
  [evalOption: string]: unknown;
}

/** The object that `loadPyodide` resolves to (spec: js-api.md sections 2, 3). */
export type PyodideAPI = ReturnType<typeof makePyodide>;

// The members are functions of one object rather than methods of a class: programs take them off it and call them alone.
export function makePyodide(parts: Parts) {
  const { kernel, link, ffi, stdio, version, lockFile } = parts;
  const loadedPackages: Record<string, string> = {};
  const packages = openPackages(parts, loadedPackages);
  const interrupts = new Interrupts(kernel, link);
  const globals = makeGlobals(link) as PyProxy;
  const pyodide_py = importModule("pyodide") as PyProxy;
  (stateOf(pyodide_py) as PyState).life.isPermanent = true;

  let asyncMembers: ReturnType<typeof makeAsyncMembers> | undefined;

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

  const evaluationOptions = (options: RunOptions): Keywords => ({
    ...options,
    globals: options.globals ?? globals,
  });

  kernel.FS.filesystems.NATIVEFS_ASYNC = makeNativeFileSystem(kernel.FS);

  return {
    version,
    /** An alias of the Emscripten file system (JS-FS). */
    FS: kernel.FS,
    /** Helpers for paths (JS-PATH). */
    PATH: kernel.PATH,
    /** POSIX error names to numbers (JS-ERRNO_CODES). */
    ERRNO_CODES: kernel.ERRNO_CODES,
    /** The dict of `__main__` (JS-globals). */
    globals,
    /** The Python package `pyodide` (JS-pyodide_py). */
    pyodide_py,
    /** What was loaded, by name (JS-loadedPackages). */
    loadedPackages,
    /** The lock file in use (JS-lockfile). */
    get lockfile(): Lockfile {
      return lockFile.contents;
    },
    /** What relative file names of packages are taken against (JS-lockfileBaseUrl). */
    get lockfileBaseUrl(): string | undefined {
      return lockFile.baseUrl;
    },
    /** Classes for `instanceof` (JS-ffi). */
    ffi,
    PyBuffer: PyBufferView,
    PythonError,
    /** JS-canvas */
    canvas: makeCanvas(),

    /** Runs code and gives the value of a final expression (JS-runPython). */
    runPython(code: string, options: RunOptions = {}): any {
      return link.ask(Op.eval, NO_TARGET, [code], evaluationOptions(options));
    },

    /** As `runPython`, with top-level await (JS-runPythonAsync). */
    async runPythonAsync(code: string, options: RunOptions = {}): Promise<any> {
      return link.ask(Op.evalAsync, NO_TARGET, [code], evaluationOptions(options));
    },

    /** Imports a module, or an attribute of one by its dotted name (JS-pyimport). */
    pyimport: importModule,

    /** The same by promises and lazy proxies (BY-async). */
    get async() {
      asyncMembers ??= makeAsyncMembers(link, (stateOf(globals) as PyState).life.target);
      return asyncMembers;
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

    /** Comlink's proxies are ordinary objects here, and need nothing more (JS-registerComlink). */
    registerComlink(_Comlink: unknown): void {},

    isPyProxy(value: unknown): value is PyProxy {
      return value instanceof ffi.PyProxy;
    },

    checkInterrupt(): void {
      interrupts.check();
    },

    setInterruptBuffer(buffer?: InterruptView): void {
      interrupts.setBuffer(buffer);
    },

    /**
     * Makes messages about destroyed proxies name the object, and `handles` tell where each was made; gives the former
     * value (JS-setDebug).
     */
    setDebug(debug: boolean): boolean {
      const former = link.settings.isDebug;
      link.settings.isDebug = Boolean(debug);
      link.proxies.births.isDebug = link.settings.isDebug;
      link.objects.births.isDebug = link.settings.isDebug;
      return former;
    },

    setStdin(options?: InputOptions): void {
      stdio.stdin.set(options);
    },

    setStdout(options?: OutputOptions): void {
      stdio.stdout.set(options);
    },

    setStderr(options?: OutputOptions): void {
      stdio.stderr.set(options);
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
      mountNodeFolder(kernel.FS, parts.node, path, hostPath);
    },

    /** JS-makeMemorySnapshot */
    makeMemorySnapshot(): Uint8Array {
      if (!parts.config._makeSnapshot) {
        throw new Error("makeMemorySnapshot needs loadPyodide with the option _makeSnapshot: true");
      }
      throw new Unsupported("pyodide.makeMemorySnapshot: this version cannot save programs yet");
    },

    /** Mounts a folder of the browser (FS-native). */
    mountNativeFS: (path: string, fileSystemHandle: FileSystemDirectoryHandle) =>
      mountNativeFolder(kernel.FS, path, fileSystemHandle),
    /** PK-loadPackage */
    loadPackage: async (names: string | string[] | PyProxy, options: LoadPackageOptions = {}) =>
      packages.load(namesIn(names), options),
    /** PK-fromImports */
    loadPackagesFromImports: (code: string, options: LoadPackageOptions = {}) =>
      packages.loadFromImports(code, options),
    useNodeSockFS: missingMember("useNodeSockFS", "Node sockets"),

    /** What each side holds of the other, by type, with ages and, in debug mode, stacks (BY-handles). */
    handles: () => listHandles(link),

    /** Destroys the proxies that are made inside: `scope(fn)`, or `using s = scope()` (BY-handles). */
    scope: makeScope(link.proxies.scopes),

    /** JS-internal */
    _module: kernel,
    _api: makeInternalApi(parts, packages),
  };
}

/** `pyodide.scope`: of a function for as long as it runs, or one that its caller closes. */
function makeScope(scopes: Scopes) {
  function scope(): Scope;
  function scope<T>(body: (scope: Scope) => T): T;
  function scope<T>(body?: (scope: Scope) => T): T | Scope {
    return body === undefined ? scopes.open() : scopes.run(body);
  }
  return scope;
}
