import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileOfBytes } from "../../../../js/kernel/files.ts";
import { KernelFileError } from "../../../../js/kernel/kernel-file-error.ts";
import {
  findRuns,
  readSnapshot,
  SNAPSHOT_PAGE_BYTES,
  type SnapshotManifest,
  writeSnapshot,
} from "../../../../js/kernel/snapshot.ts";

const WASM_PAGES = 2;

function memoryWithPages(...pages: number[]): WebAssembly.Memory {
  const memory = new WebAssembly.Memory({ initial: WASM_PAGES });
  const bytes = new Uint8Array(memory.buffer);
  for (const page of pages) bytes[page * SNAPSHOT_PAGE_BYTES + 7] = page + 1;
  return memory;
}

function snapshotOf(memory: WebAssembly.Memory, changes: object = {}): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(memory.buffer);
  const manifest: SnapshotManifest = {
    buildId: "b1",
    wasmPages: WASM_PAGES,
    tableLength: 3,
    stackPointer: 64,
    stackBase: 64,
    stackEnd: 0,
    stdlibBytes: 100,
    runs: findRuns(bytes),
    ...changes,
  };
  return new Uint8Array(writeSnapshot(manifest, bytes));
}

function read(bytes: Uint8Array<ArrayBuffer>) {
  return readSnapshot(fileOfBytes("a.snapshot", bytes));
}

function refuses(bytes: Uint8Array<ArrayBuffer>, reason: RegExp): void {
  assert.throws(
    () => read(bytes),
    (error) =>
      error instanceof KernelFileError &&
      error.message.startsWith("a.snapshot: ") &&
      reason.test(error.message),
  );
}

describe("kernel/snapshot", () => {
  test("a memory comes back as it was", () => {
    const memory = memoryWithPages(1, 2, 9, 31);

    const restored = new WebAssembly.Memory({ initial: WASM_PAGES });
    read(snapshotOf(memory)).fill(restored);

    assert.deepEqual(new Uint8Array(restored.buffer), new Uint8Array(memory.buffer));
  });

  test("pages that are all zero are not in the file", () => {
    const bytes = new Uint8Array(memoryWithPages(1, 2, 9).buffer);

    assert.deepEqual(findRuns(bytes), [
      [1, 2],
      [9, 1],
    ]);
  });

  test("the manifest comes back as it was", () => {
    const { manifest } = read(snapshotOf(memoryWithPages(0)));

    assert.equal(manifest.buildId, "b1");
    assert.equal(manifest.tableLength, 3);
  });

  test("a file of another kind is refused", () => {
    refuses(new Uint8Array([1, 2, 3]), /too short/);
    refuses(new Uint8Array(100), /wrong magic number/);
  });

  test("a file that was cut or extended is refused", () => {
    const bytes = snapshotOf(memoryWithPages(0, 5));

    refuses(bytes.slice(0, -1), /length does not fit/);
    refuses(new Uint8Array([...bytes, 0]), /length does not fit/);
    refuses(bytes.slice(0, 40), /manifest does not fit/);
  });

  test("another format version is refused with both versions", () => {
    const bytes = snapshotOf(memoryWithPages(0));
    bytes[8] = 99;

    refuses(bytes, /version 99; this loader reads version 1/);
  });

  test("a manifest that would write outside the memory is refused", () => {
    const memory = memoryWithPages(0);

    refuses(snapshotOf(memory, { runs: [[31, 2]] }), /lacks a field or breaks a limit/);
    refuses(snapshotOf(memory, { runs: [[-1, 1]] }), /breaks a limit/);
    refuses(
      snapshotOf(memory, {
        runs: [
          [3, 1],
          [2, 1],
        ],
      }),
      /breaks a limit/,
    );
    refuses(snapshotOf(memory, { wasmPages: 1 << 20 }), /breaks a limit/);
    refuses(snapshotOf(memory, { stackBase: "64" }), /lacks a field/);
  });

  const FOLDER = { path: "/a", mode: 0o40755, mtimeMs: 1.5 };
  const FILE = { path: "/a/b", mode: 0o100644, mtimeMs: 2, byteLength: 3 };

  test("files come back in their order", () => {
    const memory = memoryWithPages(0, 5);
    const files = [FOLDER, FILE, { ...FILE, path: "/a/c", byteLength: 0 }, { ...FILE, path: "/d" }];
    const manifest = { ...read(snapshotOf(memory)).manifest, files };
    const bodies = [new Uint8Array([1, 2, 3]), new Uint8Array([4, 5, 6])];
    const bytes = new Uint8Array(writeSnapshot(manifest, new Uint8Array(memory.buffer), bodies));

    const snapshot = read(bytes);
    assert.deepEqual(snapshot.manifest.files, files);
    assert.deepEqual(
      [0, 1, 2, 3, 9].map((number) => [...snapshot.fileBytes(number)]),
      [[], [1, 2, 3], [], [4, 5, 6], []],
    );
    refuses(bytes.slice(0, -1), /length does not fit/);
  });

  test("files that are none are refused", () => {
    const wrong: unknown[] = [
      {},
      [null],
      [{ ...FOLDER, path: "a" }],
      [{ ...FOLDER, mode: -1 }],
      [{ ...FOLDER, mtimeMs: "1" }],
      [{ ...FILE, byteLength: -3 }],
      [{ ...FILE, byteLength: 0.5 }],
      [{ ...FOLDER, target: 3 }],
    ];
    for (const files of wrong) {
      refuses(snapshotOf(memoryWithPages(0), { files }), /lacks a field or breaks a limit/);
    }
  });

  const PLACE = {
    ...{ path: "/x.so", memoryBase: 0, memoryBytes: 100 },
    ...{ tableBase: 3, tableLength: 2 },
  };
  const OPENING = { name: "/x.so", library: 0, isGlobal: false, references: null, handles: [64] };
  const LINKING = {
    ...{ libraries: [PLACE], openings: [OPENING], waiting: [["/x.so", 0]], offsets: { f: 3 } },
    ...{ slots: [[4, 0, "g"]], scripts: [[2, "h"]], adapters: [[1, 3, 2]], freeSlots: [1] },
    tableLength: 5,
  };

  test("what side modules were linked by comes back", () => {
    const { manifest } = read(snapshotOf(memoryWithPages(0), { linking: LINKING }));

    assert.deepEqual(manifest.linking, LINKING);
  });

  test("what would link outside of the memory, the table or the libraries is refused", () => {
    const wrong: object[] = [
      { tableLength: 1 << 30 },
      { tableLength: 4 },
      { libraries: [{ ...PLACE, memoryBase: 1 << 30 }] },
      { libraries: [{ ...PLACE, memoryBytes: WASM_PAGES * 65536 + 1 }] },
      { libraries: [{ ...PLACE, tableBase: 4 }] },
      { libraries: [null] },
      { libraries: {} },
      { openings: [{ ...OPENING, library: 1 }] },
      { openings: [{ ...OPENING, handles: [-1] }] },
      { openings: [{ ...OPENING, references: "many" }] },
      { waiting: [["/x.so", 1]] },
      { waiting: [["/x.so"]] },
      { offsets: { f: "3" } },
      { offsets: null },
      { slots: [[5, 0, "g"]] },
      { slots: [[4, 1, "g"]] },
      { scripts: [[4, 1]] },
      { adapters: [[4, 9, 1]] },
      { freeSlots: [5] },
    ];
    for (const changes of [...wrong, undefined]) {
      const linking = changes === undefined ? null : { ...LINKING, ...changes };
      refuses(snapshotOf(memoryWithPages(0), { linking }), /lacks a field or breaks a limit/);
    }
    refuses(snapshotOf(memoryWithPages(0), { packages: { numpy: 1 } }), /lacks a field/);
  });

  test("a manifest that is no JSON is refused", () => {
    const bytes = snapshotOf(memoryWithPages(0));
    bytes[16] = 0xff;

    refuses(bytes, /manifest is no JSON/);
  });
});
