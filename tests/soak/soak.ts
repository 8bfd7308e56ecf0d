import assert from "node:assert/strict";
import { collectGarbage } from "../support/handles.ts";
import type { Any } from "../support/kernel.ts";
import { makeCycles } from "./cycles.ts";

/** What is held on both sides, after everything that is garbage was collected. */
export interface Sample {
  /** Bytes of JavaScript's heap. */
  readonly heapBytes: number;
  /** Memory blocks that Python has allocated. */
  readonly blocks: number;
  /** Bytes of the memory that Python shares with JavaScript; 0 where it does not. */
  readonly memoryBytes: number;
  /** Handles of both directions. */
  readonly handles: number;
}

/** So many samples are taken, evenly, the first one after a warm-up of as long. */
const SAMPLES = 10;
const MAX_HEAP_GROWTH_BYTES = 2 * 2 ** 20;
const MAX_BLOCK_GROWTH = 300;

/**
 * Does `cycles` cycles and checks that memory is flat on both sides.
 * @param report is told each sample
 */
export async function soak(
  py: Any,
  cycles: number,
  report: (sample: Sample, done: number) => void = () => undefined,
): Promise<void> {
  const kinds = await makeCycles(py);
  const samples: Sample[] = [];
  const step = Math.ceil(cycles / SAMPLES);
  for (let i = 0; i < cycles; i++) {
    await kinds[i % kinds.length]?.(i);
    if ((i + 1) % step !== 0 && i + 1 !== cycles) continue;
    const sample = await takeSample(py);
    samples.push(sample);
    report(sample, i + 1);
  }
  checkFlat(samples);
}

async function takeSample(py: Any): Promise<Sample> {
  for (let round = 0; round < 3; round++) {
    await py.runPython("import gc; gc.collect();");
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { python, javascript } = await py.handles();
  const handles = [...python, ...javascript].reduce((sum, { count }) => sum + count, 0);
  return {
    heapBytes: process.memoryUsage().heapUsed,
    blocks: await py.runPython("import sys; sys.getallocatedblocks()"),
    memoryBytes: await memoryBytes(py),
    handles,
  };
}

async function memoryBytes(py: Any): Promise<number> {
  const bytes = await py.runPython("bytearray(1)");
  const view = await bytes.getBuffer();
  const { byteLength } = view.data.buffer;
  await view.release();
  await bytes.destroy();
  return byteLength > 2 ** 20 ? byteLength : 0;
}

/** Compares what was held at the first samples with what is held at the last ones. */
function checkFlat(samples: readonly Sample[]): void {
  const growth = (field: keyof Sample) => {
    const values = samples.map((sample) => sample[field]);
    return Math.min(...values.slice(-3)) - Math.max(...values.slice(0, 3));
  };
  const told = JSON.stringify(samples, undefined, 1);
  assert.ok(growth("handles") <= 0, `handles grow: ${told}`);
  assert.ok(growth("memoryBytes") <= 0, `the shared memory grows: ${told}`);
  assert.ok(growth("blocks") <= MAX_BLOCK_GROWTH, `Python's memory grows: ${told}`);
  assert.ok(growth("heapBytes") <= MAX_HEAP_GROWTH_BYTES, `JavaScript's heap grows: ${told}`);
}
