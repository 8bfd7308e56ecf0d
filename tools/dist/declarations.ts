import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { DIST, ROOT } from "./files.ts";

/** Where `tsc` leaves declarations of all sources, before those that programs can reach are taken. */
const EMITTED = `${ROOT}build/declarations/`;
/** Folder of the package that holds them. */
const TYPES = "types/";

/** What programs import, and what it is made of. */
const ENTRIES: Readonly<Record<string, string>> = {
  "pyodide.d.ts": `export { loadPyodide, version } from "./types/js/api/entry-module.js";
export type * from "./types/js/api/types.js";
`,
  "krait.d.ts": `export * from "./types/js/api/entry-krait.js";
export type * from "./types/js/api/types.js";
export type * from "./types/js/api/py-proxy-types.js";
`,
  "inspector.d.ts": `export * from "./types/js/inspector/main.js";
`,
  "ffi.d.ts": `export type * from "./types/js/api/py-proxy-types.js";
export { PythonError } from "./types/js/proxy/python-error.js";
`,
};

/** Makes the package's declarations: three entries, and the modules that they reach. */
export function makeDeclarations(): void {
  rmSync(EMITTED, { recursive: true, force: true });
  emit();
  const taken = new Set<string>();
  for (const [name, text] of Object.entries(ENTRIES)) {
    writeFileSync(DIST + name, text);
    for (const module of importsOf(text)) take(join(module.slice(`./${TYPES}`.length)), taken);
  }
}

function emit(): void {
  const args = ["--project", "tools/dist/tsconfig.json", "--outDir", EMITTED];
  const { status } = spawnSync(`${ROOT}node_modules/.bin/tsc`, args, {
    cwd: ROOT,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`tsc ended with status ${status}`);
}

/** Takes a module, by its path below the emitted folder with the ending `.js`, and all that it imports. */
function take(module: string, taken: Set<string>): void {
  if (taken.has(module)) return;
  taken.add(module);
  const file = module.replace(/\.js$/, ".d.ts");
  const text = readFileSync(EMITTED + file, "utf8").replace(
    /(from |import\()"([^"]+)"/g,
    (_, lead: string, target: string) => `${lead}"${portable(target, module)}"`,
  );
  mkdirSync(dirname(DIST + TYPES + file), { recursive: true });
  writeFileSync(DIST + TYPES + file, text);
  for (const target of importsOf(text)) take(join(dirname(module), target), taken);
}

/** The module that an import means, as every TypeScript finds it: relative, with the ending `.js`. */
function portable(target: string, importer: string): string {
  if (target.startsWith("#")) {
    const path = relative(dirname(importer), `build/generated/${target.slice(1)}.js`);
    return path.startsWith(".") ? path : `./${path}`;
  }
  return target.replace(/\.ts$/, ".js");
}

function importsOf(text: string): string[] {
  return Array.from(text.matchAll(/(?:from |import\()"(\.[^"]+)"/g), (match) => match[1] as string);
}
