import assert from "node:assert/strict";
import { Worker } from "node:worker_threads";
import { thrownBy, throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** Another thread that stores a signal number into the mailbox when Python asks it to. */
const mailbox = new Uint8Array(new SharedArrayBuffer(1));
const request = new Int32Array(new SharedArrayBuffer(4));
const sender = new Worker(
  `
  const { workerData: { mailbox, request } } = require("node:worker_threads");
  for (;;) {
    Atomics.wait(request, 0, 0);
    const signal = Atomics.exchange(request, 0, 0);
    if (signal < 0) break;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
    mailbox[0] = signal;
  }
  `,
  { eval: true, workerData: { mailbox, request } },
);
await new Promise((resolve) => sender.once("online", resolve));
py.registerJsModule("sender", {
  /** The signal arrives a moment later. */
  send(signal: number) {
    Atomics.store(request, 0, signal);
    Atomics.notify(request, 0);
  },
});
py.setInterruptBuffer(mailbox);

test("IN-default: SIGINT from another thread ends a tight loop", () => {
  throwsPython(
    () => py.runPython("import sender\nsender.send(2)\nwhile True: pass"),
    "KeyboardInterrupt",
  );
  assert.equal(mailbox[0], 0);
  assert.equal(py.runPython("1 + 1"), 2);
});

test("IN-default: SIGINT ends calls without a loop, and a loop of slow calls", () => {
  throwsPython(
    () => py.runPython("def f(n):\n  if n: f(n - 1); f(n - 1)\nsender.send(2)\nf(60)"),
    "KeyboardInterrupt",
  );
  throwsPython(
    () => py.runPython("data = list(range(100_000))\nsender.send(2)\nwhile True: sum(data)"),
    "KeyboardInterrupt",
  );
});

test("IN-default: it can be caught, and interrupts again", () => {
  const count = py.runPython(`
    import sender
    count = 0
    for _ in range(3):
        sender.send(2)
        try:
            while True: pass
        except KeyboardInterrupt:
            count += 1
    count
  `);

  assert.equal(count, 3);
});

test("IN-latency: C code that checks for signals, and comprehensions", () => {
  throwsPython(
    () => py.runPython("sender.send(2)\nsum(i for i in iter(int, 1))"),
    "KeyboardInterrupt",
  );
  throwsPython(
    () => py.runPython("import re; sender.send(2)\nre.match(r'(a+)+$', 'a' * 64 + 'b')"),
    "KeyboardInterrupt",
  );
});

test("IN-handlers: signal handlers run, for any number in range", () => {
  for (const signal of [2, 15, 9, 11, 64]) {
    const got = py.runPython(`
      import signal, sender
      got = []
      former = signal.signal(${signal}, lambda n, frame: got.append((n, frame is not None)))
      sender.send(${signal})
      while not got: pass
      signal.signal(${signal}, former if former is not None else signal.SIG_DFL)
      got[0] == (${signal}, True)
    `);
    assert.equal(got, true, String(signal));
  }
});

test("IN-default, IN-signal: other signals and numbers out of range are ignored", () => {
  for (const number of [15, 9, 11, 65, 255]) {
    mailbox[0] = number;
    assert.equal(py.runPython("n = 0\nfor i in range(300000): n += 1\nn"), 300_000);
    assert.equal(mailbox[0], 0);
  }
});

test("IN-signal: what is pending before a call is taken by it", () => {
  mailbox[0] = 2;

  throwsPython(() => py.runPython("for i in range(10_000_000): pass"), "KeyboardInterrupt");
  assert.equal(py.runPython("1"), 1);
});

test("IN-check: checkInterrupt at top level and below Python", () => {
  assert.equal(py.checkInterrupt(), undefined);
  mailbox[0] = 2;
  const error = thrownBy(() => py.checkInterrupt());
  assert.equal(error.name, "PythonError");
  assert.equal(error.type, "KeyboardInterrupt");
  assert.equal(mailbox[0], 0);
  const caught = py.runPython(
    "lambda f: __import__('builtins').exec('try:\\n f()\\nexcept KeyboardInterrupt:\\n  r = 1', g := {'f': f}) or g['r']",
  );
  const result = caught(() => {
    mailbox[0] = 2;
    py.checkInterrupt();
  });
  assert.equal(result, 1);
  caught.destroy();
});

test("IN-check.io, ST-err.interrupt: inside a stream handler", () => {
  py.setStdout({
    raw() {
      mailbox[0] = 2;
      py.checkInterrupt();
    },
  });
  throwsPython(() => py.runPython("print('x', flush=True)"), "KeyboardInterrupt");
  py.setStdin({
    stdin() {
      mailbox[0] = 2;
      py.checkInterrupt();
      return "";
    },
  });
  throwsPython(() => py.runPython("input()"), "KeyboardInterrupt");
  py.setStdout({ batched() {} });
  py.setStdin({});
});

test("IN-async: an interrupt of an awaited computation rejects it", async () => {
  const error = await py
    .runPythonAsync(
      "import asyncio\nawait asyncio.sleep(0)\nsender.send(2)\ntry:\n  while True: pass\nexcept KeyboardInterrupt:\n  r = 'caught'\nr",
    )
    .catch((e: Error) => e);

  assert.equal(error, "caught");
});

test("time.sleep ends early when it is interrupted", () => {
  const start = performance.now();

  throwsPython(
    () => py.runPython("import time\nsender.send(2)\ntime.sleep(20)"),
    "KeyboardInterrupt",
  );
  assert.ok(performance.now() - start < 5_000);
});

test("IN-buffer: wider buffers, none, and values that are no buffer", () => {
  const wide = new Int32Array(1);
  py.setInterruptBuffer(wide);
  wide[0] = 2;
  throwsPython(() => py.runPython("for i in range(10_000_000): pass"), "KeyboardInterrupt");
  py.setInterruptBuffer(undefined);
  wide[0] = 2;
  assert.equal(py.runPython("for i in range(100_000): pass\n7"), 7);
  assert.equal(py.checkInterrupt(), undefined);
  assert.equal(wide[0], 2);
});

test("hygiene: the sending thread ends", async () => {
  Atomics.store(request, 0, -1);
  Atomics.notify(request, 0);
  await new Promise((resolve) => sender.once("exit", resolve));
  py.unregisterJsModule("sender");
  py.runPython("import sys; sys.modules.pop('sender', None)");
});
