import assert from "node:assert/strict";
import { claim } from "../support/claims.ts";
import { failsInPython } from "../support/failures.ts";
import { type Any, startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

/** Here dicts become plain objects by default. */
const py = await startKernel({ toJsLiteralMap: false });

async function convert(code: string, options?: object): Promise<Any> {
  const proxy = await py.runPython(code);
  try {
    return await proxy.toJs(options);
  } finally {
    await proxy.destroy();
  }
}

/** Options of every way that a conversion takes. */
const WAYS = [undefined, { default_converter: () => 0 }, { pyproxies: [] }];

test("JS-opt-toJsLiteralMap, TC-toJs.dict: false makes dicts plain objects", async () => {
  for (const options of WAYS) {
    const object = await convert("{'b': 1, 'a': {'c': [{}]}}", options);
    assert.equal(Object.getPrototypeOf(object), Object.prototype);
    assert.deepEqual(object, { b: 1, a: { c: [{}] } });
    assert.deepEqual(Object.keys(object), ["b", "a"]);
  }
  const toMap = (pairs: [unknown, unknown][]) => new Map(pairs);
  assert.deepEqual(await convert("{1: 2}", { dict_converter: toMap }), new Map([[1, 2]]));
});

test("TC-toJs.keys: in a plain object keys become property names", async () => {
  const names = ["undefined", "true", "1.5", "1180591620717411303424", "k"];
  for (const options of WAYS) {
    const object = await convert("{None: 0, True: 1, 1.5: 2, 2**70: 3, 'k': 4}", options);
    assert.deepEqual(Object.keys(object), names);
  }
});

test("TC-toJs.collision: two keys of one name, and names that every object has", async () => {
  const codes = [
    "{1: 2, '1': 3}",
    "[{'x': {None: 0, 'undefined': 1}}]",
    "{'toString': 1}",
    "{'__proto__': 1}",
  ];
  for (const code of codes) {
    for (const options of WAYS) {
      await failsInPython(
        () => convert(code, options),
        "ConversionError",
        /ConversionError: Key collision when converting Python dictionary to JavaScript\./,
      );
    }
  }
});

test("TC-toJs.collision: from Python", async () => {
  await claim(
    py,
    {},
    `
    from pyodide.ffi import ConversionError
    for options in ("", ", pyproxies=js.Array.new()", ", default_converter=lambda *args: 0"):
        x = eval("to_js({'a': {'b': [{}]}, 2: 3}" + options + ")")
        assert x.a.b[0].constructor == js.Object and list(x.object_keys()) == ["2", "a"]
        for code in ("{1: 2, '1': 3}", "[{'valueOf': 0}]"):
            raises(ConversionError, f"to_js({code}{options})", "^Key collision when converting Python dictionary to JavaScript\\\\.")
    `,
  );
});

test("TC-toJs.shared: self-references are properties", async () => {
  for (const options of WAYS) {
    const object = await convert("d = {}; d['me'] = d; d['in'] = [d, d]; d", options);
    assert.equal(object.me, object);
    assert.deepEqual(object.in, [object, object]);
  }
  await claim(
    py,
    {},
    "d = {}\nd['me'] = d\nx = to_js(d)\nassert x.me == x\nx = to_js(d, pyproxies=js.Array.new())\nassert x.me == x\nd.clear()",
  );
  await py.runPython("d.clear()");
});
