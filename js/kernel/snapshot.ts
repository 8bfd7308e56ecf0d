import type { OpenFile } from "./files.ts";
import { KernelFileError, reasonOf } from "./kernel-file-error.ts";
import type { SavedLinking } from "./linking.ts";
import type { SavedFile } from "./saved-files.ts";
import { areFiles, arePackages, isCount, isLinking } from "./snapshot-parts.ts";

/** The unit of the runs below; not the WebAssembly page. */
export const SNAPSHOT_PAGE_BYTES = 4096;
const WASM_PAGE_BYTES = 65536;
const MAX_WASM_PAGES = 65536;
const MAX_MANIFEST_BYTES = 1 << 25;
const FORMAT_VERSION = 1;
const MAGIC = new TextEncoder().encode("kraitmem");
const HEADER_BYTES = MAGIC.length + 8;

/**
 * What a snapshot file says in front of its pages. The file: the magic, the format version and the length of the
 * manifest (little-endian words), the manifest as JSON padded with spaces to 16 bytes, then the pages that are not
 * all zero, in order, and the bytes of the files.
 */
export interface SnapshotManifest {
  /** The build whose kernel, glue and stdlib archive this memory belongs to. */
  readonly buildId: string;
  /** Size of the memory, in WebAssembly pages. */
  readonly wasmPages: number;
  readonly tableLength: number;
  readonly stackPointer: number;
  readonly stackBase: number;
  readonly stackEnd: number;
  /** Size of the stdlib archive: the import system keeps offsets into it. */
  readonly stdlibBytes: number;
  /** Runs of pages that follow: number of the first page, count. */
  readonly runs: readonly (readonly [number, number])[];
  /** What is in the file system; the bytes of the files follow the pages, in this order. */
  readonly files?: readonly SavedFile[];
  readonly linking?: SavedLinking;
  /** Packages that were loaded: channels by name. */
  readonly packages?: Readonly<Record<string, string>>;
}

/** A snapshot that was found sound, ready to fill a memory. */
export interface Snapshot {
  readonly manifest: SnapshotManifest;
  /** Copies the pages into a memory that holds nothing yet. */
  fill(memory: WebAssembly.Memory): void;
  /** The bytes of a file, by its number in the manifest: a view of what was read with the snapshot. */
  fileBytes(number: number): Uint8Array<ArrayBuffer>;
}

/** @throws {KernelFileError} when the file is no snapshot, damaged, or of another format version. */
export function readSnapshot(file: OpenFile): Snapshot {
  const { manifest, pagesStart } = readManifest(file);
  const pageCount = manifest.runs.reduce((sum, [, count]) => sum + count, 0);
  const filesStart = pagesStart + pageCount * SNAPSHOT_PAGE_BYTES;
  let contentsBytes = 0;
  const starts = (manifest.files ?? []).map(({ byteLength = 0 }) => {
    const start = contentsBytes;
    contentsBytes += byteLength;
    return start;
  });
  if (file.byteLength !== filesStart + contentsBytes) {
    throw new KernelFileError(file.location, "is damaged: its length does not fit its manifest");
  }
  // Now: what it is read from is the caller's, who may change it.
  const contents = new Uint8Array(contentsBytes);
  if (contents.length > 0) file.readInto(contents, filesStart);
  return {
    manifest,
    fill(memory) {
      let position = pagesStart;
      for (const [first, count] of manifest.runs) {
        const length = count * SNAPSHOT_PAGE_BYTES;
        file.readInto(new Uint8Array(memory.buffer, first * SNAPSHOT_PAGE_BYTES, length), position);
        position += length;
      }
    },
    fileBytes(number) {
      const start = starts[number] ?? 0;
      return contents.subarray(start, start + (manifest.files?.[number]?.byteLength ?? 0));
    },
  };
}

/** The bytes of a snapshot file: the manifest's runs are taken from `memory`. @param files bytes of its files, in order */
export function writeSnapshot(
  manifest: SnapshotManifest,
  memory: Uint8Array,
  files: readonly Uint8Array[] = [],
): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(manifest));
  const manifestBytes = Math.ceil((HEADER_BYTES + json.length) / 16) * 16 - HEADER_BYTES;
  const pageCount = manifest.runs.reduce((sum, [, count]) => sum + count, 0);
  const pagesEnd = HEADER_BYTES + manifestBytes + pageCount * SNAPSHOT_PAGE_BYTES;
  const out = new Uint8Array(files.reduce((sum, { length }) => sum + length, pagesEnd));
  const view = new DataView(out.buffer);
  out.set(MAGIC);
  view.setUint32(MAGIC.length, FORMAT_VERSION, true);
  view.setUint32(MAGIC.length + 4, manifestBytes, true);
  out.fill(0x20, HEADER_BYTES, HEADER_BYTES + manifestBytes);
  out.set(json, HEADER_BYTES);
  let position = HEADER_BYTES + manifestBytes;
  for (const [first, count] of manifest.runs) {
    const start = first * SNAPSHOT_PAGE_BYTES;
    const run = memory.subarray(start, start + count * SNAPSHOT_PAGE_BYTES);
    out.set(run, position);
    position += run.length;
  }
  for (const bytes of files) {
    out.set(bytes, position);
    position += bytes.length;
  }
  return out;
}

/** The runs of pages that are not all zero. `memory` is a whole number of pages. */
export function findRuns(memory: Uint8Array): [number, number][] {
  const words = new BigUint64Array(memory.buffer, memory.byteOffset, memory.length / 8);
  const wordsPerPage = SNAPSHOT_PAGE_BYTES / 8;
  const runs: [number, number][] = [];
  for (let page = 0; page * wordsPerPage < words.length; page++) {
    const start = page * wordsPerPage;
    if (!words.subarray(start, start + wordsPerPage).some((word) => word !== 0n)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === page) last[1]++;
    else runs.push([page, 1]);
  }
  return runs;
}

function readManifest(file: OpenFile): { manifest: SnapshotManifest; pagesStart: number } {
  const damaged = (reason: string) => new KernelFileError(file.location, reason);
  if (file.byteLength < HEADER_BYTES) throw damaged("is no snapshot: it is too short");
  const header = new Uint8Array(HEADER_BYTES);
  file.readInto(header, 0);
  if (MAGIC.some((byte, i) => header[i] !== byte)) {
    throw damaged("is no snapshot: it has the wrong magic number");
  }
  const view = new DataView(header.buffer);
  const version = view.getUint32(MAGIC.length, true);
  if (version !== FORMAT_VERSION) {
    throw damaged(`has format version ${version}; this loader reads version ${FORMAT_VERSION}`);
  }
  const length = view.getUint32(MAGIC.length + 4, true);
  if (length > MAX_MANIFEST_BYTES || length > file.byteLength - HEADER_BYTES) {
    throw damaged("is damaged: its manifest does not fit into it");
  }
  const text = new Uint8Array(length);
  file.readInto(text, HEADER_BYTES);
  let manifest: unknown;
  try {
    manifest = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (error) {
    throw damaged(`is damaged: its manifest is no JSON: ${reasonOf(error)}`);
  }
  if (!isManifest(manifest))
    throw damaged("is damaged: its manifest lacks a field or breaks a limit");
  return { manifest, pagesStart: HEADER_BYTES + length };
}

function isManifest(value: unknown): value is SnapshotManifest {
  if (typeof value !== "object" || value === null) return false;
  const manifest = value as Partial<Record<keyof SnapshotManifest, unknown>>;
  const counts = [
    manifest.wasmPages,
    manifest.tableLength,
    manifest.stackPointer,
    manifest.stackBase,
    manifest.stackEnd,
    manifest.stdlibBytes,
  ];
  if (typeof manifest.buildId !== "string" || !counts.every(isCount)) return false;
  const wasmPages = manifest.wasmPages as number;
  if (wasmPages > MAX_WASM_PAGES || !areRuns(manifest.runs, wasmPages)) return false;
  if (!areFiles(manifest.files) || !arePackages(manifest.packages)) return false;
  return isLinking(manifest.linking, wasmPages * WASM_PAGE_BYTES);
}

/** Runs must be in order, apart, and inside the memory. */
function areRuns(runs: unknown, wasmPages: number): boolean {
  let end = 0;
  const limit = (wasmPages * WASM_PAGE_BYTES) / SNAPSHOT_PAGE_BYTES;
  if (!Array.isArray(runs)) return false;
  return runs.every((run: unknown) => {
    if (!Array.isArray(run) || run.length !== 2 || !run.every(isCount)) return false;
    const [first, count] = run as [number, number];
    const isInOrder = first >= end && count > 0 && first + count <= limit;
    end = first + count;
    return isInOrder;
  });
}
