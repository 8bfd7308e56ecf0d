import { version } from "#version";
import { Op } from "#vocabulary";
import { detectEnvironment, type Environment } from "../kernel/environment.ts";
import {
  type KernelOptions,
  PLATFORM_PATH,
  SITE_PACKAGES_PATH,
  STDLIB_PATH,
} from "../kernel/kernel-options.ts";
import { loadKernel } from "../kernel/load-kernel.ts";
import { quietly } from "../kernel/start-plan.ts";
import { InPageLink } from "../proxy/in-page-link.ts";
import { type Keywords, NO_TARGET } from "../proxy/link.ts";
import { EndedAtStart, refreshInterpreter, startInterpreter } from "../proxy/start.ts";
import { createStdio, type Stdio } from "../services/stdio/stdio.ts";
import { ExitStatus } from "./errors.ts";
import { deathOf, disableMembers } from "./fatal.ts";
import { makeFfi } from "./ffi.ts";
import { type ModuleLocation, resolveIndexUrl, resolveLocation } from "./index-url.ts";
import { LateClient } from "./late-client.ts";
import { type LockFileInUse, openLockFile } from "./lock-file.ts";
import { type NodeModules, nodeModules } from "./node-modules.ts";
import { checkOptions, environmentOf, type PyodideConfig } from "./options.ts";
import { makePyodide, type PyodideAPI } from "./pyodide.ts";
import { Scheduler } from "./scheduler.ts";

type Kernel = Awaited<ReturnType<typeof loadKernel>>;

/** What a start goes by. */
interface Start {
  readonly config: PyodideConfig;
  readonly host: Environment;
  readonly indexURL: string;
  readonly environment: Record<string, string>;
  readonly executable: string;
  readonly stdio: Stdio;
  readonly node: NodeModules | undefined;
}

/** Makes the `loadPyodide` of a module that came from `module` (JS-loadPyodide). */
export function loaderFor(module: ModuleLocation) {
  /**
   * Loads Python and starts it. Each call gives an interpreter of its own.
   * @throws {Error} as a rejection, whatever fails: an option, a missing or damaged file, Python's own end
   */
  return async function loadPyodide(config: PyodideConfig = {}): Promise<PyodideAPI> {
    checkOptions(config);
    const environment = environmentOf(config);
    const host = detectEnvironment();
    const indexURL = await resolveIndexUrl(config.indexURL, module);
    // Read while the kernel is loaded.
    const lockFile = quietly(openLockFile(config, indexURL, host));
    const start: Start = {
      config,
      host,
      indexURL,
      environment,
      executable: config._sysExecutable ?? defaultExecutable(host),
      stdio: await createStdio(config),
      node: await nodeModules(host),
    };
    const client = new LateClient();
    const kernel = await loadKernel(await kernelOptions(start), client);
    await config.fsInit?.(kernel.FS, { sitePackages: SITE_PACKAGES_PATH });
    startPython(kernel, start);
    const pyodide = connect(kernel, client, start, await lockFile);
    if (config.packages !== undefined) await pyodide.loadPackage(config.packages);
    return pyodide;
  };
}

/** In Node the path of the running script (JS-opt-sysExecutable). */
function defaultExecutable(host: Environment): string {
  return host.kind === "node" ? (process.argv[1] ?? process.argv[0] ?? "") : "";
}

async function kernelOptions({
  config,
  host,
  indexURL,
  stdio,
  environment,
}: Start): Promise<KernelOptions> {
  const { stdLibURL } = config;
  return {
    indexURL,
    stdLibURL: stdLibURL === undefined ? undefined : await resolveLocation(stdLibURL),
    snapshot: await wantedSnapshot(config),
    streams: stdio,
    variables: environment,
    createModule: config.createPyodideModule,
    environment: host,
  };
}

/**
 * The shipped snapshot was started without options: a command line, or variables that Python reads when it starts, ask
 * for a cold start (JS-opt-args, JS-opt-env).
 */
async function wantedSnapshot(config: PyodideConfig): Promise<KernelOptions["snapshot"]> {
  const given = await (config.snapshot ?? config._loadSnapshot);
  if (given !== undefined) return given;
  const { args = [], env = {} } = config;
  const isPlain = args.length === 0 && !Object.keys(env).some((name) => name.startsWith("PYTHON"));
  return isPlain ? "built-in" : "none";
}

function startPython(kernel: Kernel, { config, environment, executable }: Start): void {
  const { args = [] } = config;
  try {
    if (!kernel.isRestored) {
      const searchPaths = [STDLIB_PATH, PLATFORM_PATH, SITE_PACKAGES_PATH];
      startInterpreter(kernel, { executable, home: "/", searchPaths, args });
    }
    const workingFolder = environment.HOME ?? "/";
    const argv = kernel.isRestored ? args : [];
    refreshInterpreter(kernel, { executable, workingFolder, args: argv, environment });
  } catch (error) {
    if (error instanceof EndedAtStart) throw new ExitStatus(error.status);
    throw error;
  }
}

/** Puts the calls between the two sides, and gives Python its JavaScript modules. */
function connect(
  kernel: Kernel,
  client: LateClient,
  start: Start,
  lockFile: LockFileInUse,
): PyodideAPI {
  const { config, stdio } = start;
  const scheduler = new Scheduler();
  const ffi = makeFfi(() => link);
  const link: InPageLink = new InPageLink(kernel, {
    settings: {
      isDebug: false,
      isToStringRepr: config.pyproxyToStringRepr ?? false,
      isNullNone: config.convertNullToNone ?? false,
    },
    proxyConstructor: ffi.PyProxy,
    died(reason) {
      const death = deathOf(reason);
      scheduler.stop();
      if (pyodide !== undefined) disableMembers(pyodide, death);
      return death;
    },
    schedule: (callback, delayMs) => scheduler.schedule(callback, delayMs),
  });
  client.connect(link.client);
  if (config.checkAPIVersion ?? true) checkVersion(link);
  let pyodide: PyodideAPI | undefined;
  stdio.onBusy = (isBusy) => {
    link.isBusy = isBusy;
  };
  pyodide = makePyodide({ ...start, kernel, link, ffi, scheduler, version, lockFile });
  attach(link, config, pyodide);
  return pyodide;
}

/** @throws {Error} naming both versions when the kernel's Python half is not of this loader (JS-opt-checkAPIVersion) */
function checkVersion(link: InPageLink): void {
  const found = link.ask(Op.importModule, NO_TARGET, ["pyodide.__version__"]);
  if (found !== version) {
    throw new Error(`loadPyodide is of version ${version}, the kernel that it loaded of ${found}`);
  }
}

/** Installs what refers to JavaScript: the modules `js` and `pyodide_js`, the event loop. */
function attach(link: InPageLink, config: PyodideConfig, pyodide: PyodideAPI): void {
  const module = link.askTarget(Op.importModule, NO_TARGET, ["_pyodide"]);
  const options: Keywords = {
    enableRunUntilComplete: config.enableRunUntilComplete ?? true,
  };
  link.ask(Op.callMethod, module, ["attach", config.jsglobals ?? globalThis, pyodide, options]);
  module.drop();
}
