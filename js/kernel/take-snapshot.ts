import { collectLinking } from "./collect-linking.ts";
import type { GlueModule } from "./glue.ts";
import { layoutOf } from "./instantiate.ts";
import type { KernelExports } from "./kernel-module.ts";
import type { LibraryPlace } from "./linking.ts";
import type { KernelOrigin } from "./running-kernel.ts";
import { collectFiles } from "./saved-files.ts";
import { canLink } from "./side-modules.ts";
import { findRuns, writeSnapshot } from "./snapshot.ts";

const WASM_PAGE_BYTES = 65536;
const STANDARD_DESCRIPTORS = 3;

/**
 * The bytes of a snapshot file of a kernel that is at rest.
 * @throws {Error} naming what the memory refers to that a new instance would not have.
 */
export function takeSnapshot(
  glue: GlueModule,
  exports: KernelExports,
  origin: KernelOrigin,
  places: ReadonlyMap<object, LibraryPlace>,
  packages: Readonly<Record<string, string>> | undefined,
): Uint8Array {
  const layout = { ...layoutOf(glue), tableLength: origin.tableLength };
  if (layout.stackPointer !== layout.stackBase) {
    throw new Error("a snapshot cannot be taken during a call into Python");
  }
  const suspended = exports.krait_stacks_in_use();
  if (suspended > 0) {
    throw new Error(`a snapshot cannot be taken while ${suspended} calls of Python are suspended`);
  }
  checkFiles(glue);
  const linking = canLink(glue) ? collectLinking(glue, places, origin.tableLength) : undefined;
  const files = packages === undefined ? [] : collectFiles(glue.FS);
  checkLibraries(linking?.libraries ?? [], new Set(files.map(({ file }) => file.path)));
  const memory = new Uint8Array(glue.wasmMemory.buffer);
  // What calls left behind below the stack pointer means nothing, and would only fill pages.
  memory.fill(0, layout.stackEnd, layout.stackPointer);
  const manifest = {
    buildId: origin.buildId,
    stdlibBytes: origin.stdlibBytes,
    wasmPages: memory.length / WASM_PAGE_BYTES,
    runs: findRuns(memory),
    ...layout,
    ...(packages === undefined ? {} : { packages, files: files.map(({ file }) => file) }),
    ...(linking === undefined ? {} : { linking }),
  };
  return writeSnapshot(
    manifest,
    memory,
    files.flatMap(({ bytes = [] }) => (bytes.length > 0 ? [bytes as Uint8Array] : [])),
  );
}

function checkLibraries(libraries: readonly LibraryPlace[], paths: ReadonlySet<string>): void {
  const lost = libraries.find(({ path }) => !paths.has(path));
  if (lost === undefined) return;
  throw new Error(`a snapshot cannot hold the library ${lost.path}, whose file is not there`);
}

function checkFiles(glue: GlueModule): void {
  const open = (glue.FS.streams as (({ path: string } | null) | undefined)[]).findIndex(
    (stream, descriptor) => descriptor >= STANDARD_DESCRIPTORS && stream != null,
  );
  if (open < 0) return;
  throw new Error(`a snapshot cannot hold open files: ${glue.FS.streams[open].path} is open`);
}
