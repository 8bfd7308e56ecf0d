import { Timeline } from "../diagnostics/timeline.ts";
import { detectEnvironment, type Environment } from "../kernel/environment.ts";
import { quietly } from "../kernel/start-plan.ts";
import { isServerAddress } from "../remote/address.ts";
import { createStdio } from "../services/stdio/stdio.ts";
import type { AsyncPyodideAPI } from "./connect-later.ts";
import { type ModuleLocation, resolveIndexUrl } from "./index-url.ts";
import { loadInPage } from "./load-in-page.ts";
import { loadInWorker } from "./load-in-worker.ts";
import { loadRemote } from "./load-remote.ts";
import { openLockFile } from "./lock-file.ts";
import { nodeModules } from "./node-modules.ts";
import { checkOptions, environmentOf, type PyodideConfig } from "./options.ts";
import { openPackageFiles } from "./packages.ts";
import type { PyodideAPI } from "./pyodide.ts";
import type { Start } from "./start.ts";

/** Makes the `loadPyodide` of a module that came from `module` (JS-loadPyodide). */
export function loaderFor(module: ModuleLocation) {
  /** With `sync: false` every member gives a promise (BY-async). */
  function loadPyodide(config: PyodideConfig & { sync: false }): Promise<AsyncPyodideAPI>;
  /**
   * Loads Python and starts it. Each call gives an interpreter of its own.
   * @throws {Error} as a rejection, whatever fails: an option, a missing or damaged file, Python's own end
   */
  function loadPyodide(config?: PyodideConfig): Promise<PyodideAPI>;
  async function loadPyodide(config: PyodideConfig = {}): Promise<PyodideAPI | AsyncPyodideAPI> {
    const timeline = new Timeline();
    checkOptions(config);
    const environment = environmentOf(config);
    const host = detectEnvironment();
    const indexURL = await resolveIndexUrl(config.indexURL, module);
    const lockFile = quietly(openLockFile(config, indexURL, host));
    const start: Start = {
      config,
      host,
      indexURL,
      environment,
      executable: config._sysExecutable ?? defaultExecutable(host),
      lockFile,
      packageFiles: quietly(lockFile.then((lock) => openPackageFiles(lock, config, host))),
      stdio: await createStdio(config),
      node: await nodeModules(host),
      timeline,
    };
    const pyodide = await loaderOf(config)(start);
    await pyodide._api.packageManager.notePreinstalled();
    if (config.packages !== undefined) {
      const loading = pyodide.loadPackage(config.packages, { messageCallback() {} });
      await timeline.until("packages", loading);
    }
    return pyodide;
  }
  return loadPyodide;
}

/** What loads a kernel into its place. */
function loaderOf({ kernel }: PyodideConfig) {
  if (isServerAddress(kernel)) return loadRemote;
  return kernel === "worker" ? loadInWorker : loadInPage;
}

/** In Node the path of the running script (JS-opt-sysExecutable). */
function defaultExecutable(host: Environment): string {
  return host.kind === "node" ? (process.argv[1] ?? process.argv[0] ?? "") : "";
}
