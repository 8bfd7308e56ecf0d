/** Shows host folders in Python's file system. */
import { readdirSync } from "node:fs";
import type { Mount } from "./mounts.ts";

/** The parts of the API used here. */
interface FolderHost {
  // The Emscripten file system API has no published types.
  readonly FS: any;
  mountNodeFS(path: string, hostPath: string): void;
}

/** Top-level folders that mean something else to each system. */
const NEVER_SHOWN = new Set(["/dev", "/proc", "/sys"]);

/**
 * Mounts a host folder. Where Python's file system has something of its own at that path (as it has at `/` and
 * `/home`), the folders inside are mounted one by one instead; files directly in it are then not seen, and what Python has
 * already is not hidden.
 */
export function showFolder(host: FolderHost, mount: Mount): void {
  if (NEVER_SHOWN.has(mount.path)) return;
  const found = host.FS.analyzePath(mount.path);
  if (found.exists && !host.FS.isDir(found.object.mode)) return;
  if (!found.exists || isEmpty(host, mount.path)) host.mountNodeFS(mount.path, mount.hostPath);
  else showInnerFolders(host, mount);
}

function isEmpty(host: FolderHost, path: string): boolean {
  return host.FS.readdir(path).every((name: string) => name === "." || name === "..");
}

function showInnerFolders(host: FolderHost, mount: Mount): void {
  const prefix = mount.path === "/" ? "" : mount.path;
  for (const entry of readdirSync(mount.hostPath, { withFileTypes: true })) {
    if (!entry.isDirectory() || host.FS.isMountpoint?.(`${prefix}/${entry.name}`)) continue;
    const hostPath = `${mount.hostPath}/${entry.name}`;
    showFolder(host, { hostPath, path: `${prefix}/${entry.name}` });
  }
}
