import assert from "node:assert/strict";
import { failsInPython } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
await py.runPython("def down(f, *args): return f(down, *args)");
const down = await py.globals.get("down");

/** After every one of these Python must answer as before. */
async function checkUsable(): Promise<void> {
  assert.equal(await py.runPython("sum(range(10))"), 45);
  await failsInPython(() => py.runPython("{}['key']"), "KeyError", /'key'/);
}

/** Calls Python so many times more, each from a callback of the one before. */
const nest = (next: Any, left: number): unknown => (left === 0 ? "bottom" : next(nest, left - 1));

test("BY-nest: 64 calls nest in either direction, one more is an error of the innermost", async () => {
  assert.equal(await down(nest, 63), "bottom");
  await failsInPython(() => down(nest, 64), "RecursionError", /more than 64 calls are nested/);
  await checkUsable();
  let atTheEnd: unknown;
  const caught = (next: Any, left: number): unknown => {
    try {
      return next(caught, left - 1);
    } catch (error) {
      atTheEnd ??= left;
      throw error;
    }
  };
  await failsInPython(() => down(caught, 1000), "RecursionError");
  assert.equal(atTheEnd, 1000 - 63);
  await checkUsable();
  assert.equal(await down(nest, 63), "bottom");
});
