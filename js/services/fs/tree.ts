/** One file or folder below the root of a tree that is synchronised, by its path relative to the root. */
export interface TreeEntry {
  readonly isFolder: boolean;
  /** Bytes; 0 for folders. */
  readonly size: number;
  /** Milliseconds since 1970; 0 for folders. */
  readonly modifiedMs: number;
}

/** Paths without a leading slash; a folder always comes before what is in it. */
export type Tree = ReadonlyMap<string, TreeEntry>;

/** What makes one tree the same as another. */
export interface Changes {
  /** To be removed, the innermost first. */
  readonly removed: readonly string[];
  /** To be made or written, a folder before what is in it. */
  readonly written: readonly string[];
}

/**
 * The changes that carry `from` over to `to` (FS-native.sync): what is missing there, files that are newer or of another
 * size, and away with what is not in `from`.
 */
export function changesBetween(from: Tree, to: Tree): Changes {
  const removed = [...to.keys()].filter((path) => {
    const wanted = from.get(path);
    return wanted === undefined || wanted.isFolder !== to.get(path)?.isFolder;
  });
  const gone = new Set(removed);
  const written = [...from].filter(([path, entry]) => {
    const there = gone.has(path) ? undefined : to.get(path);
    return there === undefined || (!entry.isFolder && isNewer(entry, there));
  });
  return { removed: removed.reverse(), written: written.map(([path]) => path) };
}

function isNewer(entry: TreeEntry, there: TreeEntry): boolean {
  return entry.modifiedMs > there.modifiedMs || entry.size !== there.size;
}

/** The folder that a path is in, and its name there. */
export function splitPath(path: string): { folder: string; name: string } {
  const slash = path.lastIndexOf("/");
  return { folder: path.slice(0, Math.max(slash, 0)), name: path.slice(slash + 1) };
}
