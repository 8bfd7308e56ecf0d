import { nodeBuiltin } from "../../kernel/node-builtin.ts";
import type { FileCache } from "./file-cache.ts";

/** A folder of the host (PK-cacheNode). Made when something is kept there. */
export class NodeCache implements FileCache {
  constructor(readonly place: string) {}

  async read(fileName: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const fs = await nodeBuiltin("node:fs");
    try {
      return new Uint8Array(await fs.promises.readFile(`${this.place}/${fileName}`));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async write(fileName: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const fs = await nodeBuiltin("node:fs");
    // Beside its place and then moved there, so that another program never reads half a file.
    const target = `${this.place}/${fileName}`;
    const partial = `${target}.${process.pid}.${Date.now()}.partial`;
    try {
      await fs.promises.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
      await fs.promises.writeFile(partial, bytes);
      await fs.promises.rename(partial, target);
    } catch {
      await fs.promises.rm(partial, { force: true }).catch(() => undefined);
    }
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === "ENOENT" || code === "ENOTDIR";
}

/** Where downloads are kept when no folder is named. */
export function userCacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA, HOME, USERPROFILE } = process.env;
  const base = XDG_CACHE_HOME || LOCALAPPDATA || `${HOME || USERPROFILE || "."}/.cache`;
  return `${base}/krait/packages`;
}
