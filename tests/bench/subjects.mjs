/**
 * The two runtimes under comparison. Both are used through the same API, so that every job is one program; only
 * the module that `loadPyodide` comes from differs.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));

/** The folder each runtime is loaded from. */
export const folders = {
  krait: path.resolve(process.env.KRAIT_DIST ?? path.join(here, "../../build/dist")),
  peer: path.dirname(createRequire(import.meta.url).resolve("pyodide/package.json")),
};

/** The module file of each runtime, relative to its folder. */
export const entry = "pyodide.mjs";

/** Loads the runtime's own `loadPyodide`. */
export async function loaderOf(subject) {
  const module = await import(pathToFileURL(path.join(folders[subject], entry)).href);
  return module.loadPyodide;
}
