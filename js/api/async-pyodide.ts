import type { InterruptBuffer } from "../kernel/waiting.ts";
import type { LaterFiles } from "../services/fs/later-files.ts";
import { later } from "../services/fs/steps.ts";
import type { LoadPackageOptions } from "../services/packages/loader.ts";
import { type UnpackOptions, unpackArchiveLater } from "./archives.ts";
import { type ModuleTargets, makeAsyncMembers } from "./async-members.ts";
import { type DiagnosticParts, makeDiagnostics } from "./diagnostics.ts";
import { askStatsLater, handlesOf, memoryOf } from "./handles.ts";
import type { InterruptView } from "./interrupts.ts";
import { type LocalParts, makeLocalMembers, makeScope, withMembersOf } from "./local-members.ts";
import { type MountFolder, mountingNodeFolder, mountNativeFolder } from "./mounts.ts";
import type { NodeModules } from "./node-modules.ts";
import { type SocketParts, useNodeSockets } from "./node-sockets.ts";
import type { PyodideConfig } from "./options.ts";
import { namesInLater, type Packages } from "./packages.ts";
import { checkSnapshotWanted, makeSnapshotLater, type SnapshotParts } from "./snapshots.ts";

/** What the object is made of. */
export interface AsyncParts extends LocalParts, Omit<SocketParts, "kernel" | "link"> {
  readonly kernel: LocalParts["kernel"] &
    SocketParts["kernel"] &
    DiagnosticParts["kernel"] &
    SnapshotParts["kernel"] & {
      readonly later: LaterFiles;
      readonly mountFolder: MountFolder;
      setInterruptBuffer(buffer: InterruptBuffer | undefined): void;
    };
  readonly node: NodeModules | undefined;
  readonly config: PyodideConfig;
  readonly timeline: DiagnosticParts["timeline"];
  /** The kernel's own object, where it is of this thread. */
  readonly module?: unknown;
}

/** The API whose members give promises (BY-async): `pyodide.async`. */
export type AsyncPyodide = ReturnType<typeof makeAsyncPyodide>;

export function makeAsyncPyodide(parts: AsyncParts, modules: ModuleTargets, packages: Packages) {
  const { link, kernel, node } = parts;
  const { FS, PATH } = kernel.later;
  const { async: side } = link;
  const python = makeAsyncMembers(link, modules);
  const handles = async () => handlesOf(link, await askStatsLater(link));
  const local = promised(makeLocalMembers(parts, packages.loaded));
  const members = {
    /** The file system, by promises (JS-FS). */
    FS,
    /** Helpers for paths, by promises (JS-PATH). */
    PATH,

    setInterruptBuffer: async (buffer?: InterruptView): Promise<void> =>
      kernel.setInterruptBuffer(buffer as InterruptBuffer | undefined),

    /** Runs the handler of a signal that waits: the kernel looks for one whenever it runs (IN-check). */
    checkInterrupt: async (): Promise<void> => {
      await python.runPython("None");
    },

    unpackArchive: (
      buffer: ArrayBuffer | ArrayBufferView,
      format: string,
      options: UnpackOptions = {},
    ): Promise<void> => unpackArchiveLater(side, FS, buffer, format, options),

    mountNodeFS: (path: string, hostPath: string): Promise<void> =>
      later(mountingNodeFolder(FS, node, path, hostPath)),

    mountNativeFS: (path: string, fileSystemHandle: FileSystemDirectoryHandle) =>
      mountNativeFolder(kernel, path, fileSystemHandle),

    loadPackage: async (names: unknown, options: LoadPackageOptions = {}) =>
      packages.loader.load(await namesInLater(names), options),

    loadPackagesFromImports: (code: string, options: LoadPackageOptions = {}) =>
      packages.loader.loadFromImports(code, options),

    /** Saves the interpreter, for `loadPyodide({ snapshot })` (BY-snapshot). Nothing may be called before it is settled. */
    makeSnapshot: (): Promise<Uint8Array> => makeSnapshotLater(parts, packages.loaded),
    /** The same (JS-makeMemorySnapshot). */
    makeMemorySnapshot: async (): Promise<Uint8Array> => {
      checkSnapshotWanted(parts.config);
      return makeSnapshotLater(parts, packages.loaded);
    },

    /** JS-useNodeSockFS */
    useNodeSockFS: () => useNodeSockets(parts),

    /** JS-internal */
    _module: parts.module ?? kernel,

    /** What each side holds of the other (BY-handles). */
    handles,
    /** The start, messages, handles and memory as they are (BY-inspect). */
    diagnostics: makeDiagnostics(parts, {
      handles,
      memory: async () => memoryOf(await askStatsLater(link)),
    }),
  };
  const all = withMembersOf(withMembersOf(members, local), python);
  // What is made while it is open belongs to it, whenever that is: there is nothing to wait for.
  return Object.assign(all, { scope: makeScope(link.proxies.scopes) });
}

/** Members whose functions give promises. */
type Promised<T> = {
  [Name in keyof T]: T[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Result>
    : T[Name];
};

function promised<T extends object>(members: T): Promised<T> {
  const descriptors = Object.getOwnPropertyDescriptors(members);
  for (const descriptor of Object.values(descriptors) as PropertyDescriptor[]) {
    const { value } = descriptor;
    const isClass =
      typeof value === "function" &&
      Object.hasOwn(value, "prototype") &&
      /^class/.test(String(value));
    if (typeof value !== "function" || isClass) continue;
    descriptor.value = async (...args: unknown[]) => value(...args);
  }
  return Object.defineProperties({}, descriptors) as Promised<T>;
}
