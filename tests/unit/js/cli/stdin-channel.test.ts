import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { buildSync } from "esbuild";
import { SharedState, STDIN_CAPACITY_BYTES } from "../../../../js/cli/shared-state.ts";
import { type ByteSource, StdinReader, StdinWriter } from "../../../../js/cli/stdin-channel.ts";
import type { Told } from "./stdin-reader-thread.ts";

/** A worker thread of Node 20 cannot load TypeScript by itself. */
const READER = buildSync({
  entryPoints: [fileURLToPath(new URL("./stdin-reader-thread.ts", import.meta.url))],
  bundle: true,
  platform: "node",
  write: false,
}).outputFiles[0]?.text;

const LIMIT = { timeout: 20_000 };

/** Lets a thread read in pieces of `size` bytes until it meets the end; what it told, requests aside. */
async function readAll(
  size: number,
  source: ByteSource,
  onTold = (_told: Told, _state: SharedState) => {},
): Promise<Exclude<Told, "wanted">[]> {
  const state = new SharedState();
  const writer = new StdinWriter(state, source);
  const worker = new Worker(READER ?? "", {
    eval: true,
    workerData: { buffer: state.buffer, size },
  });
  const told: Exclude<Told, "wanted">[] = [];
  worker.on("message", (message: Told) => {
    if (message === "wanted") void writer.serve();
    else told.push(message);
    onTold(message, state);
  });
  await once(worker, "exit");
  return told;
}

function sourceOf(...chunks: (Uint8Array | undefined)[]): ByteSource {
  return { next: () => Promise.resolve(chunks.shift()) };
}

const bytesOf = (told: readonly Exclude<Told, "wanted">[]) =>
  told.flatMap((item) => ("bytes" in item ? item.bytes : []));

test("cli/stdin-channel: bytes arrive in order, and then the end", LIMIT, async () => {
  const told = await readAll(4, sourceOf(Uint8Array.of(1, 2, 3, 4, 5), Uint8Array.of(6)));

  assert.deepEqual(told, [{ bytes: [1, 2, 3, 4] }, { bytes: [5] }, { bytes: [6] }, { bytes: [] }]);
});

test("cli/stdin-channel: a chunk larger than the shared memory arrives whole", LIMIT, async () => {
  const chunk = Uint8Array.from({ length: 3 * STDIN_CAPACITY_BYTES + 5 }, (_, at) => at % 251);

  const told = await readAll(8192, sourceOf(chunk));

  assert.deepEqual(Uint8Array.from(bytesOf(told)), chunk);
});

test(
  "cli/stdin-channel: an interrupt ends a read that waits, and loses nothing",
  LIMIT,
  async () => {
    const chunks: (Uint8Array | undefined)[] = [Uint8Array.of(7), undefined];
    let give = () => {};
    const source: ByteSource = {
      next: () =>
        new Promise((resolve) => {
          give = () => resolve(chunks.shift());
          if (chunks.length < 2) give();
        }),
    };

    const told = await readAll(4, source, (told, state) => {
      if (told === "wanted") {
        if (chunks.length === 2) state.interrupt(2);
      } else if ("failure" in told) {
        give();
      }
    });

    assert.deepEqual(told, [{ failure: "interrupted" }, { bytes: [7] }, { bytes: [] }]);
  },
);

test("cli/stdin-channel: a source that fails is told, and asked again", LIMIT, async () => {
  let asked = 0;
  const source: ByteSource = {
    next: async () => {
      asked += 1;
      if (asked === 1) throw new Error("unplugged");
      return undefined;
    },
  };

  const told = await readAll(4, source);

  assert.deepEqual(told, [{ failure: "standard input cannot be read" }, { bytes: [] }]);
});

test("cli/stdin-channel: a read of no bytes waits for nothing", () => {
  const reader = new StdinReader(
    new SharedState(),
    () => assert.fail("asked for input"),
    () => {},
  );

  assert.equal(reader.read(new Uint8Array(0)), 0);
});
