import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

interface HandleCount {
  readonly type: string;
  readonly count: number;
}

interface Inspectable {
  handles(): {
    readonly python: readonly HandleCount[];
    readonly javascript: readonly HandleCount[];
  };
  runPython(code: string): unknown;
}

const ROUNDS = 50;
const ROUND_MS = 20;

setFlagsFromString("--expose-gc");
/** Runs the engine's full garbage collection. */
export const collectGarbage = runInNewContext("gc") as () => void;

/** Forgets what a test left in Python: globals of its own, the last error with its frames, garbage. */
const FORGET = `
import sys, gc
for name in [name for name in globals() if not name.startswith("__")]:
    del globals()[name]
import sys, gc
for name in ("last_exc", "last_value", "last_type", "last_traceback"):
    sys.__dict__.pop(name, None)
gc.collect()
del sys, gc
`;

/**
 * Notes the live handles of both directions; the function it gives checks that no more are left. Proxies that a
 * test dropped without destroying them are collected first (PX-gc), which takes some rounds.
 */
export function checkHandles(py: Inspectable): () => Promise<void> {
  const atStart = liveHandles(py);
  return async () => {
    let left = surplus(liveHandles(py), atStart);
    for (let round = 0; round < ROUNDS && left.length > 0; round++) {
      py.runPython(FORGET);
      collectGarbage();
      await sleep(ROUND_MS);
      left = surplus(liveHandles(py), atStart);
    }
    assert.deepEqual(left, [], "handles that outlive the tests");
  };
}

function liveHandles(py: Inspectable): Map<string, number> {
  const { python, javascript } = py.handles();
  return new Map([
    ...python.map(({ type, count }) => [`python ${type}`, count] as const),
    ...javascript.map(({ type, count }) => [`javascript ${type}`, count] as const),
  ]);
}

function surplus(now: Map<string, number>, atStart: Map<string, number>): string[] {
  return [...now]
    .map(([type, count]) => [type, count - (atStart.get(type) ?? 0)] as const)
    .filter(([, more]) => more > 0)
    .map(([type, more]) => `${more} × ${type}`);
}
