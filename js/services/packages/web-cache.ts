import type { FileCache } from "./file-cache.ts";

const NAME = "krait-packages";

/** The browser's Cache API, under the address that a file came from. */
export class WebCache implements FileCache {
  readonly place = "the browser's cache";

  /** @param base address of the folder that the files belong to */
  constructor(
    private readonly base: string,
    private readonly caches: CacheStorage,
  ) {}

  async read(fileName: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const cache = await this.caches.open(NAME);
      const found = await cache.match(this.base + fileName);
      return found && new Uint8Array(await found.arrayBuffer());
    } catch {
      return undefined;
    }
  }

  async write(fileName: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      const cache = await this.caches.open(NAME);
      await cache.put(this.base + fileName, new Response(bytes));
    } catch {
      // The cache is full, or forbidden here: the next program fetches the file again.
    }
  }
}
