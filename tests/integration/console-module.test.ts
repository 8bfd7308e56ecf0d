import assert from "node:assert/strict";
import { rejectsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
py.runPython("from pyodide.console import *\nimport pyodide.console");

test("CO-push: JavaScript drives a prompt", async () => {
  const console = py.runPython("c = Console(); c");
  const answer = async (line: string) => {
    const future = console.push(line);
    const check = future.syntax_check;
    const value = await future;
    return [check, value];
  };

  assert.deepEqual(await answer("1 + 1"), ["complete", 2]);
  assert.deepEqual(await answer("def f():"), ["incomplete", undefined]);
  assert.deepEqual(await answer("  return 5"), ["incomplete", undefined]);
  assert.deepEqual(await answer(""), ["complete", undefined]);
  assert.deepEqual(await answer("import asyncio; x = await asyncio.sleep(0.001, f())"), [
    "complete",
    undefined,
  ]);
  assert.deepEqual(await answer("x"), ["complete", 5]);
  console.destroy();
});

test("CO-future: errors are told with their text", async () => {
  const broken = py.runPython("broken = c.push('1 +'); broken.syntax_check");
  const text: string = await py.runPythonAsync(`
future = c.push("1 / 0")
try:
    await future
except ZeroDivisionError:
    pass
future.formatted_error
`);

  assert.equal(broken, "syntax-error");
  assert.match(py.runPython("broken.formatted_error"), /SyntaxError: invalid syntax\n$/);
  assert.match(text, /^Traceback[^]*File "<console>", line 1[^]*ZeroDivisionError[^]*\n$/);
  assert.equal(text.split("\n").filter((line) => line.includes("File ")).length, 1);
  await rejectsPython(() => py.runPythonAsync("await c.push('1 / 0')"), "ZeroDivisionError");
});

test("CO-streams: streams are replaced during a run", async () => {
  const out: string[] = [];
  py.globals.set("write", (text: string) => void out.push(text));
  py.globals.set("read", () => "a line\n");

  await py.runPythonAsync(`
c = Console(stdin_callback=read, stdout_callback=write, stderr_callback=write)
await c.push("print('got', input())")
`);

  assert.equal(out.join(""), "got a line\n");
  py.runPython("del c, read, write");
});

test("CO-complete, CO-BANNER, CO-shorten", () => {
  assert.equal(py.runPython("Console().complete('a = 5 ; str.isa')[1]"), 8);
  assert.match(
    py.runPython("BANNER"),
    /^Python 3\.\S+ \(.*\) on WebAssembly\/Emscripten\nType "help"/,
  );
  assert.equal(py.runPython("repr_shorten('a' * 10, 8)"), "'aaa...aaa'");
});
