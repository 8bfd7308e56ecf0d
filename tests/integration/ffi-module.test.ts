import assert from "node:assert/strict";
import { throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
py.runPython(`
from pyodide.ffi import *
import js, pyodide.ffi
class Point:
    def __init__(self, x): self.x = x
`);

test("TC-to_js: values that cross are returned unchanged, others as double proxies", () => {
  assert.equal(py.runPython("s = 'text'; to_js(s) is s and to_js(js) is js"), true);
  assert.equal(
    py.runPython("o = object(); p = to_js(o); r = p.unwrap() is o; p.destroy(); del o, p; r"),
    true,
  );
});

test("TC-toJs.dict_converter: dicts by the converter, innermost first", () => {
  const object = py.runPython(
    "to_js({'a': [{'b': None}], 'c': (1, 2)}, dict_converter=js.Object.fromEntries)",
  );

  assert.deepEqual(object, { a: [{ b: undefined }], c: [1, 2] });
});

test("TC-toJs.shared, TC-toJs.sharedConv: shared and cyclic structure is kept", () => {
  const list = py.runPython(
    "l = [1]; l.append(l); x = to_js([l, l], default_converter=lambda *a: None); del l; x",
  );
  const object = py.runPython(
    "d = {'n': 1}; d['me'] = d; x = to_js(d, dict_converter=js.Object.fromEntries); x",
  );
  const map = py.runPython("x = to_js({'in': [d]}, dict_converter=js.Map.new); x");

  assert.equal(list[0], list[1]);
  assert.equal(list[0][1], list[0]);
  assert.equal(object.me, object);
  const [inner] = map.get("in");
  assert.equal(inner.get("me"), inner);
  py.runPython("d.clear(); del d, x");
});

test("TC-toJs.default_converter: for what has no conversion; errors are ConversionErrors", () => {
  const converted = py.runPython(`
def convert(value, convert, cache):
    return convert([value.x])
to_js([Point(1), {Point: 2}.values()], default_converter=lambda v, c, k: c([getattr(v, "x", 0)]))
`);

  assert.deepEqual(converted, [[1], [0]]);
  const failing = "to_js([Point(1)], default_converter=lambda *a: 1 / 0)";
  const error = throwsPython(() => py.runPython(failing), "ConversionError");
  assert.match(error.message, /ZeroDivisionError[^]*Conversion from python to javascript failed/);
});

test("TC-toJs.eager_converter: asked before containers, without endless repetition", () => {
  const converted = py.runPython(
    "to_js([(1, 2)], eager_converter=lambda v, c, k: 'pair' if isinstance(v, tuple) else c(v))",
  );

  assert.deepEqual(converted, ["pair"]);
});

test("TC-toJs.pyproxies, TC-destroy_proxies: proxies are collected and destroyed", () => {
  py.runPython("made = to_js([]); holder = to_js([Point(1), Point(2), 3], pyproxies=made)");

  assert.equal(py.runPython("len(made)"), 2);
  py.runPython("destroy_proxies(made)");
  throwsPython(() => py.runPython("holder[0]"), "JsException", /destroyed/);
  throwsPython(() => py.runPython("to_js([], pyproxies=[])"), "TypeError", /Expected a JsArray/);
  throwsPython(() => py.runPython("destroy_proxies(3)"), "TypeError");
  py.runPython("del made, holder");
});

test("TC-toJs.create_pyproxies, TC-toJs.keys: what cannot be converted is an error", () => {
  throwsPython(
    () => py.runPython("to_js([[Point(1)]], create_pyproxies=False)"),
    "ConversionError",
    /No conversion known for x\./,
  );
  throwsPython(
    () => py.runPython("to_js([[1]], depth=1, create_pyproxies=False)"),
    "ConversionError",
  );
  for (const options of ["", ", dict_converter=js.Object.fromEntries"]) {
    throwsPython(
      () => py.runPython(`to_js({(1, 2): 3}${options})`),
      "ConversionError",
      /Cannot use \(1, 2\) as a key for a Javascript Map/,
    );
  }
});

test("TC-toPy.default: to_py with a converter", () => {
  py.globals.set("dates", [new Date(5), [new Date(6)]]);

  assert.equal(
    py.runPython("repr(dates.to_py(default_converter=lambda v, c, k: v.getTime()))"),
    "[5, [6]]",
  );
  throwsPython(
    () => py.runPython("dates.to_py(default_converter=lambda v, c, k: 1 / 0)"),
    "ZeroDivisionError",
  );
  py.runPython("del dates");
});

test("JP-getattr: a missing attribute is found missing every time, however long its name", () => {
  py.globals.set("object", {});

  assert.equal(
    py.runPython("all(getattr(object, 'missing' * n, 7) == 7 for n in range(1, 50))"),
    true,
  );
  py.runPython("del object");
});
