import type { Environment } from "./environment.ts";
import type { LoadedLibrary } from "./glue.ts";
import { instanceOf } from "./instantiate.ts";
import {
  type Exports,
  type LibraryPlace,
  type Linker,
  MAIN_LIBRARY,
  type SavedLinking,
} from "./linking.ts";

/** Marks of JavaScript in a side module. */
const SCRIPTS = ["__start_em_asm", "__em_js__"];

/** A side module, with the names of the libraries that it needs. */
export interface CompiledLibrary {
  readonly module: WebAssembly.Module;
  readonly needed: readonly string[];
}

/** Those that are being compiled for a start from a snapshot, in the order of `SavedLinking.libraries`. */
export type CompiledLibraries = readonly Promise<CompiledLibrary>[];

/**
 * Gives a kernel, whose memory holds what a snapshot has, the side modules that it was taken with. They are instantiated anew, but
 * nothing of them is run, and their data is left as it is.
 * @returns where they are, by their exports
 */
export async function restoreLinking(
  glue: Linker,
  linking: SavedLinking,
  compiled: CompiledLibraries,
  environment: Environment,
): Promise<Map<object, LibraryPlace>> {
  const { wasmTable, GOT, LDSO, preloadedWasm } = glue;
  const { libraries, tableLength } = linking;
  if (tableLength > wasmTable.length) wasmTable.grow(tableLength - wasmTable.length);
  for (const [name, value] of Object.entries(linking.offsets)) {
    GOT[name] ??= new WebAssembly.Global({ value: "i32", mutable: true }, value);
  }
  const all: Exports[] = [];
  const byName = new Map(linking.waiting.map(([name, number]) => [name, number]));
  for (const [number, place] of libraries.entries()) {
    const { module, needed } = await (compiled[number] as CompiledLibraries[number]);
    const scope = Object.assign({}, ...needed.map((name) => all[byName.get(name) ?? -1] ?? {}));
    all.push(await instantiateAgain(glue, module, place, scope, environment));
  }
  for (const [name, number] of linking.waiting) preloadedWasm[name] = all[number] as Exports;
  for (const { name, library, isGlobal, references, handles } of linking.openings) {
    const exports = all[library] as Exports;
    const refcount = references ?? Number.POSITIVE_INFINITY;
    const opened: LoadedLibrary = { name, exports, global: isGlobal, refcount };
    LDSO.loadedLibsByName[name] = opened;
    for (const handle of handles) LDSO.loadedLibsByHandle[handle] = opened;
    if (isGlobal) offerSymbols(glue, exports);
  }
  for (const [slot, library, name] of linking.slots) {
    wasmTable.set(slot, (all[library] as Exports)[name] as () => void);
  }
  const { addFunction, fittedFunctions, freeTableIndexes } = glue;
  const main = mainSymbolsOf(glue);
  for (const [slot, name] of linking.scripts) {
    freeTableIndexes.push(slot); // the next that is taken
    const script = main[name] as { sig?: string };
    addFunction(script, script.sig);
  }
  for (const [slot, original, wanted] of linking.adapters) {
    freeTableIndexes.push(slot);
    fittedFunctions.adapters[`${original} ${wanted}`] = fittedFunctions.make(original, wanted);
  }
  freeTableIndexes.push(...linking.freeSlots);
  return new Map(libraries.map((place, number) => [all[number] as Exports, place]));
}

/** What all libraries find by name. */
function mainSymbolsOf({ LDSO }: Linker): Exports {
  return (LDSO.loadedLibsByName[MAIN_LIBRARY] as LoadedLibrary).exports as Exports;
}

function isDefined(symbols: Exports, name: string): boolean {
  const value = symbols[name] as { stub?: boolean } | undefined;
  return value !== undefined && !value.stub;
}

/** A global library's symbols are for everybody, as far as nobody else has them. */
function offerSymbols(glue: Linker, exports: Exports): void {
  const main = mainSymbolsOf(glue);
  for (const [name, value] of Object.entries(exports)) {
    if (!isDefined(main, name)) main[name] = value;
  }
}

/** An instance at a place where one was; the memory there is left as it is. Its exports, addresses among them. */
async function instantiateAgain(
  glue: Linker,
  module: WebAssembly.Module,
  { path, memoryBase, memoryBytes, tableBase }: LibraryPlace,
  scope: Exports,
  environment: Environment,
): Promise<Exports> {
  if (WebAssembly.Module.exports(module).some(({ name }) => isScript(name))) {
    throw new Error(`${path} has JavaScript in it, which a snapshot cannot hold`);
  }
  const main = mainSymbolsOf(glue);
  let exports: Exports = {};
  const stubs: Exports = {};
  const symbols = new Proxy(stubs, {
    get(_, name: string) {
      if (name === "__memory_base") return memoryBase;
      if (name === "__table_base") return tableBase;
      if (isDefined(main, name)) return main[name];
      let found: ((...args: unknown[]) => unknown) | undefined;
      stubs[name] ??= (...args: unknown[]) => {
        found ??= [main, scope, exports].find((symbols) => isDefined(symbols, name))?.[
          name
        ] as typeof found;
        return found?.(...args);
      };
      return stubs[name];
    },
  });
  const offsets = new Proxy(glue.GOT, {
    get(GOT, name: string) {
      GOT[name] ??= new WebAssembly.Global({ value: "i32", mutable: true }, 0);
      return GOT[name];
    },
  });
  const imports = {
    "GOT.mem": offsets,
    "GOT.func": offsets,
    env: symbols,
    wasi_snapshot_preview1: symbols,
  } as unknown as WebAssembly.Imports;
  const data = new Uint8Array(glue.wasmMemory.buffer, memoryBase, memoryBytes);
  const kept = data.slice();
  const instance = await instanceOf(environment, module, imports);
  data.set(kept);
  exports = Object.fromEntries(
    Object.entries(instance.exports).map(([name, value]) => [name, relocated(value, memoryBase)]),
  );
  return exports;
}

function isScript(name: string): boolean {
  return SCRIPTS.some((start) => name.startsWith(start));
}

/** Data is exported as its distance from the base. */
function relocated(value: unknown, memoryBase: number): unknown {
  if (typeof value === "function") return value;
  const { value: distance } = value as { value?: unknown };
  return typeof distance === "number" ? distance + memoryBase : distance;
}
