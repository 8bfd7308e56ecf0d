import assert from "node:assert/strict";
import { failsInPython, failureOf } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test, testOfValues } from "../support/test.ts";

const py = await startKernel();
await py.runPython(`
class Thing:
    """A thing."""
    shared = "class"
    def __init__(self):
        self.x = 1
        self.inner = [1]
        self.name = "thing"
        self.length = 5
        self.destroy = "own destroy"
        self.get = "own get"
    def method(self, y):
        return self.x + y
    @property
    def bad(self):
        raise LookupError("bad property")
    @property
    def absent(self):
        raise AttributeError("absent")
class Dynamic:
    def __getattr__(self, name):
        if name == "then": raise AttributeError(name)
        if name.startswith("bad"): raise LookupError(name)
        return name.upper()
    def __setattr__(self, name, value):
        raise LookupError("never " + name)
    def __delattr__(self, name):
        raise LookupError("keep " + name)
`);

test("PX-attr: reading, missing, and failing attributes", async () => {
  const thing = await py.runPython("Thing()");

  assert.equal(await thing.x, 1);
  assert.equal(await thing.shared, "class");
  assert.equal(await thing.missing, undefined);
  assert.equal(await thing.absent, undefined);
  await failsInPython(() => thing.bad, "LookupError", /bad property/);
  assert.equal(await thing.method(2), 3);
  await thing.destroy();
});

test("PX-attr: __getattr__, also one that raises", async () => {
  const dynamic = await py.runPython("Dynamic()");

  assert.equal(await dynamic.anything, "ANYTHING");
  await failsInPython(() => dynamic.bad_one, "LookupError", /bad_one/);
  assert.equal(await dynamic.again, "AGAIN");
  await dynamic.destroy();
});

test("PX-attr: odd names", async () => {
  const thing = await py.runPython(
    "t = Thing(); setattr(t, 'odd name', 1); setattr(t, 'ünï', 2); t",
  );

  assert.equal(await thing["odd name"], 1);
  assert.equal(await thing.ünï, 2);
  assert.equal(await thing[""], undefined);
  assert.equal(await thing["\ud800"], undefined);
  assert.equal(await thing["a\0b"], undefined);
  assert.equal(await thing.__class__.__name__, "Thing");
  assert.equal(await thing.__doc__, "A thing.");
  await thing.destroy();
});

testOfValues("PX-attr.order: the proxy's own members win, Function's do not", async () => {
  const thing = await py.runPython("Thing()");
  const callable = await py.runPython(
    "def fn(): pass\nfn.name = 'py name'\nfn.length = 9\nfn.caller = 'c'\nfn.arguments = 'a'\nfn",
  );

  assert.equal(typeof thing.destroy, "function");
  assert.equal(await thing.name, "thing");
  assert.equal(await thing.length, 5);
  assert.equal(await thing.get, "own get");
  assert.equal(await callable.name, "py name");
  assert.equal(await callable.length, 9);
  assert.equal(await callable.caller, "c");
  assert.equal(await callable.arguments, "a");
  assert.equal(await callable.prototype, undefined);
  assert.equal("prototype" in callable, true);
  assert.equal(typeof callable.call, "function");
  await thing.destroy();
  await callable.destroy();
});

testOfValues("PX-attr.dollar: it forces the Python attribute", async () => {
  const thing = await py.runPython("Thing()");

  assert.equal(await thing.$destroy, "own destroy");
  assert.equal(await thing.$x, 1);
  assert.equal(await thing.$copy, undefined);
  thing.$type = "dollar";
  assert.equal(await thing.$type, "dollar");
  assert.equal(await thing.type, "Thing");
  assert.equal("$type" in thing, true);
  assert.equal("$copy" in thing, false);
  delete thing.$type;
  assert.equal(await thing.$type, undefined);
  await thing.destroy();
});

test("PX-attr.set: writing", async () => {
  const thing = await py.runPython("Thing()");

  thing.x = "changed";
  thing.fresh = [1];
  thing.none = undefined;
  assert.equal(
    await py.runPython("lambda t: (t.x, t.fresh[0], t.none) == ('changed', 1, None)")(thing),
    true,
  );
  await thing.destroy();
});

testOfValues("PX-attr.set: exceptions throw, and read-only members are TypeErrors", async () => {
  const thing = await py.runPython("Thing()");
  const dynamic = await py.runPython("Dynamic()");
  const frozen = await py.runPython("object()");
  const list = await py.runPython("[]");

  await failsInPython(() => {
    frozen.x = 1;
  }, "AttributeError");
  await failsInPython(
    () => {
      dynamic.x = 1;
    },
    "LookupError",
    /never x/,
  );
  assert.throws(() => {
    thing.type = "read-only";
  }, TypeError);
  assert.throws(() => {
    list.length = 5;
  }, TypeError);
  thing.toString = () => "own text";
  assert.equal(await thing.toString(), "own text");
  assert.equal(await py.runPython("lambda t: 'toString' in t.__dict__")(thing), false);
  for (const proxy of [thing, dynamic, frozen, list]) await proxy.destroy();
});

testOfValues("PX-attr.delete: deleting, and what is not there", async () => {
  const thing = await py.runPython("Thing()");
  const dynamic = await py.runPython("Dynamic()");

  delete thing.x;
  assert.equal(await thing.x, undefined);
  await failsInPython(() => {
    delete thing.x;
  }, "AttributeError");
  await failsInPython(
    () => {
      delete dynamic.x;
    },
    "LookupError",
    /keep x/,
  );
  await thing.destroy();
  await dynamic.destroy();
});

testOfValues("PX-attr.in: the API or hasattr", async () => {
  const thing = await py.runPython("Thing()");

  assert.equal("x" in thing, true);
  assert.equal("shared" in thing, true);
  assert.equal("nothing" in thing, false);
  assert.equal("bad" in thing, false);
  assert.equal("absent" in thing, false);
  assert.equal("copy" in thing, true);
  await thing.destroy();
});

testOfValues("PX-attr.keys: dir of the object; indices and keys of containers", async () => {
  const thing = await py.runPython("Thing()");
  const list = await py.runPython("['a', 'b']");
  const dict = await py.runPython("{'k': 1, 7: 2, (1,): 3}");

  const names = Object.getOwnPropertyNames(thing);
  for (const name of ["x", "method", "shared", "__init__"]) assert.ok(names.includes(name), name);
  const ofList = Object.getOwnPropertyNames(list);
  for (const name of ["0", "1", "length", "append"]) assert.ok(ofList.includes(name), name);
  assert.equal(ofList.includes("2"), false);
  const ofDict = Object.getOwnPropertyNames(dict);
  for (const name of ["k", "7", "items"]) assert.ok(ofDict.includes(name), name);
  for (const proxy of [thing, list, dict]) await proxy.destroy();
});

test("PX-attr.symbol: symbol keys stay on the proxy", async () => {
  const thing = await py.runPython("Thing()");
  const other = await py.runPython("lambda t: t")(thing);
  const key = Symbol("mine");

  thing[key] = 4;
  assert.equal(thing[key], 4);
  assert.equal(key in thing, true);
  assert.equal(other[key], undefined);
  delete thing[key];
  assert.equal(thing[key], undefined);
  assert.equal(thing[Symbol("other")], undefined);
  await thing.destroy();
  await other.destroy();
});

test("PX-attr.cache: proxied attributes are cached as long as Python returns the same", async () => {
  const thing = await py.runPython("thing = Thing(); thing");
  const inner = await thing.inner;

  assert.equal(await thing.inner, inner);
  assert.equal(await thing.method, await thing.method);
  await py.runPython("thing.inner = [2]");
  const changed = await thing.inner;
  assert.notEqual(changed, inner);
  assert.equal(await changed.get(0), 2);
  await changed.destroy();
  assert.notEqual(await thing.inner, changed);
  assert.equal(await thing.inner.get(0), 2);
  await thing.destroy();
});

test("PX-attr.cache: cached proxies are borrowed, copies are not", async () => {
  const thing = await py.runPython("Thing()");
  const inner = await thing.inner;
  const method = await thing.method;
  const kept = await inner.copy();

  await thing.destroy();
  await failureOf(() => inner.get(0));
  await failureOf(() => method(1));
  assert.equal(await kept.get(0), 1);
  await kept.destroy();
});

test("PX-attr.js: a JavaScript object stored in Python comes back the same", async () => {
  const thing = await py.runPython("Thing()");
  const object = { own: true };
  const fn = () => 1;

  thing.stored = object;
  thing.fn = fn;
  assert.equal(await thing.stored, object);
  assert.equal(await thing.fn, fn);
  const list = await py.runPython("lambda *a: [*a]")(object, fn);
  assert.equal(await list.get(0), object);
  assert.equal(await list.get(1), fn);
  await list.destroy();
  await thing.destroy();
});

testOfValues("PX-attr, PX-destroy: after destroy every access throws", async () => {
  const thing = await py.runPython("Thing()");
  await thing.destroy();

  for (const use of [
    () => thing.x,
    () => "x" in thing,
    () => Object.getOwnPropertyNames(thing),
    () => {
      thing.x = 1;
    },
    () => delete thing.x,
  ]) {
    assert.match((await failureOf(use)).message, /^Object has already been destroyed\n/);
  }
});
