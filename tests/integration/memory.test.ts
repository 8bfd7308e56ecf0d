import assert from "node:assert/strict";
import { thrownBy, throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

test("bad input: more memory than there can be raises MemoryError at once", () => {
  const large = 2 ** 31 - 100;
  const attempts = [
    `[bytearray(${large}), bytearray(${large})]`,
    `(b'x' * ${large}, b'x' * ${large})`,
    `'€' * ${large}`,
    `[0] * ${large}`,
    "bytearray(2**31)",
    "'x' * 2**31",
  ];

  for (const code of attempts) {
    const { type } = thrownBy(() => py.runPython(`${code};`));
    assert.ok(type === "MemoryError" || type === "OverflowError", `${code}: ${type}`);
    py.runPython("import sys; sys.last_exc = sys.last_value = sys.last_traceback = None");
    assert.equal(py.runPython("1 + 1"), 2);
  }
});

test("bad input: memory filled bit by bit raises MemoryError, and can be given back", () => {
  throwsPython(
    () => py.runPython("blocks = []\nwhile True: blocks.append(bytearray(64 * 2**20))"),
    "MemoryError",
  );

  assert.ok(py.runPython("len(blocks)") > 10);
  py.runPython("del blocks");
  assert.equal(py.runPython("len(bytearray(500 * 2**20))"), 500 * 2 ** 20);
}, 60_000);

test("bad input: many small objects until memory ends", () => {
  throwsPython(
    () =>
      py.runPython(
        "held = [bytearray(2**20) for _ in range(3500)]\nkept = []\nwhile True: kept.append('x' * 5000 + str(len(kept)))",
      ),
    "MemoryError",
  );

  py.globals.delete("kept");
  py.globals.delete("held");
  assert.equal(py.runPython("sum(range(1000))"), 499500);
}, 60_000);

test("bad input: a value too large to cross fails cleanly", () => {
  py.runPython("held = [bytearray(64 * 2**20) for _ in range(60)]");
  const length = py.runPython("lambda x: len(x)");
  assert.throws(() => length("y".repeat(2 ** 28)));
  py.globals.delete("held");

  assert.equal(length("y".repeat(2 ** 20)), 2 ** 20);
  length.destroy();
}, 60_000);
