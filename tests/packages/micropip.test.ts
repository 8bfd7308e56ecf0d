import assert from "node:assert/strict";
import { after, test } from "node:test";
import { failsInPython } from "../support/failures.ts";
import { Kraitd } from "../support/kraitd.ts";
import { ORIGIN, openIndex } from "../support/package-index.ts";
import { loadPyodide, loadWithPackages } from "../support/packages.ts";
import type { Wheel } from "../support/wheels.ts";

type Any = any;

const kernels = await Kraitd.start();
after(() => kernels.stop());
const PLACES: Record<string, object> = {
  "in-page": {},
  worker: { kernel: "worker" },
  remote: { kernel: `unix:${kernels.path}`, trustRemote: true },
};

const { server, index, publish } = await openIndex();

const alpha = await publish("alpha", {
  "1.0": [],
  "1.5.1": ["Requires-Dist: beta>=2"],
  "2.0": [
    "Provides-Extra: more",
    "Requires-Dist: beta>=2",
    "Requires-Dist: gamma; extra == 'more'",
  ],
});
await publish("beta", { "1.0": [], "2.1": [] });
await publish("gamma", { "0.3": [] });

for (const [place, options] of Object.entries(PLACES)) {
  const py = await loadWithPackages({ stdout() {}, stderr() {}, ...options });
  after(() => py.terminate?.());

  /** Runs code that may await; gives the value of its last line, by JSON. */
  const run = async (code: string): Promise<Any> =>
    JSON.parse(
      await py.runPythonAsync(`${code.replaceAll(/^ {4}/gm, "")}\nimport json\njson.dumps(result)`),
    );
  const installed = () =>
    run("result = {name: [each.version, each.source] for name, each in micropip.list().items()}");
  const empty = () =>
    py.runPython(`
      for name in ("alpha", "beta", "gamma"):
          if name in micropip.list(): micropip.uninstall(name)
          sys.modules.pop(name, None)`);

  test(`MP-load, MP-needs: micropip comes from the lock file, ${place}`, async () => {
    await py.loadPackage("micropip");
    const micropip = py.pyimport("micropip");
    assert.equal(micropip.__name__, "micropip");
    py.runPython("import sys, micropip");
    py.pyimport("micropip").set_index_urls(index);
    assert.deepEqual(Object.keys(await installed()).sort(), ["micropip", "packaging"]);
  });

  test(`MP-install: names with versions, extras and what they need, ${place}`, async () => {
    await run("await micropip.install('alpha==1.5.1')\nresult = None");
    assert.deepEqual(await run("import alpha, beta\nresult = [alpha.version, beta.version]"), [
      ...["1.5.1", "2.1"],
    ]);
    empty();
    await run("await micropip.install(['alpha[more]', 'beta<3'])\nresult = None");
    assert.deepEqual(await run("import alpha, gamma\nresult = [alpha.version, gamma.version]"), [
      "2.0",
      "0.3",
    ]);
    empty();
    await run("await micropip.install('alpha', deps=False)\nresult = None");
    assert.equal("beta" in (await installed()), false);
    empty();
  });

  test(`MP-install: wheels by their address, and from a file of Python's, ${place}`, async () => {
    const wheel = alpha["1.0"] as Wheel;
    const url = `${server.url}files/${wheel.fileName}`;
    await run(`await micropip.install(${JSON.stringify(url)})\nresult = None`);
    assert.deepEqual((await installed()).alpha, ["1.0", url]);
    empty();
    py.FS.writeFile(`/tmp/${wheel.fileName}`, wheel.bytes);
    await run(`await micropip.install("emfs:/tmp/${wheel.fileName}")\nresult = None`);
    assert.equal((await installed()).alpha[0], "1.0");
    empty();
  });

  test(`MP-install: what cannot be had is told, and nothing is installed, ${place}`, async () => {
    const wrong = "await micropip.install(['alpha', 'no-such-package-at-all'])";
    await failsInPython(() => py.runPythonAsync(wrong), "ValueError", /no-such-package-at-all/);
    assert.equal("alpha" in (await installed()), false);
    const late = "await micropip.install('alpha>3')";
    await failsInPython(() => py.runPythonAsync(late), "ValueError", /alpha>3/);
  });

  test(`MP-hash: a wheel with other bytes than the index says is refused, ${place}`, async () => {
    const wheel = alpha["2.0"] as Wheel;
    const file = `files/${wheel.fileName}`;
    const honest = server.answers.get(file);
    server.answers.set(file, (response) => {
      response.writeHead(200, ORIGIN).end((alpha["1.0"] as Wheel).bytes);
    });
    try {
      const install = "await micropip.install('alpha==2.0', deps=False)";
      await failsInPython(() => py.runPythonAsync(install), "RuntimeError", /Invalid checksum/);
      assert.equal("alpha" in (await installed()), false);
    } finally {
      server.answers.set(file, honest as NonNullable<typeof honest>);
    }
  });

  test(`MP-list, MP-uninstall: what is there, as a mapping and a table, ${place}`, async () => {
    await run("await micropip.install('alpha')\nresult = None");
    assert.deepEqual(Object.keys(await installed()).sort(), [
      ...["alpha", "beta", "micropip", "packaging"],
    ]);
    assert.match(py.runPython("str(micropip.list())"), /alpha +\| 2\.0/);
    await run("micropip.uninstall('alpha')\nresult = None");
    assert.equal("alpha" in (await installed()), false);
    const gone = "import importlib.util\nimportlib.invalidate_caches()";
    assert.equal(await run(`${gone}\nresult = importlib.util.find_spec("alpha") is None`), true);
    const warned = await run(`
    import logging
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    logging.getLogger("micropip").addHandler(handler)
    micropip.uninstall("alpha")
    logging.getLogger("micropip").removeHandler(handler)
    result = lines`);
    assert.match(warned[0], /alpha/);
    empty();
  });

  test(`MP-freeze: a lock file that a new interpreter loads, ${place}`, async () => {
    await run("await micropip.install('alpha')\nresult = None");
    const lockFileContents = py.runPython("micropip.freeze()");
    const frozen = JSON.parse(lockFileContents).packages;
    assert.equal(frozen.alpha.file_name, `${server.url}files/${(alpha["2.0"] as Wheel).fileName}`);
    empty();

    const again = await loadPyodide({ ...options, lockFileContents });
    try {
      await again.loadPackage("alpha", { messageCallback() {} });
      assert.equal(again.runPython("import alpha, beta; alpha.version + beta.version"), "2.02.1");
    } finally {
      again.terminate?.();
    }
  });

  test(`MP-mock: a package that is none satisfies others, ${place}`, async () => {
    await run(
      "micropip.add_mock_package('beta', '2.5', modules={'beta': 'version = 0'})\nresult = None",
    );
    await run("await micropip.install('alpha')\nresult = None");
    assert.equal(await run("import beta\nresult = beta.version"), 0);
    assert.deepEqual(await run("result = micropip.list_mock_packages()"), ["beta"]);
    await run("micropip.remove_mock_package('beta')\nresult = None");
    assert.deepEqual(await run("result = micropip.list_mock_packages()"), []);
    empty();
  });

  test(`MP-config: indexes and constraints of the session, ${place}`, async () => {
    await run(
      "micropip.set_constraints(['alpha<2'])\nawait micropip.install('alpha')\nresult = None",
    );
    assert.equal((await installed()).alpha[0], "1.5.1");
    empty();
    await run("micropip.set_constraints([])\nresult = None");
    const elsewhere = `${server.url}elsewhere/{package_name}/`;
    await run(
      `micropip.set_index_urls([${JSON.stringify(elsewhere)}, ${JSON.stringify(index)}])\nresult = None`,
    );
    await run("await micropip.install('gamma')\nresult = None");
    assert.ok(server.requests.includes("elsewhere/gamma/"));
    empty();
  });
}
