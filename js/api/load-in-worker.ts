import { watchBoard } from "../diagnostics/frame-tap.ts";
import type { MessageLog } from "../diagnostics/message-log.ts";
import { locate } from "../kernel/files.ts";
import { HOW_TO_SHARE_MEMORY } from "../kernel/isolation.ts";
import { SITE_PACKAGES_PATH } from "../kernel/kernel-options.ts";
import { MessageLink } from "../proxy/message-link.ts";
import { RemoteFileSystem } from "../services/fs/remote-fs.ts";
import { HostMethod, Service, ServiceError } from "../services/service-values.ts";
import { SocketWatch } from "../services/sockets/socket-watch.ts";
import { streamMethods, terminalBits } from "../services/stdio/stream-service.ts";
import type { LoadOptions } from "../worker/start-message.ts";
import { WorkerClient } from "../worker/worker-client.ts";
import { WorkerLimits } from "../worker/worker-limits.ts";
import { type AsyncPyodideAPI, connectLater } from "./connect-later.ts";
import {
  type ElsewhereApi,
  type ElsewhereKernel,
  elsewhereApi,
  type KernelStart,
  loadElsewhere,
} from "./elsewhere.ts";
import { ExitStatus, SyncUnavailable } from "./errors.ts";
import { deathOf, disableMembers } from "./fatal.ts";
import { makeFfi } from "./ffi.ts";
import { resolveLocation } from "./index-url.ts";
import { makePyodide, type PyodideAPI } from "./pyodide.ts";
import { Scheduler } from "./scheduler.ts";
import type { LoadedPackages } from "./snapshots.ts";
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
/** How long the worker's script may take to come and to begin, unless `workerTimeout` says otherwise. */
const WORKER_TIMEOUT_MS = 60_000;
/** How long a page that polls may do so for one call, unless `syncBudgetMs` says otherwise. */
const SYNC_BUDGET_MS = 50;

/** Loads the kernel into a worker of its own and starts Python there. */
export function loadInWorker(start: Start): Promise<PyodideAPI | AsyncPyodideAPI> {
  return loadElsewhere(start, startKernel);
}

async function startKernel(kernelStart: KernelStart): Promise<ElsewhereKernel> {
  const { start } = kernelStart;
  const { config, host, indexURL, stdio, timeline } = start;
  checkMode(start);
  const url = config.workerURL ?? locate(indexURL, WORKER_FILE);
  const opening = WorkerClient.open({
    url: await resolveLocation(url),
    mayBlock: host.mayBlock,
    usesSharedMemory: true,
    timeoutMs: config.workerTimeout ?? WORKER_TIMEOUT_MS,
    serviceWorkerFolder: config.serviceWorker === false ? undefined : indexURL,
  });
  const client = await timeline.until("worker", opening);
  try {
    client.services.serve(
      Service.stdio,
      streamMethods(stdio, () => client.board.isWaiting),
    );
    const [options, snapshot] = await loadOptions(start);
    const facts = await timeline.until("kernel", client.load(options, snapshot));
    timeline.adopt(facts.phases);
    const files = new RemoteFileSystem(client.services, facts);
    client.serveHost({
      [HostMethod.callback]: (args) => files.callback(args),
      [HostMethod.fileSystem]: (args) => files.serveGiven(args),
    });
    const { FS } = isSync(start) ? files : files.later;
    await config.fsInit?.(FS, { sitePackages: SITE_PACKAGES_PATH });
    await timeline.until("Python", client.startPython());
    // Who fills the file system before the start may have installed more.
    const packages = config.fsInit === undefined ? facts.packages : undefined;
    const connecting = connect(client, { files, packages }, kernelStart);
    return await timeline.until("connect", connecting);
  } catch (error) {
    client.terminate("its start failed");
    throw startError(error);
  }
}

async function loadOptions(start: Start): Promise<[LoadOptions, Uint8Array | undefined]> {
  const { config, indexURL, environment, executable, stdio } = start;
  const { stdLibURL, args = [] } = config;
  const [snapshot, bytes] = namedSnapshot(await wantedSnapshot(config));
  const options: LoadOptions = {
    indexURL,
    stdLibURL: stdLibURL === undefined ? undefined : await resolveLocation(stdLibURL),
    snapshot,
    environment,
    executable,
    args,
    terminals: terminalBits(stdio),
    memoryBytes: config.limits?.memory,
    cpuMs: config.limits?.cpu,
  };
  return [options, bytes];
}

/** How the worker is told of it, and the bytes, of whatever realm they are, that go beside. */
function namedSnapshot(
  wanted: Awaited<ReturnType<typeof wantedSnapshot>>,
): [LoadOptions["snapshot"], Uint8Array | undefined] {
  if (wanted instanceof URL) return [{ at: wanted.href }, undefined];
  if (typeof wanted === "object") return ["bytes", new Uint8Array(wanted)];
  return [wanted ?? "built-in", undefined];
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
  loaded: Loaded,
  kernelStart: KernelStart,
): Promise<ElsewhereKernel> {
  const { start } = kernelStart;
  const { config, stdio } = start;
  const { limits = {} } = config;
  const isAsync = !isSync(start);
  const watch = new WorkerLimits(client, limits.wall);
  if (limits.output !== undefined) stdio.limitOutput(limits.output);
  const ready = await settled(start);
  const scheduler = new Scheduler();
  const ffi = makeFfi(() => link);
  const link: MessageLink = new MessageLink(client.board, {
    settings: linkSettings(config),
    proxyConstructor: ffi.PyProxy,
    isAsync,
    limits: watch,
    maxHandles: limits.handles,
    syncBudgetMs: syncBudget(start),
    whyNotSync: WHY_NOT_SYNC,
    copies: client.copies,
    awaitAnswer: () => client.awaitAnswer(),
    died(reason) {
      const death = deathOf(reason);
      scheduler.stop();
      watch.stop();
      client.terminate(death.message);
      if (pyodide !== undefined) disableMembers(pyodide, death);
      return death;
    },
  });
  client.onDeath = (reason) => void link.kill(reason);
  let pyodide: ElsewhereApi | undefined;
  stdio.onBusy = (isBusy) => {
    link.isBusy = isBusy;
  };
  const parts = { ...ready, kernel: kernelInUse(client, loaded), link, ffi, scheduler };
  if (isAsync) {
    pyodide = elsewhereApi(await connectLater(parts), client, kernelStart);
  } else {
    checkVersion(link, config);
    pyodide = elsewhereApi(makePyodide(parts), client, kernelStart);
    attach(link, config, pyodide);
  }
  return { pyodide, link, client };
}

/** What is known of a kernel that was loaded. */
interface Loaded {
  readonly files: RemoteFileSystem;
  readonly packages: LoadedPackages | undefined;
}

function kernelInUse(client: WorkerClient, { files, packages }: Loaded) {
  let sockets: Promise<SocketWatch> | undefined;
  return {
    snapshots: client.snapshots,
    packages,
    watchMessages: (log: MessageLog) => watchBoard(client.board, log),
    useSockets: (url: string) => {
      sockets ??= client.useSockets(url).then((port) => new SocketWatch(port));
      return sockets;
    },
    FS: files.FS,
    PATH: files.PATH,
    later: files.later,
    ERRNO_CODES: files.errnoCodes,
    setInterruptBuffer: (view: ArrayBufferView | undefined) => client.setInterruptBuffer(view),
    mountFolder: (path: string, handle: FileSystemDirectoryHandle) =>
      client.mountFolder(path, handle),
    loadDynamicLibrary: (path: string, { global }: { global: boolean }) =>
      client.loadLibrary(path, global),
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
