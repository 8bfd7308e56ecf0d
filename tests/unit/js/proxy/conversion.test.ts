import assert from "node:assert/strict";
import { test } from "node:test";
import { ValueTag } from "#vocabulary";
import { LimitPassed } from "../../../../js/proxy/errors.ts";
import { Conversion, Frames, KernelMemory, throughSlot } from "../support/kernel-memory.ts";
import { makeLink } from "../support/link.ts";

function setUp(stackBytes?: number) {
  const memory = new KernelMemory(stackBytes);
  const frames = new Frames(memory);
  const { values } = makeLink(memory);
  return { memory, frames, values, conversion: new Conversion(frames, values) };
}

const VALUES: unknown[] = [
  undefined,
  null,
  true,
  false,
  0,
  1,
  -1,
  2 ** 53 - 1,
  -(2 ** 53) + 1,
  2 ** 53,
  0.5,
  Number.POSITIVE_INFINITY,
  Number.NaN,
  0n,
  -(2n ** 70n),
  "",
  "name",
  "hé",
  "\u0100\u1234",
  "\u{1f40d}",
  "\ud83d",
  "\udc00 a lone low one",
  "a".repeat(25),
  `${"é".repeat(100)}`,
  `${"x".repeat(100)}\ud800${"y".repeat(100)}`,
  "\ufeffwith a byte order mark, longer than a short text",
  "z".repeat(200_000),
  "\u{1f40d}".repeat(70_000),
];

test("proxy/conversion: immediates come out of a slot as they went in", () => {
  const { memory, frames, conversion } = setUp();

  for (const value of VALUES) {
    assert.deepEqual(throughSlot(memory, conversion, frames, value), value);
  }
  assert.equal(memory.allocated.size, 0);
});

test("proxy/conversion: -0 is an int, and comes back as 0", () => {
  const { memory, frames, conversion } = setUp();
  const slot = frames.push(1);

  conversion.write(slot, -0, []);

  assert.equal(frames.u32[slot >>> 2], ValueTag.int);
  frames.top = slot;
  assert.ok((throughSlot(memory, conversion, frames, -0) as number) === 0);
});

test("proxy/conversion: objects, functions and symbols come home as themselves", () => {
  const { memory, frames, values, conversion } = setUp();

  for (const object of [{}, [], () => 1, Symbol("s")]) {
    const slot = frames.push(1);
    conversion.write(slot, object, []);
    const [tag, , index, generation] = frames.u32.subarray(slot >>> 2, (slot >>> 2) + 4);

    assert.equal(tag, ValueTag.mine);
    assert.equal(values.objectOf(index as number, generation as number), object);
    frames.top = slot;
  }
  assert.equal(memory.allocated.size, 0);
});

test("proxy/conversion: what does not fit in the stack is allocated, and memory may grow under it", () => {
  const { memory, frames, conversion } = setUp(256);
  const text = "long ".repeat(100_000);
  const before = memory.memory.buffer.byteLength;

  assert.equal(throughSlot(memory, conversion, frames, text), text);

  assert.ok(memory.memory.buffer.byteLength > before);
  assert.equal(memory.allocated.size, 0);
});

test("proxy/frame: a frame that does not fit is refused, and the stack stays as it was", () => {
  const { memory, frames } = setUp(256);
  const { top } = memory;

  assert.throws(() => frames.push(100), LimitPassed);

  assert.equal(memory.top, top);
  assert.equal(frames.push(4), top);
});
