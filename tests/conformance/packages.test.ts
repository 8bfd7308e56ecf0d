import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { failureOf } from "../support/failures.ts";
import { serveFiles } from "../support/file-server.ts";
import { type Any, load, startKernel } from "../support/kernel.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";
import { lockOf, makeWheel, type Wheel } from "../support/wheels.ts";

const maker = await startKernel();
const info = structuredClone((await maker.lockfile).info);
const server = await serveFiles();

const base = await makeWheel(maker, "Base_Lib");
const middle = await makeWheel(maker, "middle", { depends: ["base-lib"] });
const top = await makeWheel(maker, "top.level", { depends: ["middle", "base-lib"] });
const ring = await makeWheel(maker, "ring", { depends: ["gnir"] });
const gnir = await makeWheel(maker, "gnir", { depends: ["ring"] });
const all = [base, middle, top, ring, gnir];
for (const { fileName, bytes } of all) server.answers.set(fileName, bytes);

/** A kernel whose lock file has these packages on the server, with what it told. */
async function withPackages(wheels: readonly Wheel[] = all, options: object = {}) {
  const messages: string[] = [];
  const errors: string[] = [];
  const py = await load({
    lockFileContents: lockOf(info, wheels),
    packageBaseUrl: server.url,
    packageCacheDir: await temporaryFolder(),
    ...options,
  });
  const callbacks = {
    messageCallback: (message: string) => messages.push(message),
    errorCallback: (message: string) => errors.push(message),
  };
  const loadPackage = (names: Any, more = {}) => py.loadPackage(names, { ...callbacks, ...more });
  return { py, messages, errors, loadPackage, callbacks };
}

const importable = (py: Any, module: string): Promise<boolean> =>
  py.runPython(`
    import importlib.util
    importlib.util.find_spec("${module}") is not None
  `);

test("PK-loadPackage, PK-loadPackage.result, PK-loadedPackages: a name, an array", async () => {
  const { py, loadPackage } = await withPackages();

  assert.deepEqual(await loadPackage("middle"), [
    {
      name: "Base_Lib",
      version: "1.0",
      fileName: "Base_Lib-1.0-py3-none-any.whl",
      packageType: "package",
    },
    {
      name: "middle",
      version: "1.0",
      fileName: "middle-1.0-py3-none-any.whl",
      packageType: "package",
    },
  ]);
  assert.equal(await py.runPython("import middle, base_lib; middle.version"), "1.0");
  const loaded = await py.loadedPackages;
  assert.equal(loaded["Base_Lib"], "default channel");
  assert.equal(loaded["middle"], "default channel");
  assert.deepEqual(await loadPackage(["middle"]), []);
  assert.deepEqual(await loadPackage([]), []);
});

test("PK-loadPackage, CF-loadPackageDestroys: a proxy of a list is destroyed", async () => {
  const { py, loadPackage } = await withPackages();

  const names = await py.runPython("['middle']");
  const loaded = await loadPackage(names);
  assert.equal(loaded.length, 2);
  await failureOf(() => names.length);
});

test("PK-normalize: names are looked up in one form", async () => {
  const { loadPackage } = await withPackages();

  const loaded = await loadPackage(["BASE.lib", "Top-_-Level"]);
  assert.deepEqual(loaded.map(({ name }: Any) => name).sort(), ["Base_Lib", "middle", "top.level"]);
});

test("PK-unknown: nothing is fetched when a name is unknown, or is none", async () => {
  const { loadPackage } = await withPackages();
  const before = server.requests.length;

  const unknown = await failureOf(() => loadPackage(["middle", "no-such-thing"]));
  assert.equal(unknown.message, "No known package with name 'no-such-thing'");
  for (const text of ["middle>=1", "middle[extra]", "not a name", ""]) {
    const error = await failureOf(() => loadPackage(text));
    assert.match(error.message, /micropip\.install/, text);
  }
  assert.equal(server.requests.length, before);
});

test("CF-loadPackageUrls: a script's address says that wheels are expected", async () => {
  const { loadPackage } = await withPackages();

  const error = await failureOf(() => loadPackage("https://packages.example/thing.js"));
  assert.match(error.message, /wheel/);
});

test("PK-deps: each dependency once, cycles too, and not those of what is loaded", async () => {
  const { py, loadPackage } = await withPackages();

  const names = (await loadPackage("ring")).map(({ name }: Any) => name);
  assert.deepEqual(names.sort(), ["gnir", "ring"]);
  await loadPackage(`${server.url}${middle.fileName}`);
  assert.equal(await importable(py, "base_lib"), false);
  const rest = (await loadPackage("top.level")).map(({ name }: Any) => name);
  assert.deepEqual(rest, ["Base_Lib", "top.level"]);
});

test("PK-deps: a dependency that the lock file lacks is named", async () => {
  const orphan = await makeWheel(maker, "orphan", { depends: ["nobody"] });
  const { loadPackage } = await withPackages([orphan]);

  assert.match((await failureOf(() => loadPackage("orphan"))).message, /'nobody'/);
});

test("PK-order: concurrent calls install once, dependencies first", async () => {
  const { loadPackage } = await withPackages();
  const before = server.requests.length;

  const [first, second, third] = await Promise.all([
    loadPackage("top.level"),
    loadPackage("middle"),
    loadPackage(["top.level", "ring"]),
  ]);
  assert.deepEqual(
    first.map(({ name }: Any) => name),
    ["Base_Lib", "middle", "top.level"],
  );
  assert.deepEqual(second, []);
  assert.equal(third.length, 2);
  const asked = server.requests.slice(before);
  assert.equal(asked.length, new Set(asked).size);
});

test("PK-order: a failure of one call does not stop the next", async () => {
  const { loadPackage } = await withPackages();

  const [bad, good] = await Promise.allSettled([loadPackage("nothing"), loadPackage("middle")]);
  assert.equal(bad?.status, "rejected");
  assert.equal(good?.status, "fulfilled");
});

test("PK-url: addresses and paths of wheels; dependencies are not resolved", async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, top.fileName);
  writeFileSync(file, top.bytes);
  const relative = path.relative(process.cwd(), file);
  for (const location of [
    `${server.url}${top.fileName}`,
    file,
    relative,
    pathToFileURL(file).href,
  ]) {
    const { py, loadPackage } = await withPackages([]);
    const [loaded] = await loadPackage(location);
    assert.equal(loaded.name, "top_level");
    assert.equal(loaded.version, "1.0");
    assert.equal((await py.loadedPackages)["top_level"], location);
    assert.equal(await importable(py, "top_level"), true);
    assert.equal(await importable(py, "middle"), false);
  }
  const { loadPackage } = await withPackages([]);
  const misnamed = await failureOf(() => loadPackage("thing.whl"));
  assert.match(misnamed.message, /not named as a wheel/);
});

test("PK-override: an address before the lock file, and after it", async () => {
  const { py, messages, errors, loadPackage } = await withPackages();
  const newer = await makeWheel(maker, "Base_Lib", { version: "2.0" });
  server.answers.set(newer.fileName, newer.bytes);
  const location = `${server.url}${newer.fileName}`;

  await loadPackage(location);
  await loadPackage("middle");
  assert.equal(await py.runPython("import base_lib; base_lib.version"), "2.0");
  messages.length = 0;
  assert.deepEqual(await loadPackage("base-lib"), []);
  assert.deepEqual(messages, [
    `base-lib already loaded from ${location}`,
    "No new packages to load",
  ]);
  assert.deepEqual(await loadPackage(`${server.url}${base.fileName}`), []);
  assert.match(
    errors.join(),
    /^URI mismatch, attempting to load package base-lib from .*Base_Lib-1\.0/,
  );
  assert.equal(await py.runPython("base_lib.version"), "2.0");
});

test("PK-messages: what is being loaded, and what was", async () => {
  const { messages, errors, loadPackage } = await withPackages();

  await loadPackage(["top.level"]);
  await loadPackage([]);
  assert.deepEqual(messages, [
    "Loading Base_Lib, middle, top.level",
    "Loaded Base_Lib, middle, top.level",
    "No new packages to load",
  ]);
  assert.deepEqual(errors, []);
});

test("PK-messages.default: to Python's streams", async () => {
  const out: string[] = [];
  const err: string[] = [];
  const missing = { ...middle, entry: { ...middle.entry, file_name: "gone.whl" } };
  const { py } = await withPackages([base, missing], {
    stdout: (line: string) => out.push(line),
    stderr: (line: string) => err.push(line),
  });

  await py.loadPackage("middle");
  assert.deepEqual(out, ["Loading Base_Lib, middle", "Loaded Base_Lib", "Failed to load middle"]);
  assert.match(err.join("\n"), /^The following error occurred while loading middle: .*gone\.whl/);
});

test("PK-failure: the others are installed, and nothing of what failed", async () => {
  const broken = await makeWheel(maker, "broken");
  const cut = await makeWheel(maker, "cut");
  for (const { fileName, bytes } of [broken, cut]) server.answers.set(fileName, bytes);
  server.answers.set(broken.fileName, (response) => {
    response.statusCode = 410;
    response.end();
  });
  server.answers.set(cut.fileName, cut.bytes.subarray(0, cut.bytes.length - 60));
  const { py, messages, errors, loadPackage } = await withPackages([...all, broken, cut]);

  const loaded = await loadPackage(["broken", "cut", "middle"], { checkIntegrity: false });
  assert.deepEqual(
    loaded.map(({ name }: Any) => name),
    ["Base_Lib", "middle"],
  );
  assert.deepEqual(messages.slice(1), ["Loaded Base_Lib, middle", "Failed to load broken, cut"]);
  assert.match(errors[0] ?? "", /^The following error occurred while loading broken: .*410/);
  assert.match(errors[1] ?? "", /^The following error occurred while loading cut: /);
  for (const name of ["broken", "cut"]) {
    assert.equal(name in (await py.loadedPackages), false);
    assert.equal(await importable(py, name), false);
  }
  const folder = await py.runPython(
    "import sys; next(path for path in sys.path if path.endswith('site-packages'))",
  );
  const left = (await py.FS.readdir(folder)) as string[];
  assert.deepEqual(
    left.filter((name) => /cut|broken|installing/.test(name)),
    [],
  );
});

test("PK-failure: a connection that breaks is tried again", async () => {
  const shaky = await makeWheel(maker, "shaky");
  server.answers.set(shaky.fileName, (response, attempt) => {
    if (attempt === 1) {
      response.writeHead(200, { "content-length": shaky.bytes.length });
      response.write(shaky.bytes.subarray(0, 20), () => response.destroy());
    } else if (attempt === 2) {
      response.writeHead(503).end();
    } else {
      response.end(shaky.bytes);
    }
  });
  const { errors, loadPackage } = await withPackages([shaky]);

  assert.equal((await loadPackage("shaky")).length, 1, errors.join());
  assert.equal(server.requests.filter((name) => name === shaky.fileName).length, 3);
});

test("PK-failure: a wheel with hostile names, or without its metadata, installs nothing", async () => {
  const hostile = await makeWheel(maker, "hostile", {
    files: { "../escaped.py": "1", "a.py": "1" },
  });
  const bare = { ...(await makeWheel(maker, "bare")), bytes: new Uint8Array(30) };
  for (const { fileName, bytes } of [hostile, bare]) server.answers.set(fileName, bytes);
  const { py, errors, loadPackage } = await withPackages([hostile, bare]);

  assert.deepEqual(await loadPackage(["hostile", "bare"], { checkIntegrity: false }), []);
  assert.match(errors[0] ?? "", /escaped\.py/);
  assert.equal(await importable(py, "a"), false);
  assert.equal(await importable(py, "escaped"), false);
});

test("PK-integrity, CF-integrityNode: a wrong hash is a failure, unless it is not checked", async () => {
  const wrong = { ...base, entry: { ...base.entry, sha256: "0".repeat(64) } };
  const { py, errors, loadPackage } = await withPackages([wrong]);

  assert.deepEqual(await loadPackage("base-lib"), []);
  assert.match(errors.join(), new RegExp(base.sha256));
  assert.equal(await importable(py, "base_lib"), false);
  assert.equal((await loadPackage("base-lib", { checkIntegrity: false })).length, 1);
});

test("PK-integrity: what the cache has is checked, and fetched again when it is damaged", async () => {
  const packageCacheDir = await temporaryFolder();
  writeFileSync(path.join(packageCacheDir, base.fileName), "damaged");
  const { py, loadPackage } = await withPackages(all, { packageCacheDir });

  assert.equal((await loadPackage("base-lib")).length, 1);
  assert.equal(await importable(py, "base_lib"), true);
});

test("PK-install: metadata, data files, imports that follow at once", async () => {
  const rich = await makeWheel(maker, "rich", {
    files: {
      "rich/__init__.py": "kind = 'package'",
      "rich-1.0.data/data/share/rich.txt": "shared",
      "rich-1.0.data/purelib/rich_extra.py": "kind = 'extra'",
      "rich-1.0.data/scripts/rich-tool": "#!python",
    },
  });
  server.answers.set(rich.fileName, rich.bytes);
  const { py, loadPackage } = await withPackages([rich]);
  await py.runPython("try: import rich\nexcept ImportError: pass");

  await loadPackage("rich");
  assert.equal(
    await py.runPython("import rich, rich_extra; rich.kind + rich_extra.kind"),
    "packageextra",
  );
  const texts = await py.runPython(`
    import sys
    from importlib.metadata import distribution
    found = distribution("rich")
    open(sys.prefix + "/share/rich.txt").read(), found.read_text("INSTALLER"), found.read_text("PYODIDE_SOURCE")
  `);
  assert.deepEqual(
    [await texts.get(0), (await texts.get(1)).trim(), (await texts.get(2)).trim()],
    ["shared", "pyodide.loadPackage", "pyodide"],
  );
  await texts.destroy();
});

test("PK-schema.entry, PK-cacheNode: unknown keys and kinds; an archive that is no wheel", async () => {
  await maker.runPython(`
    import os, shutil
    os.makedirs("/tmp/plain", exist_ok=True)
    open("/tmp/plain/plain_module.py", "w").write("origin = 'archive'")
    shutil.make_archive("/tmp/plain-1.0", "gztar", "/tmp/plain")
    None
  `);
  const bytes = await maker.FS.readFile("/tmp/plain-1.0.tar.gz");
  server.answers.set("sub/plain-1.0.tar.gz", bytes);
  const entry = {
    ...base.entry,
    name: "plain",
    file_name: "sub/plain-1.0.tar.gz",
    sha256: "",
    install_dir: "elsewhere",
    package_type: "cpython_module",
    unvendored_tests: true,
    tool: { anything: 1 },
  };
  const packageCacheDir = await temporaryFolder();
  const { py, loadPackage } = await withPackages([{ ...base, entry }], { packageCacheDir });

  const [loaded] = await loadPackage("plain", { checkIntegrity: false });
  assert.deepEqual(readdirSync(path.join(packageCacheDir, "sub")), ["plain-1.0.tar.gz"]);
  assert.deepEqual([loaded.fileName, loaded.packageType], ["plain-1.0.tar.gz", "cpython_module"]);
  assert.equal(await py.runPython("import plain_module; plain_module.origin"), "archive");
});

test("PK-schemaOld: a lock file without an ABI is taken, with a warning", async () => {
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (line: string) => warnings.push(line);
  try {
    const { abi_version: _, ...older } = info;
    const { loadPackage } = await withPackages([], { lockFileContents: lockOf(older, [base]) });
    assert.equal((await loadPackage("base-lib")).length, 1);
  } finally {
    console.warn = warn;
  }
  assert.match(warnings.join(), /ABI version/);
});

test("PK-preinstalled: what was there before the start, and where it came from", async () => {
  const sources: Record<string, Record<string, string>> = {
    "from-lock": { PYODIDE_SOURCE: "pyodide" },
    "from-url": { PYODIDE_SOURCE: "https://packages.example/x.whl" },
    direct: { "direct_url.json": '{"url": "file:///x.whl"}' },
    installed: { INSTALLER: "pip\n" },
    bare: {},
  };
  const fsInit = async (FS: Any, { sitePackages }: { sitePackages: string }) => {
    for (const [name, files] of Object.entries(sources)) {
      const folder = `${sitePackages}/${name.replace("-", "_")}-1.0.dist-info`;
      await FS.mkdir(folder);
      await FS.writeFile(
        `${folder}/METADATA`,
        `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
      );
      for (const [file, text] of Object.entries(files)) {
        await FS.writeFile(`${folder}/${file}`, text);
      }
    }
  };
  const py = await load({ fsInit });

  assert.deepEqual(
    { ...(await py.loadedPackages) },
    {
      "from-lock": "default channel",
      "from-url": "https://packages.example/x.whl",
      direct: "file:///x.whl",
      installed: "pip (index unknown)",
      bare: "Unknown",
    },
  );
});

test("PK-cacheNode, JS-opt-packageCacheDir: the folder is made, filled, and looked in first", async () => {
  const packageCacheDir = path.join(await temporaryFolder(), "made", "here");
  const first = await withPackages(all, { packageCacheDir });
  await first.loadPackage("base-lib");
  assert.deepEqual(readdirSync(packageCacheDir), [base.fileName]);
  const before = server.requests.length;

  const second = await withPackages(all, { packageCacheDir });
  assert.equal((await second.loadPackage("base-lib")).length, 1);
  assert.equal(server.requests.length, before);
});

test("JS-opt-cdnUrl, PK-cacheNode, PK-messages: what the base lacks comes from the fallback, and stays", async () => {
  const packageBaseUrl = path.join(await temporaryFolder(), "base");
  const options = { packageBaseUrl, packageCacheDir: undefined, cdnUrl: server.url };
  const { messages, loadPackage } = await withPackages(all, options);

  assert.equal((await loadPackage("base-lib")).length, 1);
  assert.ok(messages.some((line) => line.includes(base.fileName) && line.includes(server.url)));
  assert.equal(existsSync(path.join(packageBaseUrl, base.fileName)), true);
  const without = await withPackages(all, { ...options, cdnUrl: undefined });
  assert.equal((await without.loadPackage("base-lib")).length, 1);
  assert.deepEqual(await without.loadPackage("middle"), []);
  assert.match(without.errors.join(), /cdnUrl/);
});

test("JS-opt-packageBaseUrl: without one a relative file name says so; it cannot leave the folder", async () => {
  const none = await withPackages(all, { packageBaseUrl: undefined, packageCacheDir: undefined });
  assert.deepEqual(await none.loadPackage("base-lib"), []);
  assert.match(none.errors.join(), /Base_Lib.*packageBaseUrl/s);

  const outside = { ...base, entry: { ...base.entry, file_name: "../x.whl" } };
  const leaving = await withPackages([outside]);
  assert.deepEqual(await leaving.loadPackage("base-lib"), []);
  assert.match(leaving.errors.join(), /leaves its folder/);
});

test("PK-before, JS-opt-packages: loaded silently before the promise resolves", async () => {
  const lines: string[] = [];
  const { py } = await withPackages(all, {
    packages: ["top.level"],
    stdout: (line: string) => lines.push(line),
  });

  assert.equal(await py.runPython("import top_level, middle; middle.version"), "1.0");
  assert.deepEqual(lines, []);
});

test("PK-fromImports, JS-loadPackagesFromImports: what code imports and the lock file offers", async () => {
  const { py, messages, callbacks } = await withPackages();
  const loadFor = (code: string) => py.loadPackagesFromImports(code, callbacks);

  assert.deepEqual(await loadFor("import os, no_such_module"), []);
  assert.deepEqual(await loadFor("import ("), []);
  assert.deepEqual(messages, []);
  const loaded = await loadFor("import os\nfrom top_level.inner import x\n");
  assert.deepEqual(
    loaded.map(({ name }: Any) => name),
    ["Base_Lib", "middle", "top.level"],
  );
  assert.deepEqual(await loadFor("import top_level"), []);
});

test("PK-noteImports: an import downloads nothing", async () => {
  const { py } = await withPackages();
  const before = server.requests.length;

  assert.equal(await py.runPython("try: import middle\nexcept ImportError: 'none'"), undefined);
  assert.equal(server.requests.length, before);
});

test("PK-loadPackage: progress in bytes", async () => {
  const { loadPackage } = await withPackages();
  const seen: Any[] = [];

  await loadPackage("base-lib", { progressCallback: (step: Any) => seen.push(step) });
  const last = seen.at(-1);
  assert.deepEqual(
    [last.name, last.loadedBytes, last.totalBytes],
    ["Base_Lib", base.bytes.length, base.bytes.length],
  );
});
