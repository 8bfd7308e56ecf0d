import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { DIST_PATH } from "../support/dist.ts";
import { version } from "../support/kernel.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const MAX_PACKAGE_BYTES = 50 * 2 ** 20;
const consumer = await temporaryFolder();
const manifest = JSON.parse(await readFile(path.join(DIST_PATH, "package.json"), "utf8"));
await mkdir(path.join(consumer, "node_modules", "@types"), { recursive: true });
await symlink(DIST_PATH, path.join(consumer, "node_modules", manifest.name));
await writeFile(path.join(consumer, "package.json"), '{ "type": "module" }');

/** Every file of the package, by its path inside. */
async function packageFiles(): Promise<string[]> {
  const entries = await readdir(DIST_PATH, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(DIST_PATH, path.join(entry.parentPath, entry.name)));
}

/** Runs a program as one that has the package installed. */
function run(name: string, ...args: string[]) {
  return spawnSync(process.execPath, [name, ...args], {
    cwd: consumer,
    encoding: "utf8",
    timeout: 60_000,
  });
}

test("the manifest: what npm and bundlers read", () => {
  assert.ok(manifest.exports["."]);
  assert.ok(manifest.exports["./pyodide"]);
  assert.equal(manifest.license, "Apache-2.0");
  assert.match(manifest.engines.node, />=\s*20/);
  assert.equal(typeof manifest.version, "string");
  assert.deepEqual(Object.keys(manifest.dependencies ?? {}), []);
});

test("every file that the manifest names is there", async () => {
  const names: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === "string" && value.startsWith(".") && !value.includes("*"))
      names.push(value);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(collect);
  };
  collect([manifest.exports, manifest.main, manifest.types, manifest.bin]);

  assert.ok(names.length >= 3);
  for (const name of names) assert.ok((await stat(path.join(DIST_PATH, name))).isFile(), name);
});

test("the package has no native code and no executable but the command", async () => {
  for (const file of await packageFiles()) {
    assert.ok(!/\.(node|so|dylib|dll|exe|o|a)$/.test(file), file);
    const start = (await readFile(path.join(DIST_PATH, file))).subarray(0, 4).toString("latin1");
    assert.notEqual(start, "\x7fELF", file);
  }
});

test("no file names a folder of the machine that built it", async () => {
  const folders = [CHECKOUT.slice(0, -1), process.env.HOME, process.env.XDG_CACHE_HOME];
  const traces = folders.filter((folder): folder is string => (folder ?? "").length > 6);

  for (const file of await packageFiles()) {
    const text = (await readFile(path.join(DIST_PATH, file))).toString("latin1");
    for (const trace of traces) assert.equal(text.indexOf(trace), -1, `${file} names ${trace}`);
  }
});

test("the package stays below its size limit", async () => {
  let bytes = 0;
  for (const file of await packageFiles()) bytes += (await stat(path.join(DIST_PATH, file))).size;

  assert.ok(bytes < MAX_PACKAGE_BYTES, `${bytes} bytes`);
});

test("a program imports it by name, as krait and as pyodide", async () => {
  await writeFile(
    path.join(consumer, "program.mjs"),
    `import { loadPyodide } from "${manifest.name}";
     import * as compatible from "${manifest.name}/pyodide";
     const py = await loadPyodide();
     const other = await compatible.loadPyodide();
     console.log(py.runPython("1 + 1") + other.runPython("2 + 2"), Object.keys(compatible).sort().join());`,
  );

  const ran = run("program.mjs");
  assert.equal(ran.stdout.trim(), "6 loadPyodide,version", ran.stderr);
  assert.equal(ran.status, 0);
});

test("a program ends when it is done: nothing keeps Node alive", async () => {
  await writeFile(
    path.join(consumer, "ends.mjs"),
    `import { loadPyodide } from "${manifest.name}";
     const py = await loadPyodide();
     await py.runPythonAsync("import asyncio; await asyncio.sleep(0.01)");`,
  );

  const start = performance.now();
  assert.equal(run("ends.mjs").status, 0);
  assert.ok(performance.now() - start < 20_000);
});

test("JS-global: the classic script, by require and by a global", async () => {
  await writeFile(
    path.join(consumer, "classic.cjs"),
    `const { loadPyodide, version } = require(${JSON.stringify(path.join(DIST_PATH, "pyodide.js"))});
     loadPyodide().then((py) => console.log(py.runPython("3 * 3"), version === py.version, typeof globalThis.loadPyodide));`,
  );

  const ran = run("classic.cjs");
  assert.equal(ran.stdout.trim(), "9 true function", ran.stderr);
});

test("the types compile in a strict consumer", async () => {
  await writeFile(
    path.join(consumer, "typed.ts"),
    `import { loadPyodide, version } from "${manifest.name}/pyodide";
     import type { PyProxy } from "${manifest.name}/ffi";
     const text: string = version;
     const py = await loadPyodide({ stdout: (line: string) => console.log(line), env: { A: text } });
     const value: number = py.runPython("1 + 1");
     const list: PyProxy = py.toPy([value]);
     list.destroy();
     const missing: Promise<unknown> = py.runPythonAsync("1", { globals: py.globals });
     await missing;
     // @ts-expect-error an option of the wrong type
     await loadPyodide({ args: 5 });
     // @ts-expect-error no such member
     py.noSuchMember();`,
  );
  const tsconfig = {
    compilerOptions: {
      target: "ES2022",
      module: "NodeNext",
      moduleResolution: "NodeNext",
      lib: ["ES2023", "DOM"],
      strict: true,
      noEmit: true,
      types: [],
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
    },
    files: ["typed.ts"],
  };
  await writeFile(path.join(consumer, "tsconfig.json"), JSON.stringify(tsconfig));

  const tsc = path.join(CHECKOUT, "node_modules", "typescript", "bin", "tsc");
  const ran = run(tsc, "--project", consumer);
  assert.equal(ran.stdout, "");
  assert.equal(ran.status, 0, ran.stderr);
}, 60_000);

test("version: the manifest's and the module's agree", () => {
  assert.ok(version.length > 0);
  assert.equal(
    version.replaceAll(/[^0-9.]/g, "").startsWith(manifest.version.split("-")[0]),
    true,
    `${version} ${manifest.version}`,
  );
});

test("it works from a folder with odd characters in its name", async () => {
  const odd = path.join(consumer, "ödd folder #1 100%");
  await symlink(DIST_PATH, odd);
  await writeFile(
    path.join(consumer, "odd.mjs"),
    `import { pathToFileURL } from "node:url";
     const { loadPyodide } = await import(pathToFileURL(${JSON.stringify(path.join(odd, "pyodide.mjs"))}).href);
     const py = await loadPyodide();
     console.log(py.runPython("import colorsys; 5"));`,
  );

  const ran = spawnSync(
    process.execPath,
    ["--preserve-symlinks", "--preserve-symlinks-main", "odd.mjs"],
    {
      cwd: consumer,
      encoding: "utf8",
      timeout: 60_000,
    },
  );
  assert.equal(ran.stdout.trim(), "5", ran.stderr);
});
