// Starts the kernel of a folder, loads what programs need first, and writes the snapshot of its memory beside it.
// usage: node --import tsx tools/snapshot/make.ts FOLDER

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Timeline } from "../../js/diagnostics/timeline.ts";
import {
  type KernelOptions,
  PLATFORM_PATH,
  SITE_PACKAGES_PATH,
  STDLIB_PATH,
} from "../../js/kernel/kernel-options.ts";
import { loadKernel } from "../../js/kernel/load-kernel.ts";
import type { RunningKernel } from "../../js/kernel/running-kernel.ts";
import { FILE_NAMES } from "../../js/kernel/start-plan.ts";
import { refreshInterpreter, startInterpreter } from "../../js/proxy/start.ts";
import { fixInputs } from "./fixed-inputs.ts";
import { PythonSide, refusingClient } from "./python-side.ts";
import { forwardedStreams } from "./streams.ts";

const HOME = "/home/pyodide";
/** The environment while the snapshot is made; every start replaces it. */
const ENVIRONMENT = { HOME, PYTHONINSPECT: "1" };

async function makeSnapshot(folder: string): Promise<Uint8Array> {
  const kernel = await load(folder, "none");
  startInterpreter(kernel, {
    executable: "",
    home: "/",
    searchPaths: [STDLIB_PATH, PLATFORM_PATH, SITE_PACKAGES_PATH],
    args: [],
  });
  refresh(kernel);
  const python = new PythonSide(kernel);
  python.call("importlib", "import_module", "_pyodide._preload");
  // Twice: finalizers of the first round may leave garbage of their own.
  python.call("gc", "collect");
  python.call("gc", "collect");
  python.checkNoHandles();
  return kernel.takeSnapshot();
}

/** Starts from a snapshot once, as programs will. */
async function tryOut(folder: string, snapshot: Uint8Array): Promise<void> {
  const kernel = await load(folder, snapshot);
  refresh(kernel);
  const python = new PythonSide(kernel);
  python.call("gc", "collect");
  python.checkNoHandles();
}

function refresh(kernel: RunningKernel): void {
  refreshInterpreter(kernel, {
    executable: "",
    workingFolder: HOME,
    args: [],
    environment: ENVIRONMENT,
  });
}

function load(folder: string, snapshot: KernelOptions["snapshot"]): Promise<RunningKernel> {
  const options = {
    indexURL: folder,
    snapshot,
    streams: forwardedStreams,
    variables: ENVIRONMENT,
    timeline: new Timeline(),
  };
  return loadKernel(options, refusingClient);
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: make.ts FOLDER");
fixInputs();
const snapshot = await makeSnapshot(folder);
await tryOut(folder, snapshot);
writeFileSync(join(folder, FILE_NAMES.snapshot), snapshot);
console.log(`snapshot: ${snapshot.length} bytes`);
