import assert from "node:assert/strict";
import { test } from "node:test";
import { LiteralMap } from "../../../../js/proxy/literal-map.ts";

type Hybrid = LiteralMap & Record<string, unknown>;

function make(): Hybrid {
  const map = new LiteralMap() as Hybrid;
  return map.set("a", 1).set(2, "two").set("get", "shadowed") as Hybrid;
}

test("proxy/literal-map: string keys are own enumerable properties, Map's own names win (TC-literalMap)", () => {
  const map = make();

  assert.equal(map.constructor.name, "LiteralMap");
  assert.ok(map instanceof Map);
  assert.equal(map.a, 1);
  assert.deepEqual(Object.keys(map), ["a"]);
  assert.deepEqual({ ...map }, { a: 1 });
  assert.equal(typeof map.get, "function");
  assert.equal(map.get("get"), "shadowed");
  assert.equal(map.get(2), "two");
  assert.equal(JSON.stringify(map), '{"a":1}');
});

test("proxy/literal-map: writing a property, known or new, sets an entry", () => {
  const map = make();

  map.a = 5;
  map.fresh = 6;

  assert.equal(map.get("a"), 5);
  assert.equal(map.get("fresh"), 6);
  assert.deepEqual(Object.keys(map), ["a", "fresh"]);
  map.delete("a");
  assert.ok(!("a" in map));
  map.clear();
  assert.deepEqual([Object.keys(map), map.size], [[], 0]);
});

test("proxy/literal-map: it is a real Map to the engine, so it clones and copies", () => {
  const map = make();

  assert.deepEqual(
    structuredClone(map),
    new Map<unknown, unknown>([
      ["a", 1],
      [2, "two"],
      ["get", "shadowed"],
    ]),
  );
  assert.equal(new Map(map).get("a"), 1);
  assert.equal(Map.prototype.get.call(map, "a"), 1);
});
