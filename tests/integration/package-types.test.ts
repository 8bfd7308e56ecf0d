import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "krait-types-"));
after(() => rmSync(folder, { recursive: true }));

/** A program that uses the package's types, as its authors would (FC-types). */
const PROGRAM = `
import { loadPyodide, version } from "krait/pyodide";
import type {
  Lockfile, LockfileInfo, LockfilePackage, PackageData, PyodideAPI, PyodideConfig, PyodideInterface, TypedArray,
} from "krait/pyodide";
import { KernelDied, PythonError } from "krait";
import type { PyBuffer, PyCallable, PyDict, PyProxy } from "krait/ffi";

const config: PyodideConfig = { stdout: (line) => line.trim(), env: { A: "1" } };
const py: PyodideAPI = await loadPyodide(config);
const same: PyodideInterface = py;
const globals: PyProxy = same.globals;
if (globals.isCallable()) globals(1, 2);
if (globals.supportsGet()) globals.get("x");
const bound: PyCallable = (globals as PyCallable).bind(null, 1);
const data: TypedArray | DataView = (globals as PyBuffer).getBuffer("u8").data;
const packages: Promise<PackageData[]> = py.loadPackage(["a"]);
const lock: Lockfile = py.lockfile;
const info: LockfileInfo = lock.info;
const one: LockfilePackage | undefined = lock.packages.a;
const type = (error: PythonError): string => error.type;
const text: string = py.version + version;
const isIt = (error: unknown) => error instanceof KernelDied || error instanceof PythonError;
// @ts-expect-error: the source is text
py.runPython(5);
// @ts-expect-error: a handler takes text
py.setStdout({ batched: (line: number) => line });
export { bound, data, info, isIt, one, packages, text, type };
export type { PyDict };
`;

for (const [module, moduleResolution] of [
  ["NodeNext", "NodeNext"],
  ["ESNext", "Bundler"],
]) {
  test(`FC-types: a strict program compiles against the package, ${moduleResolution}`, () => {
    const compilerOptions = {
      target: "ES2022",
      module,
      moduleResolution,
      strict: true,
      noEmit: true,
      types: [],
    };
    mkdirSync(path.join(folder, "node_modules"), { recursive: true });
    rmSync(path.join(folder, "node_modules/krait"), { force: true });
    symlinkSync(path.join(ROOT, "build/dist"), path.join(folder, "node_modules/krait"));
    writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    writeFileSync(path.join(folder, "program.ts"), PROGRAM);

    const compiler = path.join(ROOT, "node_modules/typescript/bin/tsc");
    const ran = spawnSync(process.execPath, [compiler, "--project", folder], { encoding: "utf8" });

    assert.equal(ran.stdout, "");
    assert.equal(ran.status, 0);
  });
}
