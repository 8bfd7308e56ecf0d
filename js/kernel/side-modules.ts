import { readDylink } from "./dylink.ts";
import type { GlueModule, LibraryLoader } from "./glue.ts";
import { reasonOf } from "./kernel-file-error.ts";
import type { MainSymbolsFile } from "./main-symbols.ts";

/** Loads shared libraries of the kernel's file system ahead of the `dlopen` that wants them. */
export class SideModules {
  constructor(
    private readonly glue: GlueModule,
    private readonly symbols: MainSymbolsFile,
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
    const { loadDynamicLibrary, loadWebAssemblyModule, preloadedWasm } = this.glue;
    if (loadDynamicLibrary && loadWebAssemblyModule && preloadedWasm) {
      return { loadDynamicLibrary, loadWebAssemblyModule, preloadedWasm };
    }
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
    try {
      loader.preloadedWasm[path] = await loader.loadWebAssemblyModule(bytes, flags, path, scope);
    } catch (error) {
      throw new Error(`${path} cannot be loaded: ${reasonOf(error)}`, { cause: error });
    }
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
