import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { distUrl } from "../support/dist.ts";
import { thrownBy, throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

test("ST-batched, CF-batchedNewline: once per completed line, without the newline", () => {
  const lines: string[] = [];
  py.setStdout({ batched: (line: string) => lines.push(line) });

  py.runPython("print('a\\nb'); print('é🐍', 1, sep='-'); print()");
  assert.deepEqual(lines, ["a", "b", "é🐍-1", ""]);
});

test("ST-batched.3, CF-batchedFlush: a flush delivers the pending part", () => {
  const lines: string[] = [];
  py.setStdout({ batched: (line: string) => lines.push(line) });

  py.runPython("import sys; print('part', end='')");
  assert.deepEqual(lines, []);
  py.runPython("sys.stdout.flush()");
  assert.deepEqual(lines, ["part"]);
  py.runPython("print('more', end=''); sys.stdout.flush(); sys.stdout.flush()");
  assert.deepEqual(lines, ["part", "more"]);
  py.runPython("print('synced', end=''); sys.stdout.flush(); import os; os.fsync(1)");
  assert.deepEqual(lines, ["part", "more", "synced"]);
});

test("ST-batched.4: bytes that are no utf-8 become replacement characters", () => {
  const lines: string[] = [];
  py.setStdout({ batched: (line: string) => lines.push(line) });

  py.runPython(
    "import os; os.write(1, b'a\\xff\\xfeb\\n'); os.write(1, b'\\xc3'); os.write(1, b'\\xa9\\n')",
  );
  assert.deepEqual(lines, ["a\ufffd\ufffdb", "é"]);
});

test("ST-raw: once per byte, newlines included", () => {
  const bytes: number[] = [];
  py.setStdout({ raw: (byte: number) => bytes.push(byte) });

  py.runPython("print('hé')");
  assert.deepEqual(bytes, [104, 195, 169, 10]);
});

test("ST-write: chunks; fewer bytes taken means the rest comes again", () => {
  const chunks: string[] = [];
  py.setStdout({
    write(buffer: Uint8Array) {
      const taken = buffer.slice(0, 3);
      chunks.push(new TextDecoder().decode(taken));
      return taken.length;
    },
  });

  py.runPython("print('abcdefgh')");
  assert.deepEqual(chunks, ["abc", "def", "gh\n"]);
});

test("ST-write: a large chunk arrives whole", () => {
  let text = "";
  py.setStdout({
    write(buffer: Uint8Array) {
      text += new TextDecoder().decode(buffer);
      return buffer.length;
    },
  });

  py.runPython("print('x' * 1_000_000)");
  assert.equal(text.length, 1_000_001);
});

test("ST-out: os.write and sys.stderr go to their handlers, in order", () => {
  const log: string[] = [];
  py.setStdout({ batched: (line: string) => log.push(`out ${line}`) });
  py.setStderr({ batched: (line: string) => log.push(`err ${line}`) });

  py.runPython(
    "import os, sys\nprint('1'); print('2', file=sys.stderr); os.write(1, b'3\\n'); os.write(2, b'4\\n')",
  );
  assert.deepEqual(log, ["out 1", "err 2", "out 3", "err 4"]);
});

test("ST-out: a subprocess-like C writer: faulthandler writes to descriptor 2", () => {
  const lines: string[] = [];
  py.setStderr({ batched: (line: string) => lines.push(line) });

  py.runPython("import faulthandler, sys; faulthandler.dump_traceback(file=2)");
  assert.match(lines.join("\n"), /most recent call first/);
});

test("ST-out.exclusive, ST-out.isatty: options that contradict", () => {
  const text = "At most one of 'raw', 'batched', and 'write' must be passed";

  assert.equal(thrownBy(() => py.setStdout({ raw() {}, batched() {} })).message, text);
  assert.equal(thrownBy(() => py.setStderr({ raw() {}, write: () => 1 })).message, text);
  const error = thrownBy(() => py.setStdout({ batched() {}, isatty: true }));
  assert.ok(error instanceof TypeError);
  assert.equal(error.message, "Cannot set 'isatty' to true unless 'raw' or 'write' is provided");
  assert.throws(() => py.setStdout({ isatty: true }), TypeError);
});

test("ST-out.isatty, ST-out.tty: what Python is told", () => {
  py.setStdout({ raw() {}, isatty: true, getTerminalSize: () => ({ rows: 10, columns: 33 }) });
  assert.equal(py.runPython("import os, sys; os.isatty(1) and sys.stdout.isatty()"), true);
  assert.equal(
    py.runPython("os.get_terminal_size(1).columns * 100 + os.get_terminal_size(1).lines"),
    3310,
  );
  py.setStdout({ raw() {}, isatty: true });
  assert.equal(
    py.runPython("os.get_terminal_size(1).columns * 100 + os.get_terminal_size(1).lines"),
    8024,
  );
  py.setStdout({ batched() {} });
  assert.equal(py.runPython("os.isatty(1)"), false);
  throwsPython(() => py.runPython("os.get_terminal_size(1)"), "OSError");
});

test("ST-out.this: handlers are called on the options object", () => {
  class Sink {
    lines: string[] = [];
    batched(line: string) {
      this.lines.push(line);
    }
  }
  const sink = new Sink();
  py.setStdout(sink);

  py.runPython("print('on it')");
  assert.deepEqual(sink.lines, ["on it"]);
});

test("ST-out.replace: the old handler gets its pending line", () => {
  const first: string[] = [];
  const second: string[] = [];
  py.setStdout({ batched: (line: string) => first.push(line) });
  py.runPython("import os; os.write(1, b'pending')");

  py.setStdout({ batched: (line: string) => second.push(line) });
  py.runPython("os.write(1, b'new\\n')");

  assert.deepEqual(first, ["pending"]);
  assert.deepEqual(second, ["new"]);
});

test("ST-out.layer: encodings and their errors", () => {
  py.setStdout({ batched() {} });
  py.setStderr({ batched() {} });

  assert.equal(
    py.runPython(
      "import sys; f'{sys.stdout.encoding} {sys.stdout.errors} {sys.stderr.errors} {sys.stdout.line_buffering}'",
    ),
    "utf-8 surrogateescape backslashreplace True",
  );
  throwsPython(() => py.runPython("print('\\ud800')"), "UnicodeEncodeError");
});

test("ST-err.generic: what a handler throws becomes an OSError", () => {
  const { error } = console;
  const printed: unknown[] = [];
  console.error = (...args: unknown[]) => printed.push(args);
  const errnoOf = (thrown: unknown) => {
    py.setStdout({
      raw() {
        throw thrown;
      },
    });
    const code =
      "import errno\ndef go():\n  try:\n    print('x', flush=True)\n  except OSError as e:\n    return errno.errorcode[e.errno]\ngo()";
    return py.runPython(code);
  };
  try {
    assert.equal(errnoOf(new py.FS.ErrnoError(py.ERRNO_CODES.EPIPE)), "EPIPE");
    assert.equal(errnoOf(Object.assign(new Error("full"), { code: "ENOSPC" })), "ENOSPC");
    assert.deepEqual(printed, []);
    assert.equal(errnoOf(new RangeError("anything")), "EIO");
    assert.equal(errnoOf("a text"), "EIO");
    assert.equal(printed.length, 2);
  } finally {
    console.error = error;
    py.setStdout({ batched() {} });
  }
  assert.equal(py.runPython("1 + 1"), 2);
});

test("ST-write.undefined: a write handler that gives no number raises EIO", () => {
  const { warn } = console;
  console.warn = () => undefined;
  py.setStdout({ write: () => undefined });
  try {
    throwsPython(() => py.runPython("print('x', flush=True)"), "OSError");
    for (const wrong of [Number.NaN, -1, 1.5, 1e9, "2"]) {
      py.setStdout({ write: () => wrong });
      throwsPython(() => py.runPython("print('x', flush=True)"), "OSError");
    }
  } finally {
    console.warn = warn;
    py.setStdout({ batched() {} });
  }
});

test("ER-proxyReentry: a handler that calls Python gets an error, or works, but does not break it", () => {
  const seen: string[] = [];
  py.setStdout({
    batched(line: string) {
      try {
        seen.push(`${line} ${py.runPython("40 + 2")}`);
      } catch (error) {
        seen.push((error as Error).name);
      }
    },
  });

  py.runPython("print('nested')");
  py.setStdout({ batched() {} });
  const last = seen.at(-1);
  assert.ok(last === "nested 42" || last === "NoGilError", last);
  assert.equal(py.runPython("1 + 1"), 2);
});

test("ST-out.default: in Node the bytes go to the process's own streams", () => {
  const program = `
    import { loadPyodide } from ${JSON.stringify(distUrl("pyodide.mjs"))};
    const py = await loadPyodide();
    py.runPython("import os, sys; print('out é'); print('err', file=sys.stderr); os.write(1, bytes([255, 10]))");
  `;
  const ran = spawnSync(process.execPath, ["--input-type=module", "-e", program]);

  assert.equal(ran.status, 0, String(ran.stderr));
  assert.deepEqual(ran.stdout, Buffer.concat([Buffer.from("out é\n"), Buffer.from([255, 10])]));
  assert.equal(String(ran.stderr), "err\n");
});

test("ST-out.default: a reader that went away raises BrokenPipeError, and the process ends", () => {
  const program = `
    import { loadPyodide } from ${JSON.stringify(distUrl("pyodide.mjs"))};
    const py = await loadPyodide();
    try {
      py.runPython("while True: print('x' * 1000)");
    } catch (error) {
      console.error(error.type);
    }
  `;
  const command = `"$0" --input-type=module -e "$1" | head -c 10 >/dev/null`;
  const ran = spawnSync("sh", ["-c", command, process.execPath, program], { timeout: 20_000 });

  assert.equal(ran.signal, null, "it ended by itself");
  assert.match(String(ran.stderr), /BrokenPipeError|EPIPE/);
});
