import type { GlueModule } from "./glue.ts";
import { STDLIB_PATH } from "./kernel-options.ts";

/** An entry of the kernel's own file system, as a snapshot names it. */
export interface SavedFile {
  readonly path: string;
  readonly mode: number;
  readonly mtimeMs: number;
  /** Of a file, how many bytes it has. */
  readonly byteLength?: number;
  /** Of a symbolic link, where it leads. */
  readonly target?: string;
}

/** A node of Emscripten's memory file system. */
interface MemoryNode {
  readonly mode: number;
  readonly timestamp: number;
  readonly link?: string;
  readonly mounted?: unknown;
  /** Of a folder: nodes by name. Of a file: its bytes, and room behind them. */
  readonly contents: unknown;
  readonly usedBytes: number;
}

/** Made by every start of a kernel. */
const OF_THE_START: ReadonlySet<string> = new Set(["/dev", "/proc", STDLIB_PATH]);

/** All that is in the kernel's memory file system, folders before what is in them. What is mounted is left out. */
export function collectFiles(FS: GlueModule["FS"]): { file: SavedFile; bytes?: Uint8Array }[] {
  const found: { file: SavedFile; bytes?: Uint8Array }[] = [];
  const visit = (folder: MemoryNode, path: string): void => {
    for (const [name, node] of Object.entries(folder.contents as Record<string, MemoryNode>)) {
      const at = `${path}/${name}`;
      if (OF_THE_START.has(at)) continue;
      const { mode, timestamp: mtimeMs } = node;
      const file = { path: at, mode, mtimeMs };
      if (FS.isDir(mode)) {
        found.push({ file });
        if (node.mounted === undefined || node.mounted === null) visit(node, at);
      } else if (FS.isLink(mode)) {
        found.push({ file: { ...file, target: node.link as string } });
      } else if (FS.isFile(mode)) {
        const bytes = bytesOf(node);
        found.push({ file: { ...file, byteLength: bytes.length }, bytes });
      }
    }
  };
  visit(FS.lookupPath("/").node as MemoryNode, "");
  return found;
}

function bytesOf({ contents, usedBytes }: MemoryNode): Uint8Array {
  if (contents === null || contents === undefined) return new Uint8Array(0);
  return contents instanceof Uint8Array
    ? contents.subarray(0, usedBytes)
    : Uint8Array.from(contents as number[]).subarray(0, usedBytes);
}

/**
 * Puts the entries of a snapshot into a file system that has been begun.
 * @param bytesOfFile of the file of that number; they are copied when the file is first looked at
 */
export function restoreFiles(
  FS: GlueModule["FS"],
  files: readonly SavedFile[],
  bytesOfFile: (number: number) => Uint8Array,
): void {
  for (const [number, { path, mode, byteLength, target }] of files.entries()) {
    if (FS.isDir(mode)) {
      if (!FS.analyzePath(path).exists) FS.mkdir(path);
      FS.chmod(path, mode);
    } else if (target !== undefined) FS.symlink(target, path);
    else
      laterContents(FS.create(path, mode), byteLength as number, () => bytesOfFile(number).slice());
  }
  // Last, since what is made in a folder changes its time. Import caches go by it.
  for (const { path, mtimeMs } of files) {
    FS.lookupPath(path, { follow: false }).node.timestamp = mtimeMs;
  }
}

/** Gives a new file bytes that are taken when they are first looked at. */
export function laterContents(node: any, byteLength: number, bytes: () => Uint8Array): void {
  node.usedBytes = byteLength;
  const settle = (value: Uint8Array | null) => {
    Object.defineProperty(node, "contents", { value, writable: true, configurable: true });
  };
  Object.defineProperty(node, "contents", {
    get() {
      const value = bytes();
      settle(value);
      return value;
    },
    set: settle,
    configurable: true,
    enumerable: true,
  });
}
