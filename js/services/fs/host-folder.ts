import { splitPath, type Tree, type TreeEntry } from "./tree.ts";

/**
 * A folder of the browser (`FileSystemDirectoryHandle`: the origin's private one, or one that the user chose), by paths
 * relative to it. Every member rejects with the browser's `DOMException` when the permission is gone or a file is locked.
 */
export class HostFolder {
  readonly #folders = new Map<string, FileSystemDirectoryHandle>();
  readonly #files = new Map<string, FileSystemFileHandle>();

  constructor(root: FileSystemDirectoryHandle) {
    this.#folders.set("", root);
  }

  /** Everything in it, as it is now. */
  async list(): Promise<Tree> {
    const entries = new Map<string, TreeEntry>();
    const root = this.#folders.get("") as FileSystemDirectoryHandle;
    this.#folders.clear();
    this.#files.clear();
    this.#folders.set("", root);
    // A folder that is found is put behind the others, so deep trees need no stack.
    for (const [folder, handle] of this.#folders) {
      for await (const [name, child] of handle.entries()) {
        const path = folder === "" ? name : `${folder}/${name}`;
        if (child.kind === "directory") {
          this.#folders.set(path, child as FileSystemDirectoryHandle);
          entries.set(path, { isFolder: true, size: 0, modifiedMs: 0 });
        } else {
          this.#files.set(path, child as FileSystemFileHandle);
          const { size, lastModified } = await (child as FileSystemFileHandle).getFile();
          entries.set(path, { isFolder: false, size, modifiedMs: lastModified });
        }
      }
    }
    return entries;
  }

  /** The bytes of a file that `list` told of. */
  async read(path: string): Promise<{ bytes: Uint8Array; modifiedMs: number }> {
    const file = await (this.#files.get(path) as FileSystemFileHandle).getFile();
    return { bytes: new Uint8Array(await file.arrayBuffer()), modifiedMs: file.lastModified };
  }

  async makeFolder(path: string): Promise<void> {
    const { folder, name } = splitPath(path);
    this.#folders.set(path, await this.#parent(folder).getDirectoryHandle(name, { create: true }));
  }

  /** Writes a whole file; the old content stays until the new one is complete. Gives its time in milliseconds. */
  async write(path: string, bytes: Uint8Array): Promise<number> {
    const { folder, name } = splitPath(path);
    const handle = await this.#parent(folder).getFileHandle(name, { create: true });
    const stream = await handle.createWritable();
    try {
      await stream.write(bytes as Uint8Array<ArrayBuffer>);
    } catch (error) {
      await stream.abort().catch(() => undefined);
      throw error;
    }
    await stream.close();
    this.#files.set(path, handle);
    return (await handle.getFile()).lastModified;
  }

  async remove(path: string): Promise<void> {
    const { folder, name } = splitPath(path);
    await this.#parent(folder).removeEntry(name, { recursive: true });
    this.#folders.delete(path);
    this.#files.delete(path);
  }

  #parent(folder: string): FileSystemDirectoryHandle {
    return this.#folders.get(folder) as FileSystemDirectoryHandle;
  }
}
