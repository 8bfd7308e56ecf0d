import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { failsInPython, failureOf } from "../support/failures.ts";
import { type Any, load, loadPyodide } from "../support/kernel.ts";
import { placeOptions } from "../support/places.ts";
import { test } from "../support/test.ts";

/** Checks that a kernel has died of a limit, and what it tells of that. */
function checkDeath(error: Any, message: RegExp): void {
  assert.equal(error.name, "KernelDied", String(error));
  assert.match(error.message, message);
  assert.equal(error.cause?.name, "LimitPassed");
  assert.equal(error.cause?.kind, "limit");
}

test("BY-limits: memory, beyond which there is MemoryError, and the kernel goes on", async () => {
  const py = await load({ limits: { memory: 150e6 } });

  await failsInPython(() => py.runPython("x = bytearray(400_000_000)"), "MemoryError");
  await failsInPython(
    () => py.runPython("pieces = []\nwhile True: pieces.append(bytearray(1_000_000))"),
    "MemoryError",
  );
  await py.runPython("pieces.clear()");
  assert.equal(await py.runPython("len(bytearray(10_000_000))"), 10_000_000);
});

test("BY-limits: memory that is too little to begin with is told", async () => {
  const error = await failureOf(() => load({ limits: { memory: 1e6 } }));
  assert.match(error.message, /limits\.memory/);
});

test("BY-limits: memory, in a start from nothing", async () => {
  const py = await load({ limits: { memory: 150e6 }, snapshot: "none" });

  await failsInPython(() => py.runPython("x = bytearray(400_000_000)"), "MemoryError");
  assert.equal(await py.runPython("1 + 1"), 2);
});

test("BY-limits: computing, beyond which the kernel ends and says so", async () => {
  const py = await load({ limits: { cpu: 700 } });
  const began = performance.now();

  const error = await failureOf(() => py.runPython("while True: pass"));
  const tookMs = performance.now() - began;
  checkDeath(error, /computed for 700 ms.*limits\.cpu/);
  assert.ok(tookMs > 400 && tookMs < 10_000, String(tookMs));
  const later = (await failureOf(() => py.runPython)) as Any;
  checkDeath(later.cause, /limits\.cpu/);
});

test("BY-limits: computing counts over all calls, and waits do not count", async () => {
  const py = await load({ limits: { cpu: 1500 } });

  await py.runPython("import time\ntime.sleep(1.2)");
  await py.runPythonAsync("import asyncio; await asyncio.sleep(0.8)");
  await sleep(300);
  let calls = 0;
  const error = await failureOf(async () => {
    for (; calls < 200; calls++) await py.runPython("for _ in range(400_000): pass");
  });
  checkDeath(error, /limits\.cpu/);
  assert.ok(calls > 3, `only ${calls} calls`);
});

test("BY-limits: time since the start, whatever the kernel does, and when it does nothing", async () => {
  const busy = await load({ limits: { wall: 1500 } });
  checkDeath(await failureOf(() => busy.runPython("while True: pass")), /lived for 1500 ms/);
  const sleeping = await load({ limits: { wall: 1500 } });
  const slept = await failureOf(() => sleeping.runPython("import time; time.sleep(60)"));
  checkDeath(slept, /limits\.wall/);
  const awaiting = await load({ limits: { wall: 1500 } });
  const awaited = await failureOf(() =>
    awaiting.runPythonAsync("import asyncio; await asyncio.sleep(60)"),
  );
  checkDeath(awaited, /limits\.wall/);
  const idle = await load({ limits: { wall: 1500 } });
  await idle.runPython("1 + 1");
  await sleep(2000);
  await failureOf(async () => await idle.runPython("1 + 1"));
});

test("BY-limits: objects that each side holds of the other", async () => {
  const py = await load({ limits: { handles: 60 } });
  const kept: Any[] = [];

  const error = await failureOf(async () => {
    for (let i = 0; i < 100; i++) kept.push(await py.runPython("[]"));
  });
  assert.equal(error.name, "LimitPassed", String(error));
  assert.ok(kept.length > 20 && kept.length < 60, String(kept.length));
  for (const proxy of kept) await proxy.destroy();
  assert.equal(await py.runPython("1 + 1"), 2);

  const keep = await py.runPython("held = []\nheld.append");
  const other = await failureOf(async () => {
    for (let i = 0; i < 100; i++) await keep({ i });
  });
  assert.match(other.message, /the limit|most allowed/);
  await py.runPython("held.clear()");
  await keep({});
  assert.equal(await py.runPython("len(held)"), 1);
});

test("BY-limits: output, beyond which Python has OSError, and the kernel goes on", async () => {
  const lines: string[] = [];
  const note = (line: string) => lines.push(line);
  const py = await load({ limits: { output: 1000 }, stdout: note, stderr: note });

  await failsInPython(
    () => py.runPython("while True: print('x' * 99)"),
    "OSError",
    /File too large/,
  );
  const bytes = lines.reduce((sum, line) => sum + line.length + 1, 0);
  assert.ok(bytes >= 900 && bytes <= 1000, String(bytes));
  await failsInPython(() => py.runPython("import sys; print('y', file=sys.stderr)"), "OSError");
  assert.equal(await py.runPython("1 + 1"), 2);
});

test("BY-limits: what is no limit is refused", async () => {
  const { kernel } = placeOptions() as { kernel?: unknown };
  const wrong: [object | string, RegExp][] = [
    [{ memory: -1 }, /limits\.memory must be a positive number/],
    [{ cpu: "much" }, /limits\.cpu must be a positive number/],
    [{ time: 5 }, /no limit time, only memory, cpu, wall, handles, output/],
    ["all", /limits must be an object/],
  ];
  for (const [limits, message] of wrong) {
    assert.match((await failureOf(() => loadPyodide({ kernel, limits }))).message, message);
  }
});

test("BY-limits: a program within its limits notices nothing of them", async () => {
  const limits = { memory: 500e6, cpu: 60_000, wall: 60_000, handles: 1000, output: 1e6 };
  const lines: string[] = [];
  const py = await load({ limits, stdout: (line: string) => lines.push(line) });

  assert.equal(await py.runPython("print('hello'); sum(range(10))"), 45);
  assert.deepEqual(lines, ["hello"]);
  assert.equal(await py.runPython("import js; js.Math.max(3, 4)"), 4);
});
