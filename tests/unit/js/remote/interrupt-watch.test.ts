import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { InterruptWatch } from "../../../../js/remote/interrupt-watch.ts";

/** Deadlines that say when they were told. */
class FakeLimits {
  nextMs = Number.POSITIVE_INFINITY;
  told = 0;
  begin() {
    return { end() {} };
  }
  tell(): void {
    this.told++;
  }
}

function watched() {
  const limits = new FakeLimits();
  const sent: number[] = [];
  return { limits, sent, watch: new InterruptWatch(limits, (signum) => sent.push(signum)) };
}

test("without a buffer only deadlines go off", () => {
  const { limits, watch } = watched();
  assert.equal(watch.nextMs, Number.POSITIVE_INFINITY);
  limits.nextMs = 5;
  assert.equal(watch.nextMs, 5);
});

test("what is in the buffer is sent once, while somebody waits", () => {
  const { limits, sent, watch } = watched();
  const buffer = new Uint8Array([2]);
  watch.setBuffer(buffer);

  assert.ok(watch.nextMs <= performance.now());
  watch.tell();
  watch.tell();
  assert.deepEqual(sent, [2]);
  assert.deepEqual([buffer[0], limits.told], [0, 2]);
  assert.ok(watch.nextMs > performance.now());
});

test("and from the event loop, as long as it is asked to", async () => {
  const { sent, watch } = watched();
  const buffer = new Int32Array([15]);
  watch.setBuffer(buffer);
  watch.watch(true);
  await sleep(60);
  assert.deepEqual(sent, [15]);

  watch.watch(false);
  buffer[0] = 2;
  await sleep(60);
  assert.deepEqual(sent, [15]);
});
