import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

interface HandleCount {
  readonly type: string;
  readonly count: number;
}

interface Handles {
  readonly python: readonly HandleCount[];
  readonly javascript: readonly HandleCount[];
  readonly bufferViews: number;
}

/** What is asked of a kernel; in async mode each answer is a promise. */
interface Inspectable {
  handles(): Handles | Promise<Handles>;
  runPython(code: string): unknown;
}

/** Live handles by direction and type. */
type Counts = Map<string, number>;

const ROUNDS = 150;
const ROUND_MS = 20;

setFlagsFromString("--expose-gc");
/** Runs the engine's full garbage collection. */
export const collectGarbage = runInNewContext("gc") as () => void;

/** Gives all globals, a line each: the name, and which object it is. */
const NAMES = `"\\n".join(f"{name} {id(value)}" for name, value in globals().items())`;

/** Forgets what a test left in Python: globals of its own or that it has changed, the last error with its frames, garbage. */
const forget = (kept: string) => `
def _forget_all_but(kept):
    import gc, sys
    for name in [name for name, value in globals().items() if f"{name} {id(value)}" not in kept]:
        del globals()[name]
    for name in ("last_exc", "last_value", "last_type", "last_traceback"):
        sys.__dict__.pop(name, None)
    gc.collect()
_forget_all_but(${JSON.stringify(kept)}.split("\\n"))
`;

const kernels: Inspectable[] = [];

/** From now on every test checks what it leaves in this kernel. */
export function watchHandles(kernel: Inspectable): void {
  kernels.push(kernel);
}

/** Notes the live handles of both directions in every watched kernel; what it gives checks that no more are left. */
export async function noteHandles(): Promise<() => Promise<void>> {
  const checks = await Promise.all(kernels.map(checkHandles));
  return async () => {
    for (const check of checks) await check();
  };
}

/**
 * Notes the live handles of one kernel. When the check finds more, proxies that were dropped without destroying them
 * are collected first (PX-gc), which takes some rounds.
 */
export async function checkHandles(kernel: Inspectable): Promise<() => Promise<void>> {
  const names = (await kernel.runPython(NAMES)) as string;
  const atStart = await liveHandles(kernel);
  return async () => {
    let left = surplus(await liveHandles(kernel), atStart);
    for (let round = 0; round < ROUNDS && left.length > 0; round++) {
      await kernel.runPython(forget(names));
      collectGarbage();
      if (round > 0) await sleep(ROUND_MS);
      else await nextTurn();
      left = surplus(await liveHandles(kernel), atStart);
    }
    assert.deepEqual(left, [], "handles that outlive the test");
  };
}

/** Finalizers and promise reactions run in between. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function liveHandles(kernel: Inspectable): Promise<Counts> {
  const { python, javascript, bufferViews } = await kernel.handles();
  return new Map([
    ...python.map(({ type, count }) => [`python ${type}`, count] as const),
    ...javascript.map(({ type, count }) => [`javascript ${type}`, count] as const),
    ["open buffer view", bufferViews],
  ]);
}

function surplus(now: Counts, atStart: Counts): string[] {
  return [...now]
    .map(([type, count]) => [type, count - (atStart.get(type) ?? 0)] as const)
    .filter(([, more]) => more > 0)
    .map(([type, more]) => `${more} × ${type}`);
}
