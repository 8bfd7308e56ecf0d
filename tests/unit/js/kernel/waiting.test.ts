import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Waiting } from "../../../../js/kernel/waiting.ts";

describe("kernel/waiting", () => {
  test("a wait lasts as long as asked, without using the processor", () => {
    const waiting = new Waiting({ kind: "node", mayBlock: true });
    const start = performance.now();
    const before = process.cpuUsage();

    assert.equal(waiting.wait(120), false);

    const { user, system } = process.cpuUsage(before);
    assert.ok(performance.now() - start >= 119);
    assert.ok(user + system < 60_000, `${user + system} µs of processor time`);
  });

  test("a pending interrupt ends it at once and stays pending", () => {
    const waiting = new Waiting({ kind: "node", mayBlock: true });
    const buffer = new Uint8Array([2]);
    waiting.interrupts = buffer;

    assert.equal(waiting.wait(60_000), true);
    assert.equal(buffer[0], 2);
  });

  test("where the thread may not block it waits all the same", () => {
    const waiting = new Waiting({ kind: "browser", mayBlock: false });
    const start = performance.now();

    assert.equal(waiting.wait(20), false);
    assert.ok(performance.now() - start >= 19);
  });
});
