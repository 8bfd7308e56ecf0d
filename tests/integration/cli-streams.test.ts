import assert from "node:assert/strict";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  cleanEnvironment,
  krait,
  outcomeOf,
  start,
  waitForOutput,
} from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

const folder = await temporaryFolder();
const env = cleanEnvironment();

test("cli streams: input() takes a line at a time, and meets the end", async () => {
  const source = "print(input('name? '), input())\ntry: input()\nexcept EOFError: print('end')";

  assert.equal((await krait(["-c", source], { input: "a\nbé\n" })).stdout, "name? a bé\nend\n");
});

test("cli streams: a large input arrives whole, in order", async () => {
  const input = Uint8Array.from({ length: 10_000_000 }, (_, at) => (at * 7) % 251);
  const source =
    "import sys, zlib; data = sys.stdin.buffer.read(); print(len(data), zlib.adler32(data))";

  assert.equal(
    (await krait(["-c", source], { input })).stdout,
    `${input.length} ${adler32(input)}\n`,
  );
});

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

test("cli streams: standard input may be a file, a device or closed", async () => {
  const path = join(folder, "input");
  writeFileSync(path, "from a file\n");
  const read = async (stdin: number | "ignore") =>
    (
      await outcomeOf(
        start(["-c", "print(repr(open(0).read()))"], { env, stdio: [stdin, "pipe", "pipe"] }),
      )
    ).stdout;

  const file = openSync(path, "r");
  assert.equal(await read(file), "'from a file\\n'\n");
  closeSync(file);
  assert.equal(await read("ignore"), "''\n");
});

test("cli streams: input that Python does not read is left", async () => {
  const path = join(folder, "left");
  writeFileSync(path, "kept\n");
  const file = openSync(path, "r");
  await outcomeOf(start(["-c", "pass"], { env, stdio: [file, "pipe", "pipe"] }));

  assert.equal(readFileSync(file, "utf8"), "kept\n");
  closeSync(file);
});

test("cli streams: a program on standard input leaves it at its end", async () => {
  const { stdout } = await krait(["-"], { input: "try: input()\nexcept EOFError: print('end')\n" });

  assert.equal(stdout, "end\n");
});

test("cli streams: both outputs arrive whole, also through a pipe that is read slowly", async () => {
  const source = [
    "import os, sys",
    "for n in range(200_000): print(n)",
    "print('to stderr', file=sys.stderr)",
    "os.write(1, b'\\xff raw\\n')",
  ].join("\n");
  const child = start(["-c", source], { env });
  child.stdout?.pause();
  setTimeout(() => child.stdout?.resume(), 300);

  const { status, stdout, stderr } = await outcomeOf(child);

  const lines = stdout.split("\n");
  assert.equal(status, 0, stderr);
  assert.deepEqual(lines.slice(199_999), ["199999", "\ufffd raw", ""]);
  assert.equal(stderr, "to stderr\n");
});

test("cli streams: order is kept between the two outputs", async () => {
  const path = join(folder, "both");
  const file = openSync(path, "w");
  const source =
    "import sys\nfor n in range(3):\n  print('out', n, flush=True)\n  print('err', n, file=sys.stderr)";
  await outcomeOf(start(["-c", source], { env, stdio: ["ignore", file, file] }));
  closeSync(file);

  assert.equal(readFileSync(path, "utf8"), "out 0\nerr 0\nout 1\nerr 1\nout 2\nerr 2\n");
});

test("cli streams: a reader that leaves is a BrokenPipeError", async () => {
  const source = [
    "import sys",
    "try:",
    "    while True: print('y' * 1000)",
    "except BrokenPipeError:",
    "    sys.stderr.write('broken')",
    "    sys.stdout = None",
  ].join("\n");
  const child = start(["-c", source], { env });
  child.stdout?.once("data", () => child.stdout?.destroy());

  const { status, stderr } = await outcomeOf(child);

  assert.deepEqual({ status, stderr }, { status: 0, stderr: "broken" });
});

test("cli streams: output lost at the end is status 120, as in python", async () => {
  const child = start(["-c", "import sys; sys.stdin.read(); print('lost')"], { env });
  child.stdout?.destroy();
  child.stdin?.end();

  const { status, stderr } = await outcomeOf(child);

  assert.equal(status, 120);
  assert.match(stderr, /BrokenPipeError/);
});

test("cli streams: -u writes at once", async () => {
  const child = start(["-u", "-c", "print('now', end=''); input()"], { env });
  const ended = outcomeOf(child);
  await waitForOutput(child, "now");
  child.stdin?.end("\n");

  assert.equal((await ended).status, 0);
});

const INTERRUPTED = [
  ["a loop", "print('on', flush=True)\nwhile True: pass"],
  ["time.sleep", "import time\nprint('on', flush=True)\ntime.sleep(60)"],
  ["input()", "print('on', flush=True)\ninput()"],
  ["a flood of output", "while True: print('on')"],
  ["asyncio.run", "import asyncio\nprint('on', flush=True)\nasyncio.run(asyncio.sleep(60))"],
] as const;

for (const [what, source] of INTERRUPTED) {
  test(`cli streams: Ctrl-C ends ${what} with KeyboardInterrupt and status 130`, async () => {
    const child = start(["-c", source], { env });
    const ended = outcomeOf(child);
    await waitForOutput(child, "on");
    child.kill("SIGINT");

    const { status, stderr } = await ended;

    assert.match(stderr, /^Traceback .*\nKeyboardInterrupt\n$/s);
    assert.equal(status, 130);
  });
}

test("cli streams: Python may catch KeyboardInterrupt and go on", async () => {
  const source = [
    "import time",
    "for n in range(2):",
    "    try:",
    "        print('on', n, flush=True)",
    "        time.sleep(60)",
    "    except KeyboardInterrupt: print('caught', n, flush=True)",
  ].join("\n");
  const child = start(["-c", source], { env });
  const ended = outcomeOf(child);
  for (const n of [0, 1]) {
    await waitForOutput(child, `on ${n}`);
    child.kill("SIGINT");
  }

  const { status, stdout } = await ended;
  assert.equal(status, 0);
  assert.match(stdout, /caught 0\non 1\ncaught 1\n$/);
});

test("cli streams: an unheard Ctrl-C, again and again, ends the process", async () => {
  const source = [
    "from js import Atomics, Int32Array, SharedArrayBuffer",
    "print('on', flush=True)",
    "Atomics.wait(Int32Array.new(SharedArrayBuffer.new(4)), 0, 0, 60_000)",
  ].join("\n");
  const child = start(["-c", source], { env });
  const ended = outcomeOf(child);
  await waitForOutput(child, "on");
  const repeat = setInterval(() => child.kill("SIGINT"), 50);

  const { status, stderr } = await ended;
  clearInterval(repeat);

  assert.equal(status, 130);
  assert.match(stderr, /did not react/);
});
