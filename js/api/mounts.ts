import type { Steps } from "../services/fs/steps.ts";
import type { NodeModules } from "./node-modules.ts";

// The Emscripten file system API has no published types.
type EmscriptenFS = any;

/** A folder of the browser that is mounted. */
export interface NativeMount {
  /** Carries what Python changed over to the folder (FS-native.sync). Rejects when the browser refuses it. */
  syncfs(): Promise<void>;
}

/** Mounts a folder of the browser in the kernel, in the thread that the kernel runs in. */
export type MountFolder = (path: string, handle: FileSystemDirectoryHandle) => Promise<NativeMount>;

/**
 * Mounts a folder of the browser and waits until its content is visible (FS-native).
 * @throws {TypeError} for what is no `FileSystemDirectoryHandle`; {Error} for a mount point that is taken, no folder, or
 *   not empty
 */
export async function mountNativeFolder(
  { mountFolder }: { readonly mountFolder: MountFolder },
  path: string,
  fileSystemHandle: FileSystemDirectoryHandle,
): Promise<NativeMount> {
  if (fileSystemHandle?.constructor?.name !== "FileSystemDirectoryHandle") {
    throw new TypeError("Expected argument 'fileSystemHandle' to be a FileSystemDirectoryHandle");
  }
  return mountFolder(path, fileSystemHandle);
}

/** Does so in this thread, whose file system has the type NATIVEFS_ASYNC. */
export function* mountingNativeFolder(
  FS: EmscriptenFS,
  path: string,
  fileSystemHandle: FileSystemDirectoryHandle,
): Steps<NativeMount> {
  yield* preparingMountPoint(FS, path);
  const type = FS.filesystems.NATIVEFS_ASYNC;
  const { mount } = yield FS.mount(type, { fileSystemHandle }, path);
  const synchronise = (isPulling: boolean) =>
    new Promise<void>((resolve, reject) => {
      type.syncfs(mount, isPulling, (error: unknown) => (error ? reject(error) : resolve()));
    });
  try {
    yield synchronise(true);
  } catch (error) {
    yield FS.unmount(path);
    throw error;
  }
  return { syncfs: () => synchronise(false) };
}

/**
 * Mounts a folder of the host (FS-node).
 * @throws {Error} outside Node, for a mount point that is taken, no folder, or not empty, and a host path that is no folder
 */
export function* mountingNodeFolder(
  FS: EmscriptenFS,
  node: NodeModules | undefined,
  path: string,
  hostPath: string,
): Steps<void> {
  if (node === undefined) throw new Error("mountNodeFS only works in Node");
  checkHostFolder(node, hostPath);
  yield* preparingMountPoint(FS, path);
  yield FS.mount(FS.filesystems.NODEFS, { root: hostPath }, path);
}

function checkHostFolder({ fs }: NodeModules, hostPath: string): void {
  const stat = fs.statSync(hostPath, { throwIfNoEntry: false });
  if (stat === undefined) throw new Error(`hostPath '${hostPath}' does not exist`);
  if (!stat.isDirectory()) throw new Error(`hostPath '${hostPath}' is not a directory`);
}

/** Makes the folder, or checks that the one that is there can be mounted on. */
export function* preparingMountPoint(FS: EmscriptenFS, path: string): Steps<void> {
  yield FS.mkdirTree(yield* parentOf(FS, path));
  const { exists, object } = yield FS.analyzePath(path);
  if (!exists) {
    yield FS.mkdir(path);
    return;
  }
  // What stands at a mount point is the root of what is mounted.
  if ((yield FS.isMountpoint(object)) || object.mount.root === object) {
    throw new Error(`path '${path}' is already a file system mount point`);
  }
  if (!(yield FS.isDir(object.mode))) {
    throw new Error(`path '${path}' points to a file not a directory`);
  }
  if ((yield FS.readdir(path)).length > 2) throw new Error(`directory '${path}' is not empty`);
}

function* parentOf(FS: EmscriptenFS, path: string): Steps<string> {
  const absolute = path.startsWith("/") ? path : `${yield FS.cwd()}/${path}`;
  return absolute.slice(0, absolute.replace(/\/+$/, "").lastIndexOf("/")) || "/";
}
