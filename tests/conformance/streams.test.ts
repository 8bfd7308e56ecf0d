import assert from "node:assert/strict";
import { fails, failsInPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

test("ST-batched.2: a batched stream is never a terminal", async () => {
  await fails(() => py.setStdout({ batched() {}, isatty: true }), "TypeError");
  await py.setStdout({ batched() {} });

  assert.equal(await py.runPython("import os, sys; os.isatty(1) or sys.stdout.isatty()"), false);
});

test("ST-write.fsync: called for fsync, and may be missing", async () => {
  const seen: string[] = [];
  const write = (bytes: Uint8Array) => {
    seen.push(new TextDecoder().decode(bytes));
    return bytes.length;
  };
  await py.setStdout({ write, fsync: () => seen.push("fsync") });
  await py.runPython("import os; os.write(1, b'x'); os.fsync(1)");
  assert.deepEqual(seen, ["x", "fsync"]);

  await py.setStdout({ write });
  seen.length = 0; // the former handler was synced when it was replaced
  await py.runPython("os.write(1, b'y'); os.fsync(1)");
  assert.deepEqual(seen, ["y"]);
});

test("ST-err.eagain: the operation waits and is done again", async () => {
  let attempts = 0;
  await py.setStdout({
    write(bytes: Uint8Array) {
      if (++attempts < 3) throw Object.assign(new Error("later"), { code: "EAGAIN" });
      return bytes.length;
    },
  });

  const start = performance.now();
  assert.equal(await py.runPython("import os; os.write(1, b'abc')"), 3);
  assert.equal(attempts, 3);
  assert.ok(performance.now() - start >= 100, "it waited");
});

test("ST-stdin.eofOnly: autoEOF belongs to a stdin handler", async () => {
  const message = /^The 'autoEOF' option can only be used with the 'stdin' option$/;
  await fails(() => py.setStdin({ autoEOF: true, read: () => 0 }), "TypeError", message);
  await fails(() => py.setStdin({ autoEOF: false, error: true }), "TypeError", message);
});

test("ST-stdin.swap: what Python has read is served before the new handler", async () => {
  const lines = ["first\nsecond\n"];
  await py.setStdin({ stdin: () => lines.shift() });
  assert.equal(await py.runPython("input()"), "first");

  const others = ["third\n"];
  await py.setStdin({ stdin: () => others.shift() });
  assert.equal(await py.runPython("input()"), "second");
  assert.equal(await py.runPython("input()"), "third");
});

test("IN-after: the interpreter is usable at once after an interrupt", async () => {
  const mailbox = new Int32Array(new SharedArrayBuffer(4));
  await py.setInterruptBuffer(mailbox);
  for (let round = 0; round < 3; round++) {
    mailbox[0] = 2;
    await failsInPython(() => py.runPython("while True: pass"), "KeyboardInterrupt");
    assert.equal(await py.runPython("sum(range(5))"), 10);
  }
  await py.setInterruptBuffer(undefined);
});

test("IN-sleep: a sleep that an interrupt may end is over no later than it says", async () => {
  const mailbox = new Int32Array(new SharedArrayBuffer(4));
  await py.setInterruptBuffer(mailbox);
  mailbox[0] = 2;

  const start = performance.now();
  await failsInPython(() => py.runPython("import time; time.sleep(2)"), "KeyboardInterrupt");
  assert.ok(performance.now() - start < 3000);
  await py.setInterruptBuffer(undefined);
});
