import assert from "node:assert/strict";
import { thrownBy, throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
py.runPython(`
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
`);

test("PX-attr: reading, missing, and failing attributes", () => {
  const thing = py.runPython("Thing()");

  assert.equal(thing.x, 1);
  assert.equal(thing.shared, "class");
  assert.equal(thing.missing, undefined);
  assert.equal(thing.absent, undefined);
  throwsPython(() => thing.bad, "LookupError", /bad property/);
  assert.equal(thing.method(2), 3);
  thing.destroy();
});

test("PX-attr.order: the proxy's own members win, Function's do not", () => {
  const thing = py.runPython("Thing()");
  const callable = py.runPython(
    "def fn(): pass\nfn.name = 'py name'\nfn.length = 9\nfn.caller = 'c'\nfn",
  );

  assert.equal(typeof thing.destroy, "function");
  assert.equal(thing.$destroy, "own destroy");
  assert.equal(thing.name, "thing");
  assert.equal(thing.length, 5);
  assert.equal(thing.get, "own get");
  assert.equal(callable.name, "py name");
  assert.equal(callable.length, 9);
  assert.equal(callable.caller, "c");
  thing.destroy();
  callable.destroy();
});

test("PX-attr.set, PX-attr.delete: writing and deleting", () => {
  const thing = py.runPython("Thing()");

  thing.x = "changed";
  thing.fresh = [1];
  thing.$type = "dollar";
  assert.equal(py.runPython("lambda t: t.x + t.type")(thing), "changeddollar");
  delete thing.x;
  assert.equal("x" in thing, false);
  throwsPython(() => {
    delete thing.x;
  }, "AttributeError");
  assert.throws(() => {
    thing.type = "read-only";
  }, TypeError);
  const frozen = py.runPython("object()");
  throwsPython(() => {
    frozen.x = 1;
  }, "AttributeError");
  frozen.destroy();
  thing.destroy();
});

test("PX-attr.in, PX-attr.keys", () => {
  const thing = py.runPython("Thing()");

  assert.equal("x" in thing, true);
  assert.equal("nothing" in thing, false);
  assert.equal("bad" in thing, false);
  assert.equal("copy" in thing, true);
  const keys = Object.getOwnPropertyNames(thing);
  for (const name of ["x", "method", "shared", "__init__"]) assert.ok(keys.includes(name), name);
  thing.destroy();
});

test("PX-attr.symbol: symbol keys stay on the proxy", () => {
  const thing = py.runPython("Thing()");
  const key = Symbol("mine");

  thing[key] = 4;
  assert.equal(thing[key], 4);
  const copy = thing.copy();
  assert.equal(copy[key], undefined);
  copy.destroy();
  thing.destroy();
});

test("PX-attr.cache: proxied attributes are cached as long as Python returns the same", () => {
  const thing = py.runPython("thing = Thing(); thing");
  const inner = thing.inner;

  assert.equal(thing.inner, inner);
  assert.equal(thing.method, thing.method);
  py.runPython("thing.inner = [2]");
  assert.notEqual(thing.inner, inner);
  assert.equal(thing.inner.get(0), 2);
  thing.destroy();
});

test("PX-attr.js: a JavaScript object stored in Python comes back the same", () => {
  const thing = py.runPython("Thing()");
  const object = { own: true };

  thing.stored = object;
  assert.equal(thing.stored, object);
  thing.destroy();
});

test("PX-attr: odd names", () => {
  const thing = py.runPython("t = Thing(); setattr(t, 'odd name', 1); setattr(t, 'ünï', 2); t");

  assert.equal(thing["odd name"], 1);
  assert.equal(thing.ünï, 2);
  assert.equal(thing[""], undefined);
  assert.equal(thing["\ud800"], undefined);
  assert.equal(thing.__class__.__name__, "Thing");
  assert.equal(thing.__doc__, "A thing.");
  thing.destroy();
});

test("PX-attr: after destroy every access throws", () => {
  const thing = py.runPython("Thing()");
  thing.destroy();

  assert.throws(() => thing.x);
  assert.throws(() => "x" in thing);
  assert.throws(() => {
    thing.x = 1;
  });
  assert.match(thrownBy(() => Object.getOwnPropertyNames(thing)).message, /already been destroyed/);
});
