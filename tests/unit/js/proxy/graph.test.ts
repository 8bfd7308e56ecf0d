import assert from "node:assert/strict";
import { test } from "node:test";
import { GraphKind } from "#vocabulary";
import { ProtocolError } from "../../../../js/proxy/errors.ts";
import { GraphBytes } from "../../../../js/proxy/graph-bytes.ts";
import { readGraph } from "../../../../js/proxy/graph-reader.ts";
import { writeGraph } from "../../../../js/proxy/graph-writer.ts";
import { LiteralMap } from "../../../../js/proxy/literal-map.ts";
import { copyOf } from "../../../../js/wire/parts.ts";
import { makeLink } from "../support/link.ts";

const { values } = makeLink();
const write = (value: unknown, depth = -1) => copyOf(writeGraph(value, values, { depth }));
const roundTrip = (value: unknown) => readGraph(write(value), values);

const SAME: unknown[] = [
  undefined,
  null,
  true,
  false,
  1,
  0.5,
  2n ** 80n,
  "text",
  "\ud800",
  [],
  [1, 2, 3],
  [0.5, Number.NaN, 1e300],
  [1, 0.5],
  [1, "a", [null, [undefined]]],
  new Set([1, "a"]),
  new Uint8Array([1, 2, 3]),
  new Float64Array([0.5]),
  new BigInt64Array([-1n]),
  [1, new Uint8Array(100_001).fill(7), "after", new Uint16Array(50_000).fill(9)],
];

for (const value of SAME) {
  test(`proxy/graph: ${Object.prototype.toString.call(value)} ${String(value)} goes through`, () => {
    assert.deepEqual(roundTrip(value), value);
  });
}

test("proxy/graph: maps and plain objects become the hybrid map, in order", () => {
  const fromMap = roundTrip(
    new Map<unknown, unknown>([
      ["b", 1],
      [2, "x"],
      ["a", [1]],
    ]),
  ) as LiteralMap;
  const fromObject = roundTrip({ b: 1, a: { c: 2 } }) as Map<string, unknown>;

  assert.ok(fromMap instanceof LiteralMap);
  assert.deepEqual([...fromMap.keys()], ["b", 2, "a"]);
  assert.deepEqual([...fromObject.keys()], ["b", "a"]);
  assert.equal((fromObject.get("a") as Map<string, unknown>).get("c"), 2);
});

test("proxy/graph: shared and cyclic structure is kept", () => {
  const shared = [1, "x"];
  const value: unknown[] = [shared, shared, new Float32Array(1)];
  value.push(value);
  const map = new Map<string, unknown>();
  map.set("self", map);

  const copy = roundTrip([value, map]) as [unknown[], Map<string, unknown>];

  assert.equal(copy[0][0], copy[0][1]);
  assert.equal(copy[0][3], copy[0]);
  assert.equal(copy[1].get("self"), copy[1]);
});

test("proxy/graph: 100000 levels of nesting need no stack", () => {
  let deep: unknown[] = [];
  for (let i = 0; i < 100_000; i++) deep = [deep];

  let copy = roundTrip(deep) as unknown[];

  let depth = 0;
  for (; copy.length > 0; depth++) copy = copy[0] as unknown[];
  assert.equal(depth, 100_000);
});

test("proxy/graph: below the depth objects stay themselves, counted once each time", () => {
  const inner = { a: 1 };
  const { values: own, objects } = makeLink();

  const records = writeGraph([inner, inner], own, { depth: 1 });

  assert.equal(objects.size, 1);
  const [{ references } = { references: 0 }] = [...objects.entries()];
  assert.equal(references, 2);
  assert.ok(copyOf(records).length > 0);
});

test("proxy/graph: a dict converter gets pairs, inner dicts first, and its cycles are closed", () => {
  const inner = new Map([["x", 1]]);
  const outer = new Map<string, unknown>([["inner", inner]]);
  outer.set("self", outer);
  const records = write(outer);

  const toObject = readGraph(records, values, { dictConverter: Object.fromEntries }) as Record<
    string,
    unknown
  >;
  const toMap = readGraph(records, values, { dictConverter: (pairs) => new Map(pairs) }) as Map<
    string,
    unknown
  >;

  assert.deepEqual(toObject.inner, { x: 1 });
  assert.equal(toObject.self, toObject);
  assert.equal(toMap.get("self"), toMap);
});

test("proxy/graph: keys that Python cannot have are refused, and nothing stays exported", () => {
  const { values: own, objects } = makeLink();
  const bad = [Symbol("exported before"), new Map([[{}, 1]])];

  assert.throws(() => writeGraph(bad, own, { depth: -1 }), {
    message: "Cannot use key of type Object as a key to a Python dict",
  });
  assert.throws(() => write(new Set([1, true])), {
    message: "Cannot faithfully convert Set into Python since it contains both 1 and true as keys.",
  });
  assert.equal(objects.size, 0);
});

test("proxy/graph: every cut of a graph is refused, and no handle of it is lost", () => {
  const graph = new GraphBytes();
  graph.kind(GraphKind.list);
  graph.word(3);
  graph.kind(GraphKind.text);
  graph.text("some text");
  graph.kind(GraphKind.buffer);
  graph.word("h".charCodeAt(0));
  graph.word(2);
  graph.blob(new Uint8Array(6));
  graph.kind(GraphKind.ints);
  graph.word(2);
  graph.floats([1, 2]);
  const whole = copyOf(graph.written);

  assert.deepEqual(readGraph(whole, values), ["some text", new Int16Array(3), [1, 2]]);
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => readGraph(whole.slice(0, length), values), ProtocolError);
  }
});

test("proxy/graph: what a failed read did not reach is released", () => {
  const graph = new GraphBytes();
  graph.kind(GraphKind.list);
  graph.word(2);
  graph.kind(GraphKind.ref);
  graph.word(9);
  graph.kind(GraphKind.mine);
  graph.word(7);
  graph.word(1);
  graph.word(0);
  const released: number[] = [];
  const recording = Object.create(values, {
    discard: { value: (index: number) => released.push(index) },
  });

  assert.throws(() => readGraph(copyOf(graph.written), recording), ProtocolError);

  assert.deepEqual(released, [7]);
});
