import assert from "node:assert/strict";
import { test } from "node:test";
import type { InputOptions, InputValue } from "../../../../js/services/stdio/input-options.ts";
import { Stdio } from "../../../../js/services/stdio/stdio.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

/** Writes everything, as the kernel does: what is not taken is offered again. */
function writeAll(stream: Stdio["stdout"], data: string | Uint8Array): void {
  let rest = typeof data === "string" ? bytes(data) : data;
  while (rest.length > 0) rest = rest.subarray(stream.write(rest));
}

/** What reads of `size` bytes give, until `count` reads were made. */
function reads(stream: Stdio["stdin"], size: number, count: number): string[] {
  return Array.from({ length: count }, () => {
    const buffer = new Uint8Array(size);
    return text(buffer.subarray(0, stream.read(buffer)));
  });
}

function stdinOf(values: InputValue[], options: Partial<InputOptions> = {}): Stdio["stdin"] {
  const left = [...values];
  const { stdin } = new Stdio(undefined);
  stdin.set({ stdin: () => left.shift(), ...options });
  return stdin;
}

test("stdio: a batched handler gets each line once, without newline and NUL (ST-batched)", () => {
  const { stdout } = new Stdio(undefined);
  const lines: string[] = [];
  stdout.set({ batched: (line) => lines.push(line) });

  writeAll(stdout, "a\nb\n\npart\0 of");
  const split = bytes("é\n");
  writeAll(stdout, split.slice(0, 1));
  writeAll(stdout, split.slice(1));

  assert.deepEqual(lines, ["a", "b", "", "part ofé"]);
});

test("stdio: a flush delivers a pending part, but no empty one (ST-batched.3)", () => {
  const { stdout } = new Stdio(undefined);
  const lines: string[] = [];
  stdout.set({ batched: (line) => lines.push(line) });

  writeAll(stdout, "part");
  stdout.flush();
  stdout.flush();
  writeAll(stdout, "line\n");
  stdout.flush();

  assert.deepEqual(lines, ["part", "line"]);
});

test("stdio: a new handler comes after the old one's pending part (ST-out.replace)", () => {
  const { stdout } = new Stdio(undefined);
  const got: string[] = [];
  stdout.set({ batched: (line) => got.push(`old ${line}`) });
  writeAll(stdout, "pending");

  stdout.set({ batched: (line) => got.push(`new ${line}`) });
  writeAll(stdout, "x\n");

  assert.deepEqual(got, ["old pending", "new x"]);
});

test("stdio: a handler that throws has taken its line and no more", () => {
  const { stdout } = new Stdio(undefined);
  const got: string[] = [];
  stdout.set({
    batched(line) {
      got.push(line);
      if (line === "bad") throw new Error("no");
    },
  });
  const data = bytes("good\nbad\nlast\n");

  const first = stdout.write(data);
  assert.throws(() => stdout.write(data.subarray(first)), /no/);
  writeAll(stdout, "after\n");

  assert.deepEqual(got, ["good", "bad", "after"]);
});

test("stdio: bytes that are no UTF-8 are replaced (ST-batched.4)", () => {
  const { stderr } = new Stdio(undefined);
  const lines: string[] = [];
  stderr.set({ batched: (line) => lines.push(line) });

  writeAll(stderr, Uint8Array.of(0x61, 0xff, 10));

  assert.deepEqual(lines, ["a\ufffd"]);
});

test("stdio: raw and write handlers are methods of their options (ST-raw, ST-write, ST-out.this)", () => {
  const { stdout } = new Stdio(undefined);
  class Raw {
    got: number[] = [];
    raw(byte: number) {
      this.got.push(byte);
    }
  }
  const raw = new Raw();
  stdout.set(raw);
  writeAll(stdout, "hé\n");
  const chunks: string[] = [];
  stdout.set({
    write(chunk) {
      chunks.push(text(chunk.subarray(0, 2)));
      return Math.min(2, chunk.length);
    },
    isatty: true,
    getTerminalSize: () => ({ rows: 7, columns: 9 }),
  });
  writeAll(stdout, "abc");

  assert.deepEqual(raw.got, [104, 195, 169, 10]);
  assert.deepEqual(chunks, ["ab", "c"]);
  assert.equal(stdout.isTerminal, true);
  assert.deepEqual(stdout.terminalSize(), { rows: 7, columns: 9 });
});

test("stdio: options that contradict each other change nothing", () => {
  const { stdin, stdout } = new Stdio(undefined);
  const lines: string[] = [];
  stdout.set({ batched: (line) => lines.push(line) });

  assert.throws(() => stdout.set({ raw() {}, batched() {} }), {
    name: "TypeError",
    message: "At most one of 'raw', 'batched', and 'write' must be passed",
  });
  assert.throws(() => stdout.set({ isatty: true, batched() {} }), {
    message: "Cannot set 'isatty' to true unless 'raw' or 'write' is provided",
  });
  assert.throws(() => stdin.set({ error: true, read: () => 0 }), {
    message: "At most one of stdin, read, and error must be provided.",
  });
  assert.throws(() => stdin.set({ autoEOF: false }), {
    message: "The 'autoEOF' option can only be used with the 'stdin' option",
  });
  writeAll(stdout, "still here\n");
  assert.deepEqual(lines, ["still here"]);
});

test("stdio: a line value ends its read, and text goes on to a real end (ST-stdin.eof)", () => {
  const stdin = stdinOf(["one", "two\n", null, "three"]);

  assert.deepEqual(reads(stdin, 100, 4), ["one\n", "two\n", "", "three\n"]);
});

test("stdio: a buffer without a final newline is followed by an end (ST-stdin.eof)", () => {
  const stdin = stdinOf([bytes("a"), bytes("b").buffer as ArrayBuffer]);

  assert.deepEqual(reads(stdin, 100, 4), ["a", "", "b", ""]);
});

test("stdio: a long value is delivered whole before its end (ST-stdin.large)", () => {
  const stdin = stdinOf(["x".repeat(20)]);

  assert.deepEqual(reads(stdin, 8, 3), ["x".repeat(8), "x".repeat(8), "xxxx\n"]);
});

test("stdio: without autoEOF values run together until an end (ST-stdin.eofFalse)", () => {
  const stdin = stdinOf(["a", bytes("b"), undefined], { autoEOF: false });

  assert.deepEqual(reads(stdin, 100, 2), ["a\nb", ""]);
});

test("stdio: numbers are gathered (ST-stdin.numbers)", () => {
  const stdin = stdinOf([0x61, 0x0a, 0x62]);

  assert.deepEqual(reads(stdin, 100, 2), ["a\nb", ""]);
});

test("stdio: what is no input, and an input set to fail, are EIO (ST-stdin.stdin, ST-stdin.error)", (context) => {
  context.mock.method(console, "warn", () => undefined);
  const wide = stdinOf([new Uint16Array(1)]);
  const { stdin } = new Stdio(undefined);
  stdin.set({ error: true });

  assert.throws(() => wide.read(new Uint8Array(8)), { code: "EIO" });
  assert.throws(() => stdin.read(new Uint8Array(8)), { code: "EIO" });
});

test("stdio: it is known when a handler runs", () => {
  const stdio = new Stdio(undefined);
  const states: boolean[] = [];
  stdio.onBusy = (isBusy) => states.push(isBusy);
  stdio.stdout.set({
    write(chunk) {
      stdio.stderr.set({ raw() {} });
      stdio.stderr.write(bytes("x"));
      return chunk.length;
    },
  });

  stdio.stdout.write(bytes("y"));

  assert.deepEqual(states.slice(-2), [true, false]);
});
