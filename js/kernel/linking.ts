import type { GlueModule, LibraryLoader } from "./glue.ts";

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

/** The main module, in what opens libraries. */
export const MAIN_LIBRARY = "__main__";
export type Exports = Record<string, unknown>;
export type Linker = GlueModule & LibraryLoader;

/** Offsets in C's record of a library (`struct dso` of Emscripten's libc). */
const IS_PLACED = 8;
const MEMORY_BASE = 12;
const MEMORY_BYTES = 16;
const TABLE_BASE = 20;
const TABLE_LENGTH = 24;
/** Room for as much of such a record as the loader fills in. */
export const RECORD_BYTES = 64;

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
