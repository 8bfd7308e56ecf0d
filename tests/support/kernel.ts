import { after } from "node:test";
import { distUrl } from "./dist.ts";
import { checkHandles } from "./handles.ts";
import { armWatchdog, disarmWatchdog } from "./watchdog.ts";

/** What `loadPyodide` gives, and every proxy: their members are what is tested, so their types are not assumed. */
export type Any = any;

const LOAD_LIMIT_MS = 60_000;

const { loadPyodide, version } = (await import(distUrl("pyodide.mjs"))) as {
  loadPyodide: (options?: object) => Promise<Any>;
  version: string;
};

export { loadPyodide, version };

/** A kernel whose output goes nowhere, unless the options say where. */
export async function load(options: object = {}): Promise<Any> {
  armWatchdog("loadPyodide", LOAD_LIMIT_MS);
  try {
    return await loadPyodide({ stdout: ignore, stderr: ignore, ...options });
  } finally {
    disarmWatchdog();
  }
}

/** The kernel of a test file. At the file's end no handle may be left that was not there at its start. */
export async function startKernel(options: object = {}): Promise<Any> {
  const py = await load(options);
  const check = checkHandles(py);
  after(check);
  return py;
}

function ignore(): void {}
