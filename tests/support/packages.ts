import { fileURLToPath } from "node:url";
import { distUrl } from "./dist.ts";

type Any = any;

/** What tools/recipes/build.py leaves. */
export const LOCK_FILE = fileURLToPath(
  new URL("../../build/packages/pyodide-lock.json", import.meta.url),
);

export const { loadPyodide } = (await import(distUrl("pyodide.mjs"))) as {
  loadPyodide: (options: object) => Promise<Any>;
};

/** An interpreter that can load the packages of the recipes. */
export function loadWithPackages(options: object = {}): Promise<Any> {
  return loadPyodide({ lockFileURL: LOCK_FILE, ...options });
}

/** An interpreter of this thread with packages, and what gives the variable `result` of a program there, by JSON. */
export async function packagesIn(...names: string[]) {
  const py = await loadWithPackages();
  await py.loadPackage(names, { messageCallback: () => {} });
  const answer = (code: string): Any =>
    JSON.parse(py.runPython(`import json\n${code.replaceAll(/^ {4}/gm, "")}\njson.dumps(result)`));
  return { py, answer };
}
