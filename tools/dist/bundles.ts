import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { build, type Metafile } from "esbuild";
import { DIST, MODULES, ROOT } from "./files.ts";
import { writeLicences } from "./licences.ts";

/** `pyodide.mjs` exports two values of krait's module, so that the two share one copy of every class (JS-module). */
const PYODIDE_MODULE = `export { loadPyodide, version } from "./krait.mjs";\n`;

/** Bundles the scripts of the package. Those whose source is not there are left out, and named. */
export async function makeBundles(): Promise<void> {
  const present = MODULES.filter(({ from }) => existsSync(ROOT + from));
  writeLicences(await Promise.all(present.map(bundle)));
  writeFileSync(`${DIST}pyodide.mjs`, PYODIDE_MODULE);
  const missing = MODULES.filter((module) => !present.includes(module));
  for (const { from } of missing) console.warn(`dist: ${from} is not there`);
}

async function bundle({ from, to, format }: (typeof MODULES)[number]): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [ROOT + from],
    outfile: DIST + to,
    format,
    bundle: true,
    platform: "neutral",
    target: "es2022",
    // Node's modules, and what the command line takes from the package it is part of.
    external: ["node:*", "../pyodide.mjs"],
    alias: { fs: "node:fs", path: "node:path" },
    mainFields: ["module", "main"],
    // What a script takes in is for it to put into its page.
    loader: { ".py": "text", ".css": from.endsWith(".css") ? "css" : "text" },
    // Names and lines stay: they are in stack traces and in `constructor.name`. Compressed they cost little.
    minifySyntax: true,
    // `writeLicences` has them.
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    // The classic script looks whether it is a CommonJS module.
    logOverride: { "commonjs-variable-in-esm": "silent" },
  });
  if (to === "bin/krait.mjs") makeCommand(DIST + to);
  return metafile;
}

function makeCommand(path: string): void {
  const text = readFileSync(path, "utf8");
  if (!text.startsWith("#!")) writeFileSync(path, `#!/usr/bin/env node\n${text}`);
  chmodSync(path, 0o755);
}
