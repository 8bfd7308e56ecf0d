import type { Environment } from "../../kernel/environment.ts";
import { nodeBuiltin } from "../../kernel/node-builtin.ts";
import { download, type ReportBytes } from "./download.ts";
import type { FileCache } from "./file-cache.ts";
import { checkHash } from "./hash.ts";
import { NodeCache, userCacheFolder } from "./node-cache.ts";
import type { Planned } from "./plan.ts";
import { WebCache } from "./web-cache.ts";

/** Where files of packages come from. */
export interface FilesOptions {
  readonly host: Environment;
  /** Folder of relative file names, with a trailing slash; undefined when nothing tells. */
  readonly baseUrl: string | undefined;
  /** Node only: the folder that is looked in first, and where downloads are kept (JS-opt-packageCacheDir). */
  readonly cacheFolder?: string | undefined;
  /** Node only: where files are fetched from that the base lacks (JS-opt-cdnUrl). */
  readonly fallbackUrl?: string | undefined;
}

export interface ReadOptions {
  /** Compare with the hash of the lock file (PK-integrity). */
  readonly isChecked: boolean;
  readonly report: ReportBytes;
  /** Told where a file comes from that the base does not have. */
  readonly note: (message: string) => void;
}

/** Reads the files of packages: from a cache, the base, the fallback. */
export class PackageFiles {
  readonly #options: FilesOptions;
  readonly #isNode: boolean;
  /** Files that are being read already, by their locations. */
  readonly #ahead = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

  constructor(options: FilesOptions) {
    this.#options = options;
    this.#isNode = options.host.kind === "node";
  }

  /** Begins to read files that will be asked for. */
  readAhead(packages: readonly Planned[]): void {
    for (const planned of packages) {
      const bytes = this.#read(planned, { isChecked: true, report() {}, note() {} });
      // A failure is told to whoever asks for the file.
      bytes.catch(() => undefined);
      this.#ahead.set(planned.location, bytes);
    }
  }

  /** @throws {Error} naming the file, the places that were tried, and what to do */
  async read(planned: Planned, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const ahead = this.#ahead.get(planned.location);
    this.#ahead.delete(planned.location);
    return ahead ?? this.#read(planned, options);
  }

  async #read(planned: Planned, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const { location, sha256 } = planned;
    const isOfLock = sha256 !== undefined;
    if (!isOfLock || isAbsolute(location)) {
      const bytes = await this.#fetch(await this.#absolute(location), options.report);
      if (isOfLock && options.isChecked) await checkHash(location, bytes, sha256);
      return bytes;
    }
    return this.#readRelative(planned, sha256, options);
  }

  async #readRelative(
    { name, location }: Planned,
    sha256: string,
    { isChecked, report, note }: ReadOptions,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { baseUrl, fallbackUrl } = this.#options;
    if (location.split(/[/\\]/).includes("..")) {
      throw new Error(`The file name '${location}' of the package ${name} leaves its folder`);
    }
    if (baseUrl === undefined) {
      throw new Error(
        `The file name '${location}' of the package ${name} is relative, and nothing says to what: give loadPyodide the option packageBaseUrl`,
      );
    }
    const check = async (bytes: Uint8Array<ArrayBuffer>) => {
      if (isChecked) await checkHash(location, bytes, sha256);
      return bytes;
    };
    const isLocal = this.#isNode && !isRemote(baseUrl);
    const cache = await this.#cache(baseUrl, isLocal);
    const remote = isLocal ? fallbackUrl : baseUrl;
    const kept = await cache?.read(location);
    if (kept !== undefined) {
      const checked = check(kept);
      // What is kept may be damaged; where there is an original, that counts.
      const found = remote === undefined ? await checked : await checked.catch(() => undefined);
      if (found !== undefined) return found;
    }
    if (isLocal && this.#options.cacheFolder !== undefined) {
      const local = await new NodeCache(await folderPath(baseUrl)).read(location);
      if (local !== undefined) return check(local);
    }
    if (remote === undefined) {
      throw new Error(
        `${location} is not in ${cache?.place}: put it there, or give loadPyodide the option cdnUrl, where it can be fetched from`,
      );
    }
    const url = new URL(location, withSlash(remote)).href;
    if (isLocal) note(`${location} is not in ${cache?.place}, fetching it from ${url}`);
    const bytes = await check(await download(url, report));
    await cache?.write(location, bytes);
    return bytes;
  }

  async #cache(baseUrl: string, isLocal: boolean): Promise<FileCache | undefined> {
    if (this.#isNode) {
      const { cacheFolder } = this.#options;
      if (cacheFolder !== undefined) return new NodeCache(await folderPath(cacheFolder));
      return new NodeCache(isLocal ? await folderPath(baseUrl) : userCacheFolder());
    }
    return globalThis.caches === undefined ? undefined : new WebCache(baseUrl, globalThis.caches);
  }

  /** Relative to the page or, in Node, to the working folder (PK-url). */
  async #absolute(location: string): Promise<string> {
    if (isAbsolute(location)) return location;
    if (!this.#isNode) return new URL(location, globalThis.location?.href).href;
    return (await nodeBuiltin("node:url")).pathToFileURL(location).href;
  }

  async #fetch(location: string, report: ReportBytes): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.#isNode || isRemote(location)) return download(location, report);
    const { fileURLToPath } = await nodeBuiltin("node:url");
    const path = location.startsWith("file:") ? fileURLToPath(location) : location;
    const fs = await nodeBuiltin("node:fs");
    try {
      return new Uint8Array(await fs.promises.readFile(path));
    } catch (error) {
      throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
    }
  }
}

function isRemote(location: string): boolean {
  return /^https?:/i.test(location);
}

function isAbsolute(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(location) || location.startsWith("/");
}

function withSlash(location: string): string {
  return location.endsWith("/") ? location : `${location}/`;
}

/** The path of a folder of Node's, without a trailing slash. */
async function folderPath(location: string): Promise<string> {
  const { fileURLToPath } = await nodeBuiltin("node:url");
  const path = location.startsWith("file:") ? fileURLToPath(location) : location;
  return path.replace(/(.)[/\\]+$/, "$1");
}
