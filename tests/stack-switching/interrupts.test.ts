import assert from "node:assert/strict";
import { eventually } from "../support/eventually.ts";
import { failsInPython } from "../support/failures.ts";
import { load } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const SIGINT = 2;
// Not watched for handles: the host's timers of waits that were given up run to their end.
const py = await load();
const buffer = new Int32Array(new SharedArrayBuffer(4));
await py.setInterruptBuffer(buffer);
await py.runPython("import asyncio, time\nfrom pyodide.ffi import run_sync");
let begun = 0;
await py.globals.set("begin", () => void begun++);

/** Runs code that waits, from the time on at which all that was started before waits as well. */
async function waiting(code: string): Promise<{ readonly ended: Promise<unknown> }> {
  const before = begun;
  const ended: Promise<unknown> = py.runPythonAsync(`begin()\n${code}`);
  await eventually(() => begun > before, "the wait");
  // Python that runs would take the interrupt itself: what the loop had to do for the wait is done by now.
  await py.runPythonAsync("await asyncio.sleep(0)");
  await new Promise((resolve) => setImmediate(resolve));
  return { ended };
}

/** Asks for an interrupt once the code waits; that must end it soon. */
async function interrupted(code: string): Promise<void> {
  const { ended } = await waiting(code);
  const start = performance.now();
  buffer[0] = SIGINT;
  await failsInPython(() => ended, "KeyboardInterrupt");
  assert.ok(performance.now() - start < 3_000);
  assert.equal(buffer[0], 0);
}

test("WL-sleep, PY-run_sync, WL-runUntilComplete: an interrupt ends the wait of a suspended call", async () => {
  await interrupted("time.sleep(5)");
  await interrupted("run_sync(asyncio.sleep(5))");
  await interrupted("asyncio.run(asyncio.sleep(5))");
  assert.equal(await py.runPythonAsync("run_sync(asyncio.sleep(0.03, 5))"), 5);
});

test("PY-run_sync: a handler that does not raise lets the wait go on", async () => {
  const { ended } = await waiting(`
import signal
seen = []
former = signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
try:
    start = time.monotonic()
    time.sleep(0.15)
    seen.append(time.monotonic() - start >= 0.15)
finally:
    signal.signal(signal.SIGINT, former)
repr(seen)
  `);
  buffer[0] = SIGINT;

  assert.equal(await ended, "[2, True]");
});

test("PY-run_sync: the longest wait is interrupted, the others go on", async () => {
  const longest = await waiting("time.sleep(5)");
  const other = await waiting("time.sleep(0.3); 'went on'");
  buffer[0] = SIGINT;

  await failsInPython(() => longest.ended, "KeyboardInterrupt");
  assert.equal(await other.ended, "went on");
});
