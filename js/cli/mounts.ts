/** Which host folders Python sees, and where. */
import { existsSync, realpathSync, statSync } from "node:fs";
import { posix, win32 } from "node:path";

/** A host folder and the path under which Python sees it. */
export interface Mount {
  readonly hostPath: string;
  readonly path: string;
}

/** How paths are written on the host; a parameter so that both ways can be tested anywhere. */
export type PathStyle = "posix" | "windows";

export const HOST_STYLE: PathStyle = process.platform === "win32" ? "windows" : "posix";

/** A `--mount` that names nothing usable; the message is for the user. */
export class BadMount extends Error {}

/**
 * The path under which Python sees an absolute host path: the same on POSIX; on Windows the drive becomes the first
 * folder (`C:\work` is `/c/work`) and a network share is kept under `/unc`.
 */
export function toPythonPath(hostPath: string, style: PathStyle = HOST_STYLE): string {
  if (style === "posix") return posix.normalize(hostPath);
  const normal = win32.normalize(hostPath).replaceAll("\\", "/");
  const drive = /^([A-Za-z]):(.*)$/.exec(normal);
  if (drive) return posix.normalize(`/${drive[1]?.toLowerCase()}/${drive[2]}`);
  return normal.startsWith("//") ? `/unc/${normal.slice(2)}` : normal;
}

/**
 * Reads `HOST[:PATH]` of `--mount`. A colon that belongs to a Windows drive separates nothing.
 * @throws {BadMount} when the host folder is missing or PATH is not absolute.
 */
export function parseMount(text: string, style: PathStyle = HOST_STYLE): Mount {
  const driveLength = style === "windows" && /^[A-Za-z]:/.test(text) ? 2 : 0;
  const at = text.indexOf(":", driveLength);
  const paths = style === "windows" ? win32 : posix;
  const hostPath = paths.resolve(at < 0 ? text : text.slice(0, at));
  const path = at < 0 ? toPythonPath(hostPath, style) : text.slice(at + 1);
  if (!path.startsWith("/")) {
    throw new BadMount(`--mount ${text}: the path in Python, '${path}', must begin with '/'`);
  }
  if (!existsSync(hostPath))
    throw new BadMount(`--mount ${text}: there is no folder '${hostPath}'`);
  if (!statSync(hostPath).isDirectory()) {
    throw new BadMount(`--mount ${text}: '${hostPath}' is not a folder`);
  }
  return { hostPath, path: posix.normalize(path).replace(/(.)\/$/, "$1") };
}

/**
 * The mounts for a run: the working folder, the folders of the script (where it is named and, as CPython follows a
 * link to the script, where it really is), further folders such as PYTHONPATH's that exist, then the named ones. A folder
 * inside another one that keeps its path is left out.
 */
export function planMounts(
  workingFolder: string,
  scriptPath: string | undefined,
  furtherFolders: readonly string[],
  named: readonly Mount[],
): Mount[] {
  const folders = [workingFolder, ...scriptFolders(scriptPath), ...furtherFolders.filter(isFolder)];
  const own = folders.map((hostPath) => ({ hostPath, path: toPythonPath(hostPath) }));
  const all = [...named, ...own];
  return all.filter(
    (mount, at) => !all.some((other, otherAt) => covers(other, mount, otherAt < at)),
  );
}

function scriptFolders(scriptPath: string | undefined): string[] {
  if (scriptPath === undefined || !existsSync(scriptPath)) return [];
  const paths = HOST_STYLE === "windows" ? win32 : posix;
  return [paths.resolve(scriptPath), realpathSync(scriptPath)].map((path) => paths.dirname(path));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Whether `outer` shows all of `inner` at the same paths already; of two equal ones the earlier counts. */
function covers(outer: Mount, inner: Mount, isEarlier: boolean): boolean {
  if (outer === inner) return false;
  if (outer.path === inner.path) return isEarlier;
  const prefix = outer.path === "/" ? "/" : `${outer.path}/`;
  const keepsPath = toPythonPath(outer.hostPath) === outer.path;
  return keepsPath && inner.path.startsWith(prefix) && toPythonPath(inner.hostPath) === inner.path;
}
