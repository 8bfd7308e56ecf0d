import { distUrl } from "./dist.ts";
import { watchHandles } from "./handles.ts";
import { placeOptions } from "./places.ts";
import { armWatchdog, disarmWatchdog } from "./watchdog.ts";

/** What `loadPyodide` gives, and every proxy: their members are what is tested, so their types are not assumed. */
export type Any = any;

const LOAD_LIMIT_MS = 60_000;

const { loadPyodide, version } = (await import(distUrl("pyodide.mjs"))) as {
  loadPyodide: (options?: object) => Promise<Any>;
  version: string;
};

export { loadPyodide, version };

/** A kernel in the place and mode that is tested. Its output goes nowhere, unless the options say where. */
export async function load(options: object = {}): Promise<Any> {
  armWatchdog("loadPyodide", LOAD_LIMIT_MS);
  try {
    return await loadPyodide({ stdout: ignore, stderr: ignore, ...placeOptions(), ...options });
  } finally {
    disarmWatchdog();
  }
}

/** The kernel that the tests of a file share. Each of them checks that it leaves no handle behind in it. */
export async function startKernel(options: object = {}): Promise<Any> {
  const py = await load(options);
  watchHandles(py);
  return py;
}

function ignore(): void {}
