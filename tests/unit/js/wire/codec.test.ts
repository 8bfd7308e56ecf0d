import assert from "node:assert/strict";
import { test } from "node:test";
import { type Frame, FrameCodec } from "#protocol";
import { decodeMessage, encodeMessage } from "#wire";
import { callWith, frameOf, LIMITS, MESSAGES, VALUES } from "./frames.ts";
import { reference } from "./reference.ts";

/** Bytes of their own, since the encoder uses its buffer again. */
function encode(frame: Frame): Uint8Array {
  return encodeMessage(FrameCodec, frame, LIMITS.maxBytes).slice();
}

function decode(bytes: Uint8Array): Frame {
  return decodeMessage(FrameCodec, bytes, LIMITS).message;
}

for (const value of VALUES) {
  test(`wire/codec: a value ${value.which} comes back as it was`, () => {
    const frame = frameOf(callWith(value));

    assert.deepEqual(decode(encode(frame)), frame);
  });
}

for (const message of MESSAGES) {
  const inner = (message as unknown as Record<string, { which?: string }>)[message.which];
  test(`wire/codec: a message ${message.which} ${inner?.which ?? ""} comes back as it was`, () => {
    const frame = frameOf(message);

    assert.deepEqual(decode(encode(frame)), frame);
  });

  test(`wire/codec: the reference reads a ${message.which} ${inner?.which ?? ""}, and is read`, () => {
    const frame = frameOf(message);

    const text = reference.decode(encode(frame));

    assert.deepEqual(decode(reference.encode(text)), frame);
  });
}

test("wire/codec: the reference reads all values", () => {
  const frame = frameOf(callWith(...VALUES));

  const text = reference.decode(encode(frame));

  assert.deepEqual(decode(reference.encode(text)), frame);
});

test("wire/codec: bytes at any place of a buffer are read, and only those", () => {
  const frame = frameOf(callWith(...VALUES));
  const bytes = encode(frame);
  for (let shift = 1; shift < 9; shift++) {
    const larger = new Uint8Array(bytes.length + 40).fill(0xff);
    larger.set(bytes, shift);

    const { message, byteLength } = decodeMessage(FrameCodec, larger.subarray(shift), LIMITS);

    assert.deepEqual(message, frame);
    assert.equal(byteLength, bytes.length);
  }
});

test("wire/codec: a message leaves nothing behind in the next one", () => {
  const small = frameOf({ which: "ping", ping: 1 });
  const before = encode(small);
  encode(frameOf(callWith(...VALUES), ...MESSAGES));

  assert.deepEqual(encode(small), before);
});

test("wire/codec: a message that passes the limit of bytes is not written", () => {
  const frame = frameOf(callWith({ which: "blob", blob: new Uint8Array(1000) }));

  assert.throws(() => encodeMessage(FrameCodec, frame, 512), { name: "LimitPassed" });
  assert.throws(() => encodeMessage(FrameCodec, frameOf(callWith(...VALUES)), 0), {
    name: "LimitPassed",
  });
});

test("wire/codec: a member of a later version is told where the schema says so, else refused", () => {
  const later = encode(frameOf({ which: "ping", ping: 1 }));
  // Root, list tag, then the first word of the Message, whose low half is the tag of the union.
  const at = findWord(later, 9);
  later[at] = 200;

  assert.deepEqual(decode(later).messages, [{ which: "unknown", tag: 200 }]);

  const value = encode(frameOf(callWith({ which: "answer", answer: 77 })));
  value[findWord(value, 13)] = 200;
  assert.throws(() => decode(value), { name: "ProtocolError", message: /Value has no member 200/ });
});

/** The last aligned place where a word begins with this 16-bit number. */
function findWord(bytes: Uint8Array, tag: number): number {
  for (let at = bytes.length - 8; at >= 0; at -= 8) {
    if (bytes[at] === tag && bytes[at + 1] === 0) return at;
  }
  throw new Error(`no word begins with ${tag}`);
}
