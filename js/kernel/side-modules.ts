import { readDylink } from "./dylink.ts";
import type { GlueModule, LibraryLoader } from "./glue.ts";
import { reasonOf } from "./kernel-file-error.ts";
import type { KernelExports } from "./kernel-module.ts";
import { type LibraryPlace, placeIn, RECORD_BYTES } from "./linking.ts";
import type { MainSymbolsFile } from "./main-symbols.ts";

/** Whether the kernel is of the flavour that can have side modules. */
export function canLink(glue: GlueModule): glue is GlueModule & LibraryLoader {
  return glue.loadWebAssemblyModule !== undefined;
}

/** Loads shared libraries of the kernel's file system ahead of the `dlopen` that wants them. */
export class SideModules {
  /** Where those are that wait for their `dlopen`, or have waited, by their exports. */
  readonly places = new Map<object, LibraryPlace>();

  constructor(
    private readonly glue: GlueModule,
    private readonly symbols: MainSymbolsFile,
    private readonly exports: Pick<KernelExports, "krait_alloc" | "krait_free">,
  ) {}

  /**
   * Compiles and instantiates a library, and before it those that it needs.
   * @param global whether what is loaded later may use its symbols
   * @throws {Error} naming the library, and what it lacks
   */
  async load(path: string, global: boolean): Promise<void> {
    const loader = this.#loader(path);
    await this.symbols.prepare();
    await this.#prepare(path, global, loader, new Set());
    // A library that is not global waits here, instantiated, for the `dlopen` of the module that wants it.
    if (global) loader.loadDynamicLibrary(path, { global, nodelete: true, loadAsync: false });
  }

  #loader(path: string): LibraryLoader {
    if (canLink(this.glue)) return this.glue;
    throw new Error(`${path}: this build of the kernel cannot load shared libraries`);
  }

  async #prepare(
    path: string,
    global: boolean,
    loader: LibraryLoader,
    underWay: Set<string>,
  ): Promise<void> {
    if (loader.preloadedWasm[path] !== undefined || underWay.has(path)) return;
    underWay.add(path);
    const bytes = this.glue.FS.readFile(path) as Uint8Array;
    for (const [name, found] of this.#needs(path, bytes)) {
      await this.#prepare(found, global, loader, underWay);
      // The loader asks for it by the name in the section.
      const exports = loader.preloadedWasm[found];
      if (exports !== undefined) loader.preloadedWasm[name] = exports;
    }
    const flags = { loadAsync: true, global, nodelete: true };
    const scope = global ? undefined : {};
    const record = this.#newRecord();
    try {
      const exports = await loader.loadWebAssemblyModule(bytes, flags, path, scope, record);
      loader.preloadedWasm[path] = exports;
      this.places.set(exports, placeIn(this.glue.wasmMemory, record, path) as LibraryPlace);
    } catch (error) {
      throw new Error(`${path} cannot be loaded: ${reasonOf(error)}`, { cause: error });
    } finally {
      this.exports.krait_free(record);
    }
  }

  /** Room for the loader to say where it puts a library. */
  #newRecord(): number {
    const address = this.exports.krait_alloc(RECORD_BYTES) >>> 0;
    if (address === 0) throw new RangeError("there is no memory left");
    new Uint8Array(this.glue.wasmMemory.buffer, address, RECORD_BYTES).fill(0);
    return address;
  }

  /** The libraries that a module needs, by their names in it, and where they are. */
  #needs(path: string, bytes: Uint8Array): [string, string][] {
    let dylink: ReturnType<typeof readDylink>;
    try {
      dylink = readDylink(bytes);
    } catch (error) {
      throw new Error(`${path} cannot be loaded: ${reasonOf(error)}`, { cause: error });
    }
    const folders = this.#folders(path, dylink.runtimePaths);
    return dylink.needed.map((name) => {
      const found = folders.map((folder) => `${folder}/${name}`).find((file) => this.#isFile(file));
      if (found !== undefined) return [name, found];
      throw new Error(`${path} needs ${name}, which is in none of ${folders.join(", ")}`);
    });
  }

  /** Where the libraries that a module needs may be (PK-dynlib): where it says, beside it, and where all look. */
  #folders(path: string, runtimePaths: readonly string[]): string[] {
    const own = path.slice(0, path.lastIndexOf("/")) || "/";
    const { LD_LIBRARY_PATH = "" } = this.glue.ENV;
    const named = runtimePaths
      .flatMap((paths) => paths.split(":"))
      .map((folder) => folder.replace(/^\$(ORIGIN|\{ORIGIN\})/, own));
    const shared = [...LD_LIBRARY_PATH.split(":"), "/usr/lib"].filter((folder) => folder !== "");
    return [...new Set([...named, own, ...shared].map((folder) => this.#normal(folder)))];
  }

  #normal(folder: string): string {
    return this.glue.PATH.normalize(folder);
  }

  #isFile(path: string): boolean {
    const { exists, object } = this.glue.FS.analyzePath(path);
    return exists && this.glue.FS.isFile(object.mode);
  }
}
