import assert from "node:assert/strict";
import { test } from "node:test";
import { Interrupter } from "../../../../js/cli/interrupts.ts";
import { SharedState } from "../../../../js/cli/shared-state.ts";

function pressing() {
  const state = new SharedState();
  const clock = { nowMs: 0 };
  const interrupter = new Interrupter(state, () => clock.nowMs);
  return {
    state,
    /** Presses Ctrl-C at a time; says whether Python is given another chance. */
    at(nowMs: number): boolean {
      clock.nowMs = nowMs;
      return interrupter.interrupt();
    },
    take(): void {
      state.interruptBuffer[0] = 0;
    },
  };
}

test("cli/interrupts: Ctrl-C puts SIGINT into the mailbox", () => {
  const keys = pressing();

  assert.equal(keys.at(0), true);
  assert.equal(keys.state.pendingSignal, 2);
});

test("cli/interrupts: as long as Python takes them, any number is passed on", () => {
  const keys = pressing();

  for (let nowMs = 0; nowMs < 10_000; nowMs += 1000) {
    assert.equal(keys.at(nowMs), true);
    keys.take();
  }
});

test("cli/interrupts: a second one that comes late, or a third, ends what does not react", () => {
  const slow = pressing();
  const quick = pressing();

  assert.equal(slow.at(0), true);
  assert.equal(slow.at(1500), false);
  assert.deepEqual([quick.at(0), quick.at(10), quick.at(20)], [true, true, false]);
});
