import assert from "node:assert/strict";
import { test } from "node:test";
import { Scheduler, type SchedulerScope } from "../../../../js/api/scheduler.ts";

const SCOPES: [name: string, scope: SchedulerScope][] = [
  ["setImmediate", globalThis as unknown as SchedulerScope],
  ["MessageChannel", { MessageChannel }],
  ["setTimeout", {}],
];

for (const [name, scope] of SCOPES) {
  test(`api/scheduler: ${name}: in order, after promise reactions`, async () => {
    const scheduler = new Scheduler(scope);
    const order: string[] = [];

    await new Promise<void>((resolve) => {
      scheduler.schedule(() => order.push("first"), 0);
      scheduler.schedule(() => order.push("second"), 0);
      scheduler.schedule(resolve, 5);
      Promise.resolve().then(() => order.push("reaction"));
    });

    assert.deepEqual(order, ["reaction", "first", "second"]);
  });
}
