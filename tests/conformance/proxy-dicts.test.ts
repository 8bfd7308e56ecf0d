import assert from "node:assert/strict";
import { failsInPython, failureOf } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();
await py.runPython("import json, types");

test("PX-dict: property access falls back to items", async () => {
  const dict = await py.runPython(
    "{'name': 'x', 7: 'seven', '8': 'text', 8: 'number', 'inner': {'deep': 1}}",
  );

  assert.equal(await dict.name, "x");
  assert.equal(await dict[7], "seven");
  assert.equal(await dict["7"], "seven");
  assert.equal(await dict[8], "text");
  assert.equal(await dict.inner.deep, 1);
  assert.equal(await dict.nothing, undefined);
  assert.equal(await dict[9], undefined);
  await dict.destroy();
});

test("PX-dict: writing a property sets an item", async () => {
  const dict = await py.runPython("{'5': 'text'}");

  dict.fresh = 5;
  dict[6] = "six";
  dict[5] = "changed";
  dict.inner = await py.runPython("{'deep': 1}");
  dict.inner.deep = 2;
  assert.equal(
    await dict.toString(),
    "{'5': 'changed', 'fresh': 5, 6: 'six', 'inner': {'deep': 2}}",
  );
  await dict.destroy();
});

testOfValues("PX-dict: deleting a property removes the item", async () => {
  const dict = await py.runPython("{'name': 1, 6: 2}");

  delete dict.name;
  delete dict[6];
  assert.equal(await dict.length, 0);
  assert.throws(() => {
    delete dict.name;
  }, TypeError);
  await dict.destroy();
});

testOfValues("PX-dict: in", async () => {
  const dict = await py.runPython("{'name': 1, 6: 2}");

  assert.equal("name" in dict, true);
  assert.equal(6 in dict, true);
  assert.equal("nothing" in dict, false);
  assert.equal("keys" in dict, true);
  await dict.destroy();
});

test("PX-dict: a subclass is no dict here", async () => {
  const counter = await py.runPython("import collections; collections.Counter(a=2)");

  assert.equal(await counter.a, undefined);
  assert.equal(await counter.get("a"), 2);
  counter.a = 5;
  assert.equal(await counter.get("a"), 2);
  assert.equal(await counter.a, 5);
  await counter.destroy();
});

testOfValues("PX-dict.2: attributes stay ahead of keys", async () => {
  const dict = await py.runPython("{'keys': 1, 'items': 2}");

  assert.equal(typeof dict.items, "function");
  assert.equal(await dict.keys().type, "dict_keys");
  assert.equal(await dict.get("items"), 2);
  await failsInPython(() => {
    dict.items = 1;
  }, "AttributeError");
  await dict.destroy();
});

test("PX-asJsJson: a view where property access is item access", async () => {
  const dict = await py.runPython("{'keys': [1, {'get': 2}], 'none': None, 3: 'three'}");
  const view = await dict.asJsJson();

  assert.equal(await view.keys[1].get, 2);
  assert.equal(await view.keys.length, 2);
  assert.equal(await view[3], "three");
  assert.equal(await view.nothing, undefined);
  assert.deepEqual(Object.keys(view), ["keys", "none", "3"]);
  assert.equal("keys" in view, true);
  assert.equal("nothing" in view, false);
  assert.equal(JSON.stringify(view), '{"keys":[1,{"get":2}],"3":"three"}');
  await view.destroy();
  await dict.destroy();
});

test("PX-asJsJson: the inverse of json.loads", async () => {
  const text = '{"list":[1,2.5,"x",true,{"inner":[]}],"empty":{},"uml":"ü"}';
  const data = await py.runPython("json.loads")(text);

  assert.equal(JSON.stringify(data.asJsJson()), text);
  await data.destroy();
});

test("PX-asJsJson: only copy, constructor, toString, destroy and symbols are no items", async () => {
  const dict = await py.runPython(
    "{'copy': 1, 'toString': 2, 'destroy': 3, 'constructor': 4, 'get': 5, 'length': 6, 'hasOwnProperty': 7}",
  );
  const view = await dict.asJsJson();

  for (const name of ["copy", "toString", "destroy", "constructor"]) {
    assert.equal(typeof view[name], "function", name);
  }
  assert.equal(await view.get, 5);
  assert.equal(await view.length, 6);
  assert.equal(await view.hasOwnProperty, 7);
  await view.destroy();
  await dict.destroy();
});

test("PX-asJsJson: writing goes to the items", async () => {
  const dict = await py.runPython("{'list': [1]}");
  const view = await dict.asJsJson();

  view.items = 5;
  view.list[0] = "changed";
  delete view.items;
  assert.equal(await dict.toString(), "{'list': ['changed']}");
  await view.destroy();
  await dict.destroy();
});

test("PX-asJsJson: inner views are cached and die with the root", async () => {
  const dict = await py.runPython("{'inner': {'deep': [1]}}");
  const view = await dict.asJsJson();
  const inner = await view.inner;
  const deep = await inner.deep;

  assert.equal(await view.inner, inner);
  assert.equal(await inner.deep, deep);
  await view.destroy();
  assert.match((await failureOf(() => view.inner)).message, /destroyed/);
  assert.match((await failureOf(() => inner.deep)).message, /destroyed/);
  assert.match((await failureOf(() => deep[0])).message, /destroyed/);
  assert.equal(await dict.length, 1);
  await dict.destroy();
});

test("PX-asJsJson: it outlives the proxy that it was asked of, and copies have their own life", async () => {
  const list = await py.runPython("[[1]]");
  const view = await list.asJsJson();
  const copy = await view.copy();

  await list.destroy();
  assert.equal(await view[0][0], 1);
  await view.destroy();
  assert.equal(await copy[0][0], 1);
  await copy.destroy();
});
