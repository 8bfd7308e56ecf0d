import assert from "node:assert/strict";
import { fails, failsInPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
await py.runPython(`
def _forget(name):
    import sys
    for each in [each for each in sys.modules if (each + ".").startswith(name + ".")]:
        del sys.modules[each]
`);

/** Registers a module for one use; it is forgotten in `sys.modules` too. */
async function withModule(name: string, module: object, body: () => Promise<void>): Promise<void> {
  await py.registerJsModule(name, module);
  try {
    await body();
  } finally {
    await py.unregisterJsModule(name);
    await py.runPython(`_forget(${JSON.stringify(name)})`);
  }
}

test("JS-pyimport: a module, without touching the globals", async () => {
  const math = await py.pyimport("math");

  assert.equal(await math.sqrt(16), 4);
  assert.equal(await py.globals.has("math"), false);
  await math.destroy();
});

test("JS-pyimport: a dotted name gives the attribute, or the submodule", async () => {
  const comb = await py.pyimport("math.comb");
  const ascii = await py.pyimport("encodings.ascii");

  assert.equal(await comb(4, 2), 6);
  assert.equal(await ascii.__name__, "encodings.ascii");
  assert.equal(await py.pyimport("math.pi"), Math.PI);
  await comb.destroy();
  await ascii.destroy();
});

test("JS-pyimport.2: a missing module, a failing module, and names that are none", async () => {
  await py.runPython(
    "with open('/home/pyodide/failing_one.py', 'w') as file: file.write('1 / 0');",
  );

  await failsInPython(
    () => py.pyimport("no_such_module"),
    "ModuleNotFoundError",
    /No module named 'no_such_module'/,
  );
  await failsInPython(() => py.pyimport("os.no_such_part"), "ModuleNotFoundError");
  await failsInPython(() => py.pyimport("failing_one"), "ZeroDivisionError");
  await failsInPython(() => py.pyimport(""), "ValueError");
  await fails(() => py.pyimport(5), "TypeError");
  await fails(() => py.pyimport(), "TypeError");
});

test("JS-registerJsModule: import gives the object, from … import its values", async () => {
  const shop = { price: 3, items: ["a"], add: (a: number, b: number) => a + b };
  await withModule("shop", shop, async () => {
    assert.equal(await py.runPython("import shop; shop.price"), 3);
    assert.equal(await py.runPython("import shop; shop"), shop);
    assert.equal(await py.runPython("from shop import add, price; add(price, 4)"), 7);
    await failsInPython(() => py.runPython("from shop import nothing"), "ImportError", /nothing/);
    await failsInPython(() => py.runPython("import shop; shop.nothing"), "AttributeError");
  });
});

test("JS-registerJsModule: a later registration counts after the import is forgotten", async () => {
  await withModule("again", { value: 1 }, async () => {
    assert.equal(await py.runPython("import again; again.value"), 1);
    await py.registerJsModule("again", { value: 2 });
    assert.equal(await py.runPython("import again; again.value"), 1);
    await py.runPython("_forget('again')");
    assert.equal(await py.runPython("import again; again.value"), 2);
  });
});

test("JS-registerJsModule.2: wrong arguments raise TypeError", async () => {
  const dict = await py.runPython("{}");

  await failsInPython(
    () => py.registerJsModule(1, {}),
    "TypeError",
    /Argument 'name' must be a str, not 'int'/,
  );
  await failsInPython(
    () => py.registerJsModule("x", 1),
    "TypeError",
    /Argument 'jsproxy' must be a JsProxy, not 'int'/,
  );
  await failsInPython(() => py.registerJsModule("x", "text"), "TypeError");
  await failsInPython(() => py.registerJsModule("x", undefined), "TypeError");
  await failsInPython(() => py.registerJsModule("x", dict), "TypeError", /not 'dict'/);
  await failsInPython(() => py.runPython("import x"), "ModuleNotFoundError");
  await dict.destroy();
});

test("JS-registerJsModule.3: objects inside are submodules, primitives are not", async () => {
  const tree = { branch: { leaf: 5, twig: { bud: 6 } }, number: 1 };
  await withModule("tree", tree, async () => {
    assert.equal(await py.runPython("from tree.branch import leaf; leaf"), 5);
    assert.equal(await py.runPython("import tree.branch.twig; tree.branch.twig.bud"), 6);
    await failsInPython(
      () => py.runPython("import tree.number"),
      "ModuleNotFoundError",
      /No module named 'tree\.number'/,
    );
    await failsInPython(() => py.runPython("import tree.missing"), "ModuleNotFoundError");
    await failsInPython(() => py.runPython("import tree.branch.leaf"), "ModuleNotFoundError");
  });
});

test("JS-unregisterJsModule: unknown names raise ValueError", async () => {
  await failsInPython(
    () => py.unregisterJsModule("never"),
    "ValueError",
    /Cannot unregister 'never'/,
  );
});

test("JS-unregisterJsModule: an imported module stays until it is forgotten", async () => {
  await py.registerJsModule("brief", { value: 1 });
  await py.runPython("import brief");
  await py.unregisterJsModule("brief");

  assert.equal(await py.runPython("import brief; brief.value"), 1);
  await py.runPython("_forget('brief')");
  await failsInPython(() => py.runPython("import brief"), "ModuleNotFoundError");
});

test("JS-registerComlink: Comlink's proxies are callable, awaitable, and forward attributes", async () => {
  assert.equal(await py.registerComlink({ wrap: () => undefined }), undefined);
  // What Comlink makes: a proxy of a function whose every access gives another such proxy, and a thenable.
  const remote = (path: string[]): unknown =>
    new Proxy(() => undefined, {
      get(_, key) {
        if (key === "then") {
          const text = path.join(".");
          return (resolve: (text: string) => void) => resolve(text);
        }
        return remote([...path, String(key)]);
      },
      apply: (_, __, args) => Promise.resolve(`${path.join(".")}(${args.join()})`),
    });
  const use = await py.runPython(`
    async def use(worker):
        return f"{await worker.deep.value} {await worker.deep.method(1, 'a')}"
    use
  `);

  assert.equal(await use(remote([])), "deep.value deep.method(1,a)");
  await use.destroy();
});
