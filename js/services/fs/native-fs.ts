import { HostFolder } from "./host-folder.ts";
import { KernelFolder } from "./kernel-folder.ts";
import { changesBetween, type TreeEntry } from "./tree.ts";

// The Emscripten file system API has no published types.
type EmscriptenFS = any;

interface Mount {
  readonly mountpoint: string;
  readonly opts: { readonly fileSystemHandle: FileSystemDirectoryHandle };
}

type Callback = (error: unknown) => void;

/**
 * A file system type for `FS.mount`: files live in memory, and are carried over to a folder of the browser and back when
 * `syncfs` asks for it (FS-native, FS-native.sync). Synchronisations of one mount follow each other.
 */
export function makeNativeFileSystem(FS: EmscriptenFS) {
  const ends = new WeakMap<Mount, Promise<void>>();

  async function synchronise(mount: Mount, isPulling: boolean): Promise<void> {
    const host = new HostFolder(mount.opts.fileSystemHandle);
    const kernel = new KernelFolder(FS, mount.mountpoint);
    await (isPulling ? pull(host, kernel) : push(host, kernel));
  }

  return {
    mount: (mount: Mount) => FS.filesystems.MEMFS.mount(mount),

    /** @param populate true: from the browser's folder into the kernel's */
    syncfs(mount: Mount, populate: boolean, callback: Callback): void {
      const before = ends.get(mount) ?? Promise.resolve();
      const ended = before.then(() => synchronise(mount, populate));
      ends.set(
        mount,
        ended.catch(() => undefined),
      );
      ended.then(
        () => callback(null),
        (error) => callback(error),
      );
    },
  };
}

async function pull(host: HostFolder, kernel: KernelFolder): Promise<void> {
  const from = await host.list();
  const { removed, written } = changesBetween(from, kernel.list());
  for (const path of removed) kernel.remove(path);
  for (const path of written) {
    if (from.get(path)?.isFolder) kernel.makeFolder(path);
    else {
      const { bytes, modifiedMs } = await host.read(path);
      kernel.write(path, bytes, modifiedMs);
    }
  }
}

async function push(host: HostFolder, kernel: KernelFolder): Promise<void> {
  const from = kernel.list();
  const { removed, written } = changesBetween(from, await host.list());
  for (const path of removed) await host.remove(path);
  for (const path of written) {
    const entry = from.get(path) as TreeEntry;
    if (entry.isFolder) await host.makeFolder(path);
    else kernel.settle(path, entry, await host.write(path, kernel.read(path)));
  }
}
