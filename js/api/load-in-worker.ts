import { locate } from "../kernel/files.ts";
import { HOW_TO_SHARE_MEMORY } from "../kernel/isolation.ts";
import { SITE_PACKAGES_PATH } from "../kernel/kernel-options.ts";
import { MessageLink } from "../proxy/message-link.ts";
import { makeNativeFileSystem } from "../services/fs/native-fs.ts";
import { RemoteFileSystem } from "../services/fs/remote-fs.ts";
import { HostMethod, Service, ServiceError } from "../services/service-values.ts";
import { streamMethods, terminalBits } from "../services/stdio/stream-service.ts";
import type { LoadOptions } from "../worker/start-message.ts";
import { WorkerClient } from "../worker/worker-client.ts";
import { WorkerLimits } from "../worker/worker-limits.ts";
import { type AsyncPyodideAPI, connectLater } from "./connect-later.ts";
import { ExitStatus, SyncUnavailable } from "./errors.ts";
import { deathOf, disableMembers } from "./fatal.ts";
import { makeFfi } from "./ffi.ts";
import { resolveLocation } from "./index-url.ts";
import { makePyodide, type PyodideAPI } from "./pyodide.ts";
import { Scheduler } from "./scheduler.ts";
import {
  attach,
  checkVersion,
  linkSettings,
  type Start,
  settled,
  wantedSnapshot,
} from "./start.ts";

/** The worker's script, among the kernel's files. */
const WORKER_FILE = "krait.worker.mjs";
/** How long a page that polls may do so for one call, unless `syncBudgetMs` says otherwise. */
const SYNC_BUDGET_MS = 50;

/** Members that a kernel in a worker has in addition (BY-restart, BY-interrupt). */
export interface WorkerMembers {
  /** Ends the kernel at once, whatever it is doing; every call that waits fails with KernelDied. */
  terminate(): void;
  /**
   * Ends the kernel and starts a fresh one behind the same object. Stream handlers and registered modules stay; proxies of
   * the old kernel are stale.
   */
  restart(options?: RestartOptions): Promise<void>;
  /** Sends Python a signal: SIGINT raises KeyboardInterrupt in what runs now. Nothing happens when nothing runs. */
  interrupt(signum?: number): void;
}

export interface RestartOptions {
  /** "snapshot" (default): what the first start began from. "cold": nothing. */
  from?: "snapshot" | "cold";
}

type WorkerApi = (PyodideAPI | AsyncPyodideAPI) & WorkerMembers;

/** One kernel in a worker, with what its successor goes by. */
interface WorkerKernel {
  readonly pyodide: WorkerApi;
  readonly link: MessageLink;
  readonly client: WorkerClient;
}

/** Loads the kernel into a worker of its own and starts Python there. */
export async function loadInWorker(start: Start): Promise<PyodideAPI | AsyncPyodideAPI> {
  const modules = new Map<string, object>();
  let current = await startKernel(start, modules, undefined);
  const { pyodide } = current;
  const restart = async ({ from = "snapshot" }: RestartOptions = {}): Promise<void> => {
    const { client, link } = current;
    client.terminate("it is being restarted");
    const config = from === "cold" ? { ...start.config, snapshot: "none" as const } : start.config;
    current = await startKernel({ ...start, config }, modules, pyodide);
    link.retire();
    for (const [name, module] of modules) await pyodide.registerJsModule(name, module);
  };
  pyodide.restart = restart;
  return pyodide;
}

/** @param shell the program's object, which gets the members of the new kernel; undefined at the first start */
async function startKernel(
  start: Start,
  modules: Map<string, object>,
  shell: object | undefined,
): Promise<WorkerKernel> {
  const { config, host, indexURL, stdio } = start;
  checkMode(start);
  const url = config.workerURL ?? locate(indexURL, WORKER_FILE);
  const client = await WorkerClient.open({
    url: await resolveLocation(url),
    mayBlock: host.mayBlock,
    usesSharedMemory: true,
  });
  try {
    client.services.serve(Service.stdio, streamMethods(stdio));
    const [options, snapshot] = await loadOptions(start);
    const facts = await client.load(options, snapshot);
    const files = new RemoteFileSystem(client.services, facts);
    client.serveHost({
      [HostMethod.callback]: (args) => files.callback(args),
      [HostMethod.fileSystem]: (args) => files.serveGiven(args),
    });
    const { FS } = isSync(start) ? files : files.later;
    await config.fsInit?.(FS, { sitePackages: SITE_PACKAGES_PATH });
    await client.startPython();
    return await connect(client, files, start, modules, shell);
  } catch (error) {
    client.terminate("its start failed");
    throw startError(error);
  }
}

async function loadOptions(start: Start): Promise<[LoadOptions, Uint8Array | undefined]> {
  const { config, indexURL, environment, executable, stdio } = start;
  const { stdLibURL, args = [] } = config;
  const snapshot = await wantedSnapshot(config);
  const isNamed = typeof snapshot === "string" || snapshot === undefined;
  const options: LoadOptions = {
    indexURL,
    stdLibURL: stdLibURL === undefined ? undefined : await resolveLocation(stdLibURL),
    snapshot: isNamed ? (snapshot ?? "built-in") : "bytes",
    environment,
    executable,
    args,
    terminals: terminalBits(stdio),
  };
  return [options, isNamed ? undefined : new Uint8Array(snapshot)];
}

/** Failures of the worker's half, as the classes that they are in-page. */
function startError(error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error;
  if (error.code === "ExitStatus") return new ExitStatus(error.errno ?? 0);
  return error;
}

/** Puts the calls between the two sides, and gives Python its JavaScript modules. */
async function connect(
  client: WorkerClient,
  files: RemoteFileSystem,
  start: Start,
  modules: Map<string, object>,
  shell: object | undefined,
): Promise<WorkerKernel> {
  const { config, stdio } = start;
  const isAsync = !isSync(start);
  const ready = await settled(start);
  const scheduler = new Scheduler();
  const ffi = makeFfi(() => link);
  const link: MessageLink = new MessageLink(client.board, {
    settings: linkSettings(config),
    proxyConstructor: ffi.PyProxy,
    isAsync,
    limits: new WorkerLimits(client),
    syncBudgetMs: syncBudget(start),
    whyNotSync: WHY_NOT_SYNC,
    copies: client.copies,
    awaitAnswer: () => client.awaitAnswer(),
    died(reason) {
      const death = deathOf(reason);
      scheduler.stop();
      client.terminate(death.message);
      if (pyodide !== undefined) disableMembers(pyodide, death);
      return death;
    },
  });
  client.onDeath = (reason) => void link.kill(reason);
  let pyodide: WorkerApi | undefined;
  stdio.onBusy = (isBusy) => {
    link.isBusy = isBusy;
  };
  files.FS.filesystems.NATIVEFS_ASYNC = makeNativeFileSystem(files.FS);
  const parts = { ...ready, kernel: kernelInUse(client, files), link, ffi, scheduler };
  const finish = (api: PyodideAPI | AsyncPyodideAPI): void => {
    Object.assign(api, membersOf(api, client, modules));
    pyodide = Object.defineProperties(
      shell ?? api,
      Object.getOwnPropertyDescriptors(api),
    ) as WorkerApi;
  };
  if (isAsync) {
    finish(await connectLater(parts));
  } else {
    checkVersion(link, config);
    finish(makePyodide(parts));
    attach(link, config, pyodide as WorkerApi);
  }
  return { pyodide: pyodide as WorkerApi, link, client };
}

function kernelInUse(client: WorkerClient, files: RemoteFileSystem) {
  return {
    FS: files.FS,
    PATH: files.PATH,
    later: files.later,
    ERRNO_CODES: files.errnoCodes,
    setInterruptBuffer: (view: ArrayBufferView | undefined) => client.setInterruptBuffer(view),
    loadDynamicLibrary: (path: string, { global }: { global: boolean }) =>
      client.loadLibrary(path, global),
  };
}

/** Members that do more here than elsewhere. What they give is a promise where those of `api` give one. */
function membersOf(
  api: PyodideAPI | AsyncPyodideAPI,
  client: WorkerClient,
  modules: Map<string, object>,
) {
  const { registerJsModule, unregisterJsModule } = api;
  return {
    registerJsModule(name: string, module: object) {
      modules.set(name, module);
      return registerJsModule(name, module);
    },
    unregisterJsModule(name: string) {
      modules.delete(name);
      return unregisterJsModule(name);
    },
    terminate: () => client.terminate("it was terminated"),
    interrupt: (signum = 2) => client.interrupt(signum),
  };
}

const WHY_NOT_SYNC =
  "this thread may not wait for the kernel's worker, and no answer came within syncBudgetMs. Give a larger syncBudgetMs, or " +
  "use krait from a worker of the page, which may wait";
const NOT_ISOLATED =
  "a kernel in a worker needs shared memory for synchronous calls, which a page has when it is cross-origin isolated: " +
  `${HOW_TO_SHARE_MEMORY}. Without sync: true, members give promises and need none of these`;

/** Whether members give values: by default where this thread may wait (BY-sync). */
function isSync({ config, host }: Start): boolean {
  return config.sync ?? (host.mayBlock && typeof SharedArrayBuffer === "function");
}

/** @throws {SyncUnavailable} where synchronous members cannot be served: it says why, and what to do (BY-sync) */
function checkMode(start: Start): void {
  if (isSync(start) && typeof SharedArrayBuffer !== "function") {
    throw new SyncUnavailable(NOT_ISOLATED);
  }
}

function syncBudget({ config, host }: Start): number {
  return host.mayBlock ? Number.POSITIVE_INFINITY : (config.syncBudgetMs ?? SYNC_BUDGET_MS);
}
