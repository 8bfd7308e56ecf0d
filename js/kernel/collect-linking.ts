import type { LoadedLibrary } from "./glue.ts";
import {
  type LibraryPlace,
  type Linker,
  MAIN_LIBRARY,
  placeIn,
  type SavedLinking,
} from "./linking.ts";

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
