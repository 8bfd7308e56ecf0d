import { readDylink } from "./dylink.ts";
import { compileBytes, type Files, fileOfBytes, locate, type OpenFile } from "./files.ts";
import type { CreateModule } from "./glue.ts";
import { KernelFileError, reasonOf } from "./kernel-file-error.ts";
import type { KernelOptions } from "./kernel-options.ts";
import type { CompiledLibraries, CompiledLibrary } from "./restore-linking.ts";
import { readSnapshot, type Snapshot } from "./snapshot.ts";

const MAX_WASM_PAGES = 65536;
const WASM_PAGE_BYTES = 65536;
/** Of a cold start, as the link step sets it (INITIAL_MEMORY). */
const COLD_WASM_PAGES = 256;

/**
 * The memory of a kernel.
 * @throws {RangeError} when it may not be as large as it has to be
 */
export function limitedMemory(
  { maxMemoryBytes = Number.POSITIVE_INFINITY }: KernelOptions,
  initial = COLD_WASM_PAGES,
): WebAssembly.Memory {
  const maximum = Math.min(Math.floor(maxMemoryBytes / WASM_PAGE_BYTES), MAX_WASM_PAGES);
  if (maximum < initial) {
    throw new RangeError(
      `limits.memory is ${maxMemoryBytes} bytes, and Python takes ${initial * WASM_PAGE_BYTES} to begin with`,
    );
  }
  return new WebAssembly.Memory({ initial, maximum });
}

/** The files of a build, in its folder. */
export const FILE_NAMES = {
  glue: "krait.asm.mjs",
  /** The whole module, for a cold start. */
  wasm: "krait.wasm",
  /** The module without its data, which a snapshot brings. */
  core: "krait.core.wasm",
  snapshot: "krait.snapshot",
  symbols: "krait.symbols.json",
  stdlib: "python_stdlib.zip",
} as const;

/** What is instantiated: a module, and for a start from a snapshot the memory that it continues with. */
export interface StartPlan {
  readonly module: Promise<WebAssembly.Module>;
  readonly restored?: {
    readonly snapshot: Snapshot;
    readonly memory: WebAssembly.Memory;
    readonly libraries: CompiledLibraries;
  };
}

/** A plan that may still turn out not to fit the glue and the stdlib archive. */
export interface TentativePlan extends StartPlan {
  /** Where the snapshot came from, for messages. */
  readonly source: string;
}

/**
 * Begins a start from a snapshot: compiles the module without data in the background and fills a memory meanwhile.
 * None when a cold start is wanted.
 * @throws {KernelFileError} when the caller's own snapshot is damaged. A damaged built-in one is a warning.
 */
export async function planRestore(
  options: KernelOptions,
  files: Files,
): Promise<TentativePlan | undefined> {
  const wanted = options.snapshot ?? "built-in";
  if (wanted === "none") return undefined;
  const { timeline } = options;
  const module = compile(options, files, FILE_NAMES.core);
  const endReading = timeline.begin("snapshot");
  try {
    const file = await openSnapshot(wanted, options.indexURL, files);
    const snapshot = readSnapshot(file);
    const memory = limitedMemory(options, snapshot.manifest.wasmPages);
    timeline.during("memory", () => snapshot.fill(memory));
    const libraries = compileLibraries(snapshot);
    return { module, restored: { snapshot, memory, libraries }, source: file.location };
  } catch (error) {
    if (wanted !== "built-in" || error instanceof RangeError) throw error;
    console.warn(`krait: starting without the snapshot: ${reasonOf(error)}`);
    return undefined;
  } finally {
    endReading();
  }
}

function openSnapshot(
  wanted: Exclude<KernelOptions["snapshot"], undefined | "none">,
  indexURL: string,
  files: Files,
): OpenFile | Promise<OpenFile> {
  if (wanted === "built-in") return files.open(locate(indexURL, FILE_NAMES.snapshot));
  if (wanted instanceof URL) return files.open(wanted.href);
  const bytes = wanted instanceof Uint8Array ? wanted : new Uint8Array(wanted);
  // Not copied: the snapshot is read before anything else can change them.
  return fileOfBytes("the snapshot passed to loadPyodide", bytes as Uint8Array<ArrayBuffer>);
}

/** The side modules of a snapshot, compiled in the background. */
function compileLibraries({ manifest, fileBytes }: Snapshot): CompiledLibraries {
  const { files = [], linking } = manifest;
  const numbers = new Map(files.map(({ path }, number) => [path, number]));
  return (linking?.libraries ?? []).map(({ path }) =>
    quietly(compileLibrary(path, fileBytes(numbers.get(path) ?? -1))),
  );
}

async function compileLibrary(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<CompiledLibrary> {
  return { module: await compileBytes(path, bytes), needed: readDylink(bytes).needed };
}

/** Compiles in the background. */
function compile(
  { indexURL, timeline }: KernelOptions,
  files: Files,
  name: string,
): Promise<WebAssembly.Module> {
  return quietly(timeline.until("compile", files.compile(locate(indexURL, name))));
}

/**
 * Settles how to start, once everything that a snapshot must fit is known.
 * @param stdlibBytes size of the stdlib archive; none when it will be checked when it comes.
 * @throws {KernelFileError} when the caller's own snapshot is of another build. A built-in one that does not fit
 * is a warning and a cold start.
 */
export function settlePlan(
  tentative: TentativePlan | undefined,
  options: KernelOptions,
  files: Files,
  createModule: CreateModule,
  stdlibBytes: number | undefined,
): StartPlan {
  const misfit = tentative && misfitOf(tentative, createModule, stdlibBytes);
  if (tentative !== undefined && misfit === undefined) return tentative;
  if (tentative !== undefined && misfit !== undefined) {
    const isBuiltIn = (options.snapshot ?? "built-in") === "built-in";
    if (!isBuiltIn) throw new KernelFileError(tentative.source, misfit);
    console.warn(`krait: starting without the snapshot: ${tentative.source}: ${misfit}`);
  }
  return { module: compile(options, files, FILE_NAMES.wasm) };
}

function misfitOf(
  plan: TentativePlan,
  createModule: CreateModule,
  stdlibBytes: number | undefined,
): string | undefined {
  const manifest = plan.restored?.snapshot.manifest;
  if (manifest === undefined) return undefined;
  if (manifest.buildId !== createModule.buildId) {
    return `is of build ${manifest.buildId}, the kernel is of build ${createModule.buildId ?? "unknown"}`;
  }
  if (stdlibBytes !== undefined && manifest.stdlibBytes !== stdlibBytes) {
    return `was made with a stdlib archive of ${manifest.stdlibBytes} bytes, this one has ${stdlibBytes}`;
  }
  return undefined;
}

/** Keeps a failure that nobody may come to ask for from being reported as unhandled. */
export function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
