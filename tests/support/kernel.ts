import { after, afterEach } from "node:test";
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

/** Kernels of the test that runs. */
const loaded: Any[] = [];

afterEach(async () => {
  for (const py of loaded.splice(0)) await end(py);
});

/** A kernel in the place and mode that is tested, which ends with the test. Its output goes nowhere, unless the options say where. */
export async function load(options: object = {}): Promise<Any> {
  armWatchdog("loadPyodide", LOAD_LIMIT_MS);
  try {
    const py = await loadPyodide({ stdout: ignore, stderr: ignore, ...placeOptions(), ...options });
    loaded.push(py);
    return py;
  } finally {
    disarmWatchdog();
  }
}

/** The kernel that the tests of a file share. Each of them checks that it leaves no handle behind in it. */
export async function startKernel(options: object = {}): Promise<Any> {
  const py = await load(options);
  loaded.splice(loaded.indexOf(py), 1);
  watchHandles(py);
  after(() => end(py));
  return py;
}

/** Ends a kernel, where it has a life of its own (BY-restart); one that ended already is left alone. */
async function end(py: Any): Promise<void> {
  if (!("terminate" in py)) return;
  try {
    await py.terminate();
  } catch {
    // It exited, or was killed, in the test.
  }
}

function ignore(): void {}
