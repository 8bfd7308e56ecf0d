import type { Tree, TreeEntry } from "./tree.ts";

// The Emscripten file system API has no published types.
type EmscriptenFS = any;

/** A folder of the kernel's file system, by paths relative to it. Links are followed; those that lead nowhere are left out. */
export class KernelFolder {
  constructor(
    private readonly FS: EmscriptenFS,
    private readonly root: string,
  ) {}

  list(): Tree {
    const entries = new Map<string, TreeEntry>();
    const folders = [""];
    for (const folder of folders) {
      for (const name of this.FS.readdir(this.#at(folder)) as string[]) {
        if (name === "." || name === "..") continue;
        const path = folder === "" ? name : `${folder}/${name}`;
        const entry = this.#entry(path);
        if (entry === undefined) continue;
        entries.set(path, entry);
        if (entry.isFolder) folders.push(path);
      }
    }
    return entries;
  }

  read(path: string): Uint8Array {
    return this.FS.readFile(this.#at(path));
  }

  makeFolder(path: string): void {
    this.FS.mkdir(this.#at(path));
  }

  write(path: string, bytes: Uint8Array, modifiedMs: number): void {
    this.FS.writeFile(this.#at(path), bytes, { canOwn: true });
    this.#setTime(path, modifiedMs);
  }

  /**
   * A file was carried over and its copy has the time `copiedMs`: gives it the same, so that neither looks newer. One
   * that changed or went away meanwhile stays to be carried over.
   */
  settle(path: string, listed: TreeEntry, copiedMs: number): void {
    const now = this.FS.analyzePath(this.#at(path)).exists ? this.#entry(path) : undefined;
    if (now === undefined || now.isFolder) return;
    const isSame = now.modifiedMs === listed.modifiedMs && now.size === listed.size;
    this.#setTime(path, isSame ? copiedMs : copiedMs + 1);
  }

  #setTime(path: string, modifiedMs: number): void {
    this.FS.utime(this.#at(path), modifiedMs, modifiedMs);
  }

  remove(path: string): void {
    const at = this.#at(path);
    if (this.FS.isDir(this.FS.lstat(at).mode)) this.FS.rmdir(at);
    else this.FS.unlink(at);
  }

  /** A link to a folder is left out too: its folder could be one above. */
  #entry(path: string): TreeEntry | undefined {
    const at = this.#at(path);
    const { mode } = this.FS.lstat(at);
    if (this.FS.isDir(mode)) return { isFolder: true, size: 0, modifiedMs: 0 };
    if (this.FS.isLink(mode) && !this.FS.analyzePath(at).exists) return undefined;
    const stat = this.FS.stat(at);
    if (!this.FS.isFile(stat.mode)) return undefined;
    return { isFolder: false, size: stat.size, modifiedMs: stat.mtime.getTime() };
  }

  #at(path: string): string {
    return path === "" ? this.root : `${this.root}/${path}`;
  }
}
