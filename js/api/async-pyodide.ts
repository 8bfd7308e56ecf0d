import { Op } from "#vocabulary";
import type { InterruptBuffer } from "../kernel/waiting.ts";
import type { PyTarget } from "../proxy/py-state.ts";
import type { LoadPackageOptions } from "../services/packages/loader.ts";
import { type UnpackOptions, unpackArchiveLater } from "./archives.ts";
import type { LaterFiles } from "./async-files.ts";
import { makeAsyncMembers } from "./async-members.ts";
import { handlesOf } from "./handles.ts";
import type { InterruptView } from "./interrupts.ts";
import { type LocalParts, makeLocalMembers, withMembersOf } from "./local-members.ts";
import { missingMember } from "./missing.ts";
import { later, mountingNativeFolder, mountingNodeFolder } from "./mounts.ts";
import type { NodeModules } from "./node-modules.ts";
import { namesInLater, type Packages } from "./packages.ts";

/** What the object is made of. */
export interface AsyncParts extends LocalParts {
  readonly kernel: LocalParts["kernel"] & {
    readonly later: LaterFiles;
    setInterruptBuffer(buffer: InterruptBuffer | undefined): void;
  };
  readonly node: NodeModules | undefined;
}

/** The API whose members give promises (BY-async): `pyodide.async`. */
export type AsyncPyodide = ReturnType<typeof makeAsyncPyodide>;

/** @param main the dict of `__main__` */
export function makeAsyncPyodide(parts: AsyncParts, main: PyTarget, packages: Packages) {
  const { link, kernel, node } = parts;
  const { FS, PATH } = kernel.later;
  const { async: side } = link;
  const python = makeAsyncMembers(link, main);
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
      later(mountingNativeFolder(FS, path, fileSystemHandle)),

    loadPackage: async (names: unknown, options: LoadPackageOptions = {}) =>
      packages.loader.load(await namesInLater(names), options),

    loadPackagesFromImports: (code: string, options: LoadPackageOptions = {}) =>
      packages.loader.loadFromImports(code, options),

    useNodeSockFS: missingMember("useNodeSockFS", "Node sockets"),

    /** What each side holds of the other (BY-handles). */
    handles: async () => handlesOf(link, (await side.call(Op.stats, [])) as string),
  };
  return withMembersOf(withMembersOf(members, local), python);
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
