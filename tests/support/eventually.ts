import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

const DEADLINE_MS = 10_000;
const STEP_MS = 5;

/** Waits until the condition holds; the test fails at the deadline. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + DEADLINE_MS;
  while (!condition()) {
    assert.ok(performance.now() < end, `in vain: ${what}`);
    await sleep(STEP_MS);
  }
}
