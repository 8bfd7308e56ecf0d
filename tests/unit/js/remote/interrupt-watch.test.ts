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
  const nonces: number[] = [];
  const watch = new InterruptWatch(limits, (signum, nonce) => {
    sent.push(signum);
    nonces.push(nonce);
  });
  return { limits, sent, nonces, watch };
}

test("without a buffer only deadlines go off", () => {
  const { limits, watch } = watched();
  assert.equal(watch.nextMs, Number.POSITIVE_INFINITY);
  limits.nextMs = 5;
  assert.equal(watch.nextMs, 5);
});

test("what is in the buffer is sent once, while somebody waits", () => {
  const { limits, sent, nonces, watch } = watched();
  const buffer = new Uint8Array([2]);
  watch.setBuffer(buffer);

  assert.ok(watch.nextMs <= performance.now());
  watch.tell();
  watch.tell();
  assert.deepEqual(sent, [2, 2]); // the same again, until it is taken
  assert.deepEqual(nonces, [1, 1]);
  watch.taken(7);
  assert.equal(buffer[0], 2);
  watch.taken(1);
  watch.tell();
  assert.deepEqual([sent.length, buffer[0], limits.told], [2, 0, 3]);
  assert.ok(watch.nextMs > performance.now());
  buffer[0] = 15;
  watch.tell();
  assert.deepEqual([sent[2], nonces[2]], [15, 2]);
});

test("and from the event loop, as long as it is asked to", async () => {
  const { sent, watch } = watched();
  const buffer = new Int32Array([15]);
  watch.setBuffer(buffer);
  watch.watch(true);
  await sleep(60);
  assert.ok(sent.length > 1 && sent.every((signum) => signum === 15), String(sent));

  watch.watch(false);
  const count = sent.length;
  await sleep(60);
  assert.equal(sent.length, count);
});
