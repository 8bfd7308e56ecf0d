import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FailureKind, Op, Status, ValueTag } from "#vocabulary";
import { Conversion } from "../../../../js/proxy/conversion.ts";
import { Frames, SLOT_BYTES } from "../../../../js/proxy/frame.ts";
import type { InPageLink } from "../../../../js/proxy/in-page-link.ts";
import { KernelMemory } from "../support/kernel-memory.ts";
import { makeLink } from "../support/link.ts";

let memory: KernelMemory;
let link: InPageLink;
let frames: Frames;
let conversion: Conversion;

beforeEach(() => {
  memory = new KernelMemory();
  link = makeLink(memory);
  frames = new Frames(memory);
  conversion = new Conversion(frames, link.values);
});

interface Answer {
  readonly status: number;
  /** The first four slots; objects of this side as themselves. */
  readonly slots: unknown[];
}

/** Asks as the kernel does: the arguments in a frame, the answer in its slots. */
function ask(
  op: Op,
  object: unknown,
  args: unknown[] = [],
  keywords: Record<string, unknown> = {},
): Answer {
  const { index, generation } = link.values.exportObject(object);
  return askHandle(op, index, generation, args, keywords);
}

function askHandle(
  op: number,
  index: number,
  generation: number,
  args: unknown[],
  keywords: Record<string, unknown> = {},
): Answer {
  const names = Object.keys(keywords);
  const values = [...args, ...Object.values(keywords), ...names];
  const frame = frames.push(values.length);
  for (const [slot, value] of values.entries()) writeArgument(frame + slot * SLOT_BYTES, value);
  const status = link.client.ask(op, index, generation, frame, args.length, names.length);
  frames.revalidate();
  const slots = [0, 1, 2, 3].map((slot) => readAnswer(frame + slot * SLOT_BYTES));
  frames.top = frame;
  return { status, slots };
}

/** Objects of this side go home when the kernel sends them. */
function writeArgument(slot: number, value: unknown): void {
  if (Object(value) !== value) return conversion.write(slot, value, []);
  conversion.writeYours(slot, link.values.exportObject(value));
}

function readAnswer(slot: number): unknown {
  const at = slot >>> 2;
  const { u32 } = frames;
  if (u32[at] !== ValueTag.mine) return conversion.read(slot);
  return link.values.objectOf(u32[at + 2] as number, u32[at + 3] as number);
}

const answered = ({ status, slots }: Answer) => {
  assert.equal(status, Status.returned, String(slots[1]));
  return slots[0];
};

test("proxy/object-server: attributes are read, written, deleted and told from missing ones", () => {
  const object: Record<string, unknown> = { a: 1, none: undefined };

  assert.equal(answered(ask(Op.getAttr, object, ["a"])), 1);
  assert.equal(answered(ask(Op.getAttr, object, ["none"])), undefined);
  const missing = ask(Op.getAttr, object, ["b"]);
  assert.deepEqual([missing.status, missing.slots[0]], [Status.failed, FailureKind.noAttribute]);
  answered(ask(Op.setAttr, object, ["b", "text"]));
  assert.equal(object.b, "text");
  answered(ask(Op.delAttr, object, ["a"]));
  assert.equal(answered(ask(Op.hasAttr, object, ["a"])), false);
});

test("proxy/object-server: calls get `this`, keywords as one object, and bound owners", () => {
  const object = {
    base: 10,
    add(a: number, options?: { b: number }) {
      return this.base + a + (options?.b ?? 0);
    },
  };

  assert.equal(answered(ask(Op.callMethod, object, ["add", 1], { b: 5 })), 16);
  assert.equal(answered(ask(Op.callBound, object.add, [object, 2])), 12);
  assert.equal(answered(ask(Op.call, (...args: unknown[]) => args.length)), 0);
  assert.ok(answered(ask(Op.construct, Map)) instanceof Map);
});

test("proxy/object-server: what is thrown goes over as an error, with nothing thrown into the kernel", () => {
  const error = new TypeError("bad");
  const thrower = (thrown: unknown) => () => {
    throw thrown;
  };

  const own = ask(Op.call, thrower(error));
  assert.equal(own.status, Status.failed);
  assert.deepEqual(own.slots.slice(0, 2), [FailureKind.javascript, error]);
  assert.equal((ask(Op.call, thrower("text")).slots[1] as Error).message, "text");
  assert.equal(
    (ask(Op.call, thrower(5)).slots[1] as Error).message,
    "A value of type number with tag [object Number] was thrown as an error!",
  );
});

test("proxy/object-server: a stale handle and an unknown op are failures of their kind", () => {
  const { index, generation } = link.values.exportObject({});
  link.client.release(index, generation, 1);

  assert.equal(askHandle(Op.getAttr, index, generation, ["a"]).slots[0], FailureKind.staleHandle);
  assert.equal(ask(9999 as Op, {}).slots[0], FailureKind.unsupported);
  assert.equal(ask(Op.evalAsync, {}).slots[0], FailureKind.unsupported);
});

test("proxy/object-server: hostile objects give errors, and can be answers", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();

  assert.equal(answered(ask(Op.call, () => proxy)), proxy);
  for (const op of Object.values(Op)) {
    const { status } = ask(op, proxy, ["a", "b"]);
    assert.ok(status === Status.returned || status === Status.failed, String(op));
  }
});

test("proxy/object-server: arrays answer by position, maps by their methods", () => {
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
  const array: unknown[] = [1, , 3];
  const map = new Map([["k", 1]]);

  assert.equal(answered(ask(Op.getItem, array, [2])), 3);
  assert.equal(ask(Op.getItem, array, [1]).slots[0], FailureKind.noItem);
  assert.equal(ask(Op.getItem, array, [3]).slots[0], FailureKind.noItem);
  answered(ask(Op.setItem, array, [3, "end"]));
  assert.equal(array.length, 4);
  assert.equal(answered(ask(Op.getItem, map, ["k"])), 1);
  assert.equal(ask(Op.getItem, map, ["x"]).slots[0], FailureKind.noItem);
  assert.equal(ask(Op.delItem, map, ["x"]).slots[0], FailureKind.noItem);
});

test("proxy/object-server: iterators answer with items, and stop with their return value", () => {
  function* generate() {
    const sent: unknown = yield 1;
    return sent;
  }
  const generator = generate();

  assert.equal(answered(ask(Op.next, generator)), 1);
  const end = ask(Op.send, generator, ["sent"]);
  assert.deepEqual([end.status, end.slots[0]], [Status.stopped, "sent"]);
  const batch = ask(Op.nextBatch, [1, 2, 3].values(), [2]);
  assert.deepEqual([batch.status, batch.slots[0]], [Status.returned, [1, 2]]);
  assert.deepEqual(ask(Op.nextBatch, [1].values(), [2]).status, Status.stopped);
});

test("proxy/object-server: a long answer is allocated, and freed when the next one is asked for", () => {
  const long = "x".repeat(100_000);

  assert.equal(answered(ask(Op.call, () => long)), long);
  assert.equal(memory.allocated.size, 1);
  answered(ask(Op.call, () => 1));
  assert.equal(memory.allocated.size, 0);
});
