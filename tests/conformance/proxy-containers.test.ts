import assert from "node:assert/strict";
import { failsInPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
await py.runPython(`
class Failing:
    def __len__(self): raise LookupError("no length")
    def __getitem__(self, key): raise LookupError("no item")
    def __setitem__(self, key, value): raise LookupError("not set")
    def __delitem__(self, key): raise LookupError("not deleted")
    def __contains__(self, key): raise LookupError("not asked")
class Negative:
    def __len__(self): return -1
`);

test("PX-get, PX-set, PX-has, PX-delete, PX-length: a dict", async () => {
  const dict = await py.runPython("{'a': 1, 3: 'three'}");

  assert.equal(await dict.get("a"), 1);
  assert.equal(await dict.get(3), "three");
  assert.equal(await dict.get("3"), undefined);
  assert.equal(await dict.get("missing"), undefined);
  assert.equal(await dict.set("b", 2), undefined);
  assert.equal(await dict.get("b"), 2);
  assert.equal(await dict.has("b"), true);
  assert.equal(await dict.has("3"), false);
  assert.equal(await dict.has(3), true);
  assert.equal(await dict.length, 3);
  assert.equal(await dict.delete("b"), undefined);
  assert.equal(await dict.has("b"), false);
  await failsInPython(() => dict.delete("b"), "KeyError", /'b'/);
  await dict.destroy();
});

test("PX-get, PX-set, PX-delete: a list", async () => {
  const list = await py.runPython("[10, 20, 30]");

  assert.equal(await list.get(1), 20);
  assert.equal(await list.get(-1), 30);
  assert.equal(await list.get(3), undefined);
  assert.equal(await list.set(-1, "last"), undefined);
  assert.equal(await list.delete(0), undefined);
  assert.deepEqual(await list.toJs(), [20, "last"]);
  await failsInPython(() => list.set(9, 1), "IndexError");
  await failsInPython(() => list.delete(9), "IndexError");
  await failsInPython(() => list.get("x"), "TypeError");
  await list.destroy();
});

test("PX-get: KeyError and IndexError give undefined, the rest throws", async () => {
  const unhashable = await py.runPython("[]");
  const dict = await py.runPython("{}");
  const failing = await py.runPython("Failing()");
  const subclass = await py.runPython(
    "class Missing(KeyError): pass\nclass Own:\n  def __getitem__(self, key): raise Missing(key)\nOwn()",
  );

  await failsInPython(() => dict.get(unhashable), "TypeError", /unhashable/);
  await failsInPython(() => failing.get(1), "LookupError", /no item/);
  assert.equal(await subclass.get(1), undefined);
  assert.equal(await dict.get("x", "default"), undefined);
  for (const proxy of [unhashable, dict, failing, subclass]) await proxy.destroy();
});

test("PX-set, PX-delete, PX-has, PX-length: exceptions throw", async () => {
  const failing = await py.runPython("Failing()");
  const negative = await py.runPython("Negative()");
  const dict = await py.runPython("{}");
  const list = await py.runPython("[]");

  await failsInPython(() => failing.set(1, 2), "LookupError", /not set/);
  await failsInPython(() => failing.delete(1), "LookupError", /not deleted/);
  await failsInPython(() => failing.has(1), "LookupError", /not asked/);
  await failsInPython(() => failing.length, "LookupError", /no length/);
  await failsInPython(() => negative.length, "ValueError");
  await failsInPython(() => dict.has(list), "TypeError", /unhashable/);
  await failsInPython(() => dict.set(list, 1), "TypeError", /unhashable/);
  for (const proxy of [failing, negative, dict, list]) await proxy.destroy();
});

test("PX-length: read-only", async () => {
  const list = await py.runPython("[1]");

  assert.throws(() => {
    list.length = 0;
  }, TypeError);
  assert.equal(await list.length, 1);
  await list.destroy();
});

test("PX-has: no folding of texts and numbers, equality as in Python", async () => {
  const numbers = await py.runPython("{3: 1, True: 2}");
  const items = await py.runPython("[1, 2.5, 'x']");

  assert.equal(await numbers.has(3), true);
  assert.equal(await numbers.has("3"), false);
  assert.equal(await numbers.has(1), true);
  assert.equal(await items.has(2.5), true);
  assert.equal(await items.has("x"), true);
  assert.equal(await items.has("2.5"), false);
  await numbers.destroy();
  await items.destroy();
});

test("PX-get.2: every call converts afresh, and the results outlive the container", async () => {
  const list = await py.runPython("[[1]]");
  const first = await list.get(0);
  const second = await list.get(0);

  assert.notEqual(first, second);
  await list.destroy();
  assert.equal(await first.get(0), 1);
  assert.equal(await second.get(0), 1);
  await first.destroy();
  await second.destroy();
});

test("PX-get, PX-set: keys and values are converted, JavaScript objects kept", async () => {
  const dict = await py.runPython("{}");
  const object = { own: 1 };
  const list = await py.runPython("[7]");

  await dict.set("object", object);
  await dict.set("list", list);
  await dict.set(2n ** 70n, undefined);
  assert.equal(await dict.get("object"), object);
  assert.equal(await py.runPython("lambda d: d[2**70] is None")(dict), true);
  assert.equal(await py.runPython("lambda d, x: d['list'] is x")(dict, list), true);
  await py.runPython("lambda d: d.clear()")(dict);
  await dict.destroy();
  await list.destroy();
});
