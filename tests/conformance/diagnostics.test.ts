import assert from "node:assert/strict";
import { type Any, load, startKernel } from "../support/kernel.ts";
import { PLACE } from "../support/places.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** What of `records` matches, all together. */
function sum(records: Any[], wanted: object, number: string): number {
  const matching = records.filter((record) =>
    Object.entries(wanted).every(([name, value]) => record[name] === value),
  );
  return matching.reduce((total, record) => total + record[number], 0);
}

test("BY-inspect: the steps of the start, in order, each inside of it", async () => {
  const began = performance.now();
  const other = await load();
  const tookMs = performance.now() - began;

  const phases: Any[] = other.diagnostics.startUp;
  assert.ok(phases.length >= 3, JSON.stringify(phases));
  const starts = phases.map(({ startMs }) => startMs);
  assert.deepEqual(
    starts,
    starts.toSorted((a: number, b: number) => a - b),
  );
  for (const { name, startMs, durationMs } of phases) {
    assert.equal(typeof name, "string");
    assert.ok(startMs >= 0 && durationMs >= 0, name);
    // The clocks of two threads agree to a millisecond or so.
    assert.ok(startMs + durationMs <= tookMs + 5, `${name} ends at ${startMs + durationMs}`);
  }
  assert.ok(phases.some(({ name }) => name === "connect"));
});

test("BY-inspect: messages by kind, with sizes and times", async () => {
  const { messages } = py.diagnostics;
  messages.clear();
  const proxy = await py.runPython("def f(*args): return len(args)\nf");
  for (let i = 0; i < 10; i++) await proxy(1, 2);
  await proxy.destroy();

  const calls = { direction: "sent", kind: "call", operation: "call" };
  assert.equal(sum(messages.byKind, calls, "count"), 10);
  assert.ok(sum(messages.byKind, calls, "bytes") >= 10 * 16);
  const kind = PLACE === "in-page" ? "call" : "return";
  const timed = messages.recent.filter(
    (each: Any) => each.operation === "call" && each.kind === kind && each.durationMs !== undefined,
  );
  assert.equal(timed.length, 10);
  assert.ok(timed.every((each: Any) => each.durationMs >= 0 && each.durationMs < 10_000));
  messages.stop();
});

test("BY-inspect: the bytes of a message are those that travel", async () => {
  const length = await py.runPython("len");
  const { messages } = py.diagnostics;
  messages.clear();
  await length("x".repeat(10_000));

  const bytes = sum(messages.byKind, { direction: "sent", operation: "call" }, "bytes");
  // In the same thread it is the slot, which points to the text.
  if (PLACE === "in-page") assert.equal(bytes, 16);
  else assert.ok(bytes > 10_000 && bytes < 11_000, String(bytes));
  messages.stop();
  await length.destroy();
});

test("BY-inspect: what Python asks is seen too", async () => {
  const { messages } = py.diagnostics;
  messages.clear();
  const ask = await py.runPython("lambda f: f(1)");
  await ask((x: number) => x + 1);
  await ask.destroy();

  const questions = { direction: "received", kind: "call", operation: "call" };
  assert.equal(sum(messages.byKind, questions, "count"), 1);
  messages.stop();
});

test("BY-inspect: a listener hears each message until it is taken away", async () => {
  const { messages } = py.diagnostics;
  const heard: Any[] = [];
  const unlisten = messages.listen((record: Any) => heard.push(record));
  await py.runPython("1 + 1");
  unlisten();
  const count = heard.length;
  await py.runPython("1 + 1");

  assert.ok(count > 0);
  assert.equal(heard.length, count);
  assert.ok(heard.some(({ operation }) => operation === "eval"));
  messages.stop();
});

test("BY-inspect: nothing is noted before it is read, nor after stop", async () => {
  await py.runPython("1 + 1");
  const { messages } = py.diagnostics;
  messages.clear();
  messages.stop();
  await py.runPython("1 + 1");
  assert.deepEqual(messages.recent, []);
  assert.deepEqual(messages.byKind, []);

  void py.diagnostics.messages;
  await py.runPython("1 + 1");
  assert.ok(messages.recent.length > 0);
  messages.stop();
});

test("BY-inspect: what fails is told", async () => {
  const { messages } = py.diagnostics;
  messages.clear();
  await assert.rejects(async () => await py.runPython("1 / 0"));

  const failed = messages.recent.filter(({ outcome }: Any) => outcome === "failure");
  assert.equal(failed.length, 1);
  if (PLACE !== "in-page") assert.match(failed[0].summary, /ZeroDivisionError/);
  messages.stop();
});

test("BY-inspect: handles and memory", async () => {
  const before = await py.diagnostics.memory();
  await py.runPython("kept = [bytearray(8_000_000), [object() for _ in range(50_000)]]");
  const after = await py.diagnostics.memory();
  await py.runPython("del kept");

  assert.ok(after.totalBytes > after.usedBytes / 2, JSON.stringify(after));
  assert.ok(after.usedBytes - before.usedBytes >= 8_000_000, JSON.stringify([before, after]));
  assert.ok(after.pythonBlocks - before.pythonBlocks >= 50_000, JSON.stringify([before, after]));
  const list = await py.runPython("[1]");
  const { python } = await py.diagnostics.handles();
  assert.ok(python.some(({ type }: Any) => type === "list"));
  await list.destroy();
});
