import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { distUrl } from "../support/dist.ts";
import { thrownBy, throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** A handler that gives the values one after the other, then the end. */
function values(...given: unknown[]) {
  let next = 0;
  return () => given[next++];
}

/** Drops what Python's text layer may still hold from a test before. */
function freshStdin(options: object): void {
  py.setStdin(options);
  py.runPython("import sys, io; sys.stdin = open(0, closefd=False)");
}

test("ST-stdin.stdin: strings are lines", () => {
  freshStdin({ stdin: values("one", "two\n", "") });

  assert.equal(py.runPython("'|'.join([input(), input(), input()])"), "one|two|");
  throwsPython(() => py.runPython("input()"), "EOFError");
});

test("ST-stdin.input: the end raises EOFError", () => {
  for (const end of [null, undefined]) {
    freshStdin({ stdin: () => end });
    throwsPython(() => py.runPython("input()"), "EOFError");
  }
});

test("ST-stdin.numbers: bytes one by one", () => {
  freshStdin({ stdin: values(0x61, 0x0a, 0x62, null) });

  assert.equal(py.runPython("input() + input()"), "ab");
});

test("ST-stdin.stdin: buffers, and text in several bytes", () => {
  freshStdin({
    stdin: values(new TextEncoder().encode("é🐍\n"), new Uint8Array([120, 10]).buffer),
  });

  assert.equal(py.runPython("input() + input()"), "é🐍x");
});

test("ST-stdin.stdin: anything else raises EIO with a warning", () => {
  const { warn } = console;
  let warnings = 0;
  console.warn = () => warnings++;
  try {
    for (const wrong of [{}, Symbol("x"), new Uint16Array(2), true]) {
      freshStdin({ stdin: () => wrong });
      throwsPython(() => py.runPython("input()"), "OSError");
    }
  } finally {
    console.warn = warn;
  }
  assert.ok(warnings >= 4);
});

test("ST-stdin.eof: read() goes on until a real end", () => {
  freshStdin({ stdin: values("a", "b") });
  assert.equal(py.runPython("sys.stdin.read()"), "a\nb\n");
  freshStdin({ stdin: values(new TextEncoder().encode("a"), new TextEncoder().encode("b")) });
  assert.equal(py.runPython("[sys.stdin.read(), sys.stdin.read()] == ['a', 'b']"), true);
});

test("ST-stdin.eofFalse: values are joined until the end", () => {
  freshStdin({ stdin: values(new Uint8Array([97]), new Uint8Array([98])), autoEOF: false });

  assert.equal(py.runPython("sys.stdin.read()"), "ab");
});

test("ST-stdin.large, CF-autoEOF: a line longer than any buffer", () => {
  freshStdin({ stdin: values("y".repeat(200_000), "next") });

  assert.equal(py.runPython("len(input())"), 200_000);
  assert.equal(py.runPython("input()"), "next");
});

test("ST-stdin.large: megabytes of input are read completely", () => {
  const block = new Uint8Array(1_000_003).fill(120);
  freshStdin({ stdin: values(block, block), autoEOF: false });

  assert.equal(py.runPython("len(sys.stdin.read())"), 2_000_006);
});

test("ST-stdin: an endless handler does not hang a bounded read", () => {
  freshStdin({ stdin: () => "again" });

  assert.equal(py.runPython("sys.stdin.readline() + sys.stdin.read(3)"), "again\naga");
});

test("ST-stdin.read: the caller's buffer is filled", () => {
  const text = new TextEncoder().encode("first\nsecond\n");
  let position = 0;
  freshStdin({
    read(buffer: Uint8Array) {
      const part = text.subarray(position, position + Math.min(4, buffer.length));
      buffer.set(part);
      position += part.length;
      return part.length;
    },
  });

  assert.equal(py.runPython("input() + input()"), "firstsecond");
  throwsPython(() => py.runPython("input()"), "EOFError");
});

test("ST-stdin.read: counts that are none raise", () => {
  const { warn, error } = console;
  console.warn = () => undefined;
  console.error = () => undefined;
  try {
    for (const wrong of [-1, 1e9, 1.5, Number.NaN, "3"]) {
      freshStdin({ read: () => wrong });
      throwsPython(() => py.runPython("input()"), "OSError");
    }
  } finally {
    console.warn = warn;
    console.error = error;
  }
});

test("ST-stdin.error: every read raises EIO", () => {
  freshStdin({ error: true });

  throwsPython(() => py.runPython("input()"), "OSError");
  assert.equal(py.runPython("import os; os.isatty(0)"), false);
});

test("ST-stdin.isatty", () => {
  freshStdin({ stdin: () => null, isatty: true });
  assert.equal(py.runPython("os.isatty(0)"), true);
  freshStdin({ stdin: () => null });
  assert.equal(py.runPython("os.isatty(0)"), false);
});

test("ST-stdin: options that contradict", () => {
  const error = thrownBy(() => py.setStdin({ stdin: () => "", error: true }));
  assert.ok(error instanceof TypeError);
  assert.equal(error.message, "At most one of stdin, read, and error must be provided.");
  assert.equal(
    thrownBy(() => py.setStdin({ autoEOF: true })).message,
    "The 'autoEOF' option can only be used with the 'stdin' option",
  );
});

test("ST-stdin.throw: an error of the handler becomes an OSError", () => {
  const { error } = console;
  console.error = () => undefined;
  try {
    freshStdin({
      stdin() {
        throw new Error("no input today");
      },
    });
    throwsPython(() => py.runPython("input()"), "OSError");
    freshStdin({
      stdin() {
        throw new py.FS.ErrnoError(py.ERRNO_CODES.ENOENT);
      },
    });
    throwsPython(() => py.runPython("input()"), "FileNotFoundError");
  } finally {
    console.error = error;
  }
});

test("ST-stdin.default: in Node the process's input, then its end", () => {
  const program = `
    import { loadPyodide } from ${JSON.stringify(distUrl("pyodide.mjs"))};
    const py = await loadPyodide();
    py.runPython("import sys; print(input() + '|' + sys.stdin.read() + '|' + repr(sys.stdin.read()))");
  `;
  const args = ["--input-type=module", "-e", program];
  const ran = spawnSync(process.execPath, args, { input: "line é\nrest\nof it", timeout: 20_000 });

  assert.equal(String(ran.stdout), "line é|rest\nof it|''\n", String(ran.stderr));
});
