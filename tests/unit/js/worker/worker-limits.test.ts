import assert from "node:assert/strict";
import { test } from "node:test";
import { DEADLINE_SIGNAL, REMIND_MS } from "../../../../js/proxy/limits.ts";
import { GRACE_MS, WorkerLimits } from "../../../../js/worker/worker-limits.ts";

/** Notes what is done to a kernel. */
function kernel() {
  const done: (number | string)[] = [];
  return {
    done,
    interrupt: (signum: number) => void done.push(signum),
    terminate: (reason: string) => void done.push(reason),
  };
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test("worker/limits: the kernel is told of a deadline when it passes, and again until it ends", async () => {
  const client = kernel();
  const limits = new WorkerLimits(client);
  const limit = limits.begin(10);

  assert.deepEqual(client.done, []);
  await sleep(10 + 2 * REMIND_MS + 30);
  limit.end();
  const { length } = client.done;
  assert.ok(length >= 2, String(length));
  assert.ok(client.done.every((signal) => signal === DEADLINE_SIGNAL));
  await sleep(2 * REMIND_MS);
  assert.equal(client.done.length, length, "nothing after its end");
});

test("worker/limits: a deadline that is met tells nothing", async () => {
  const client = kernel();
  const limits = new WorkerLimits(client);
  limits.begin(20).end();

  await sleep(60);
  assert.deepEqual(client.done, []);
  assert.equal(limits.nextMs, Number.POSITIVE_INFINITY);
});

test("worker/limits: who waits sees when the next one is due, of several", () => {
  const limits = new WorkerLimits(kernel());
  const [late, early] = [limits.begin(5000), limits.begin(1000)];

  assert.ok(limits.nextMs < performance.now() + 1001);
  early.end();
  assert.ok(limits.nextMs > performance.now() + 3000);
  late.end();
});

test("worker/limits: a kernel that does not heed its deadline is ended", (context) => {
  const client = kernel();
  const limits = new WorkerLimits(client);
  let now = performance.now();
  context.mock.method(performance, "now", () => now);

  limits.begin(0);
  limits.tell();
  now += GRACE_MS + 1;
  limits.tell();
  assert.equal(client.done[0], DEADLINE_SIGNAL);
  assert.match(String(client.done[1]), /did not end within/);
  limits.tell();
  assert.equal(client.done.length, 2);
});

test("worker/limits: what is no time is refused", () => {
  const limits = new WorkerLimits(kernel());
  for (const wrong of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
    assert.throws(() => limits.begin(wrong), RangeError);
  }
  assert.equal(limits.nextMs, Number.POSITIVE_INFINITY);
});
