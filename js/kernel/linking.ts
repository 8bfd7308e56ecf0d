import type { Environment } from "./environment.ts";
import type { GlueModule, LibraryLoader, LoadedLibrary } from "./glue.ts";
import { instanceOf } from "./instantiate.ts";

/** Where the loader put a side module. */
export interface LibraryPlace {
  /** File that it came from. */
  readonly path: string;
  /** Its data, in the kernel's memory. */
  readonly memoryBase: number;
  readonly memoryBytes: number;
  /** Its functions, in the table. */
  readonly tableBase: number;
  readonly tableLength: number;
}

/** A library as `dlopen` knows it. */
interface SavedOpening {
  readonly name: string;
  /** Number in `SavedLinking.libraries`. */
  readonly library: number;
  readonly isGlobal: boolean;
  /** `null`: it is never closed. */
  readonly references: number | null;
  /** Addresses of C's own records of it. */
  readonly handles: readonly number[];
}

/** The side modules of a kernel, so that another instance can have the same at the same places. */
export interface SavedLinking {
  /** In the order in which they were instantiated. */
  readonly libraries: readonly LibraryPlace[];
  readonly openings: readonly SavedOpening[];
  /** Names under which a `dlopen` finds libraries that wait for it, and their numbers. */
  readonly waiting: readonly (readonly [name: string, library: number])[];
  /** Values of the global offset table. */
  readonly offsets: Readonly<Record<string, number>>;
  /** Functions that libraries export, in slots of the table: slot, library, name. */
  readonly slots: readonly (readonly [slot: number, library: number, name: string])[];
  /** Functions of the glue in slots of the table: slot, name. */
  readonly scripts: readonly (readonly [slot: number, name: string])[];
  /** Adapters in slots of the table: slot, slot of the function, number of arguments. */
  readonly adapters: readonly (readonly [slot: number, original: number, wanted: number])[];
  readonly freeSlots: readonly number[];
  readonly tableLength: number;
}

type Exports = Record<string, unknown>;
type Linker = GlueModule & LibraryLoader;

/** Offsets in C's record of a library (`struct dso` of Emscripten's libc). */
const IS_PLACED = 8;
const MEMORY_BASE = 12;
const MEMORY_BYTES = 16;
const TABLE_BASE = 20;
const TABLE_LENGTH = 24;
/** Room for as much of such a record as the loader fills in. */
export const RECORD_BYTES = 64;
const SCRIPTS = ["__start_em_asm", "__em_js__"];

/** Reads where a library was put from a record that the loader has filled in; undefined when it has not. */
export function placeIn(
  memory: WebAssembly.Memory,
  record: number,
  path: string,
): LibraryPlace | undefined {
  const view = new DataView(memory.buffer);
  if (view.getUint8(record + IS_PLACED) === 0) return undefined;
  return {
    path,
    memoryBase: view.getUint32(record + MEMORY_BASE, true),
    memoryBytes: view.getUint32(record + MEMORY_BYTES, true),
    tableBase: view.getUint32(record + TABLE_BASE, true),
    tableLength: view.getUint32(record + TABLE_LENGTH, true),
  };
}

/**
 * What there is of side modules; undefined when there are none.
 * @param places of those that the kernel loaded ahead of a `dlopen`, by their exports
 * @param tableLength of the table before there were any
 * @throws {Error} naming what another instance could not have
 */
export function collectLinking(
  glue: Linker,
  places: ReadonlyMap<object, LibraryPlace>,
  tableLength: number,
): SavedLinking | undefined {
  const opened = Object.values(glue.LDSO.loadedLibsByName).filter(
    ({ name }) => name !== MAIN_LIBRARY,
  );
  const waiting = Object.entries(glue.preloadedWasm);
  const handles = handlesOf(glue);
  const placed = new Map(places);
  for (const library of opened) {
    if (placed.has(library.exports)) continue;
    const record = handles.get(library)?.[0];
    const place = record === undefined ? undefined : placeIn(glue.wasmMemory, record, library.name);
    if (place === undefined) {
      throw new Error(
        `a snapshot cannot hold the library ${library.name}, which another one brought with it: load it with loadPackage`,
      );
    }
    placed.set(library.exports, place);
  }
  // Bases of tables grow with each.
  const libraries = [...placed].sort(([, a], [, b]) => a.tableBase - b.tableBase);
  if (libraries.length === 0 && glue.wasmTable.length === tableLength) return undefined;
  const numbers = new Map(libraries.map(([exports], number) => [exports, number]));
  const numberOf = (exports: object) => numbers.get(exports) as number;
  return {
    libraries: libraries.map(([, place]) => place),
    openings: opened.map((library) => ({
      name: library.name,
      library: numberOf(library.exports),
      isGlobal: Boolean(library.global),
      references: Number.isFinite(library.refcount) ? library.refcount : null,
      handles: handles.get(library) ?? [],
    })),
    waiting: waiting.map(([name, exports]) => [name, numberOf(exports)] as const),
    offsets: Object.fromEntries(
      Object.entries(glue.GOT).map(([name, { value }]) => [name, value as number]),
    ),
    ...slotsOf(glue, libraries, tableLength),
    freeSlots: [...glue.freeTableIndexes],
    tableLength: glue.wasmTable.length,
  };
}

const MAIN_LIBRARY = "__main__";

function handlesOf({ LDSO }: Linker): Map<LoadedLibrary, number[]> {
  const handles = new Map<LoadedLibrary, number[]>();
  for (const [handle, library] of Object.entries(LDSO.loadedLibsByHandle)) {
    const known = handles.get(library);
    if (known === undefined) handles.set(library, [Number(handle)]);
    else known.push(Number(handle));
  }
  return handles;
}

/** Where the functions in the table came from that no side module puts there itself. */
function slotsOf(
  { wasmTable, freeTableIndexes, fittedFunctions, GOT }: Linker,
  libraries: readonly [object, LibraryPlace][],
  tableLength: number,
): Pick<SavedLinking, "slots" | "scripts" | "adapters"> {
  const origins = new Map<unknown, readonly [number, string]>();
  for (const [library, [exports]] of libraries.entries()) {
    for (const [name, value] of Object.entries(exports)) {
      if (typeof value === "function" && !origins.has(value)) origins.set(value, [library, name]);
    }
  }
  const own = new Set<number>(freeTableIndexes);
  for (const [, { tableBase, tableLength: count }] of libraries) {
    for (let slot = tableBase; slot < tableBase + count; slot++) own.add(slot);
  }
  const fitted = Object.entries(fittedFunctions.adapters).map(([key, slot]) => {
    const [original = 0, wanted = 0] = key.split(" ").map(Number);
    return [slot, original, wanted] as const;
  });
  const adapters = fitted.filter(([slot, original]) => slot !== original);
  for (const [slot] of adapters) own.add(slot);
  const named = new Map(Object.entries(GOT).map(([name, { value }]) => [value as number, name]));
  const slots: [number, number, string][] = [];
  const scripts: [number, string][] = [];
  for (let slot = tableLength; slot < wasmTable.length; slot++) {
    if (own.has(slot)) continue;
    const origin = origins.get(wasmTable.get(slot));
    const script = named.get(slot);
    if (origin !== undefined) slots.push([slot, ...origin]);
    else if (script !== undefined) scripts.push([slot, script]);
    else {
      throw new Error(
        "a snapshot cannot hold functions that were made for C code to call, as ctypes and cffi make them of Python's",
      );
    }
  }
  return { slots, scripts, adapters };
}

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
