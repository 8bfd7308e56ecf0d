// Makes the TypeScript that is not written by hand, in build/generated: what the schemas say, the version.
// usage: npm run generate (needs `capnp` on the path: run it through tools/sdk)
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SCHEMAS = ["kernel/base/vocabulary.capnp", "proxy/protocol.capnp"];
const OUTPUT = `${ROOT}build/generated`;

/** The version of krait, which the Python half spells (PY-package). */
export function readVersion(): string {
  const text = readFileSync(`${ROOT}kernel/python/_pyodide/_version.py`, "utf8");
  const version = /^__version__ = "(.+)"$/m.exec(text)?.[1];
  if (version === undefined)
    throw new Error("kernel/python/_pyodide/_version.py has no __version__");
  return version;
}

function compileSchemas(): void {
  const plugin = `-o${ROOT}tools/capnpc-js/capnpc-js:${OUTPUT}`;
  const args = ["compile", plugin, "-I.", ...SCHEMAS];
  const { status, error } = spawnSync("capnp", args, { cwd: ROOT, stdio: "inherit" });
  if (error !== undefined) throw new Error(`capnp cannot be run: ${error.message}`);
  if (status !== 0) throw new Error(`capnp ended with status ${status}`);
}

function writeVersion(): void {
  const lines = [
    "// Generated from kernel/python/_pyodide/_version.py by tools/generate.ts. Do not edit.",
    `export const version: string = ${JSON.stringify(readVersion())};`,
    "",
  ];
  writeFileSync(`${OUTPUT}/version.ts`, lines.join("\n"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(OUTPUT, { recursive: true });
  compileSchemas();
  writeVersion();
}
