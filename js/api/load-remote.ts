import { watchBoard } from "../diagnostics/frame-tap.ts";
import type { MessageLog } from "../diagnostics/message-log.ts";
import { Exit } from "../kernel/exit.ts";
import { locate } from "../kernel/files.ts";
import { diedOfLimit, KernelDied, Unsupported } from "../proxy/errors.ts";
import type { MemoryCopies } from "../proxy/link.ts";
import { MessageLink } from "../proxy/message-link.ts";
import { connect } from "../remote/connection.ts";
import { hostStreams, writeOutput } from "../remote/host-streams.ts";
import { InterruptWatch } from "../remote/interrupt-watch.ts";
import { RemoteFiles } from "../remote/remote-files.ts";
import { RemoteHost } from "../remote/remote-host.ts";
import { refuseClosed } from "../remote/untrusted.ts";
import type { Channel } from "../transport/channel.ts";
import { Switchboard } from "../transport/switchboard.ts";
import { Life } from "../worker/life.ts";
import { WorkerLimits } from "../worker/worker-limits.ts";
import { type AsyncPyodideAPI, connectLater } from "./connect-later.ts";
import {
  type ElsewhereApi,
  type ElsewhereKernel,
  elsewhereApi,
  type KernelStart,
  loadElsewhere,
} from "./elsewhere.ts";
import { SyncUnavailable } from "./errors.ts";
import { deathOf, disableMembers } from "./fatal.ts";
import { makeFfi } from "./ffi.ts";
import { resolveLocation } from "./index-url.ts";
import type { makeInternalApi } from "./internal-api.ts";
import type { PyodideConfig } from "./options.ts";
import { makePyodide, type Parts, type PyodideAPI } from "./pyodide.ts";
import { Scheduler } from "./scheduler.ts";
import { attach, checkVersion, linkSettings, type Start, settled } from "./start.ts";

/** The worker that holds the connection when this thread waits for answers, among the kernel's files. */
const RELAY_FILE = "krait.relay.mjs";
const NO_VALUES =
  "a remote kernel gives values only where this thread may wait: leave sync away, or call from a worker";
const ARGUMENTS =
  "loadPyodide: the Python of a remote kernel is started by its server, which takes no args";
const NATIVE_LIBRARIES =
  "the shared libraries of WebAssembly packages are not for the processor of a remote kernel: install its native packages with pip, where its server runs";

const SNAPSHOTS =
  "a kernel of a server cannot be saved: it is a process of its own, with memory of its host. The server has processes that are started already";
const FOLDERS =
  "a folder of the browser cannot be mounted in a remote kernel, whose files are those of its host: write what Python needs with FS.writeFile or unpackArchive";

/** Connects to a kernel of a server (BY-place). */
export function loadRemote(start: Start): Promise<PyodideAPI | AsyncPyodideAPI> {
  if (start.config.sync === true && !mayWait(start)) throw new SyncUnavailable(NO_VALUES);
  if (start.config.args !== undefined) throw new Unsupported(ARGUMENTS);
  return loadElsewhere(start, startKernel);
}

/** What the program wants in the environment of Python. The rest of it is the server's. */
function variablesOf({ env = {}, homedir }: PyodideConfig): Record<string, string> {
  return { ...env, ...(homedir === undefined ? {} : { HOME: homedir }) };
}

function mayWait({ host }: Start): boolean {
  return host.mayBlock && typeof SharedArrayBuffer === "function";
}

async function startKernel(kernelStart: KernelStart): Promise<ElsewhereKernel> {
  const { start } = kernelStart;
  const { config, stdio, indexURL, timeline } = start;
  const isAsync = !(config.sync ?? mayWait(start));
  const script = isAsync ? undefined : await resolveLocation(locate(indexURL, RELAY_FILE));
  const connecting = connect(config.kernel as string, config.token ?? "", script);
  const connection = await timeline.until("connection", connecting);
  const { channel } = connection;
  const ready = await settled(start);
  const scheduler = new Scheduler();
  const ffi = makeFfi(() => link);
  /** Why it is about to end, by its own account. */
  let exit: Exit | KernelDied | undefined;
  const board = new Switchboard(
    channel,
    ({ message }) => void link.kill(exit ?? new Error(message)),
  );
  const client = clientOf(channel, (death) => void link.kill(death));
  const wanted = config.limits ?? {};
  const watch = new WorkerLimits(client, wanted.wall);
  if (wanted.output !== undefined) stdio.limitOutput(wanted.output);
  const limits = new InterruptWatch(watch, (signum, nonce) => client.interrupt(signum, nonce));
  const life = new Life((isWanted) => {
    connection.keepAlive(isWanted);
    limits.watch(isWanted);
  });
  let endBusy = () => {};
  let host: RemoteHost | undefined;
  let pyodide: ElsewhereApi | undefined;
  const link: MessageLink = new MessageLink(board, {
    settings: linkSettings(config),
    proxyConstructor: ffi.PyProxy,
    isAsync,
    limits,
    maxHandles: wanted.handles,
    syncBudgetMs: Number.POSITIVE_INFINITY,
    whyNotSync: NO_VALUES,
    copies: copiesOf(() => host as RemoteHost),
    ...(config.trustRemote ? {} : { refuse: refuseClosed }),
    answersAwait: false,
    awaitAnswer: () => life.begin(),
    signalTaken: (nonce) => limits.taken(nonce),
    output: (descriptor, bytes) => writeOutput(stdio, descriptor, bytes),
    kernelIsBusy(isBusy) {
      endBusy();
      endBusy = isBusy ? life.begin() : () => {};
    },
    died(reason) {
      const death = deathOf(reason);
      endBusy();
      watch.stop();
      scheduler.stop();
      channel.close(death.message);
      if (pyodide !== undefined) disableMembers(pyodide, death);
      return death;
    },
  });
  client.link = link;
  channel.onReadable?.(); // what came behind the welcome
  try {
    const endHost = timeline.begin("host");
    host = await RemoteHost.open(link);
    const files = await RemoteFiles.open(host);
    const { memory, cpu } = wanted;
    const sitePackages = await host.begin(variablesOf(config), config._sysExecutable, {
      memory,
      cpu,
    });
    endHost();
    await config.fsInit?.(isAsync ? files.later.FS : files.FS, { sitePackages });
    const kernel = {
      FS: files.FS,
      PATH: files.PATH,
      later: files.later,
      sitePackages,
      ERRNO_CODES: files.errnoCodes,
      setInterruptBuffer: (view: ArrayBufferView | undefined) => limits.setBuffer(view),
      loadDynamicLibrary: refuseLibrary,
      mountFolder: refuseFolder,
      snapshots: { take: refuseSnapshot, takeLater: async () => refuseSnapshot() },
      watchMessages: (log: MessageLog) => watchBoard(board, log),
    };
    const own = config.trustRemote ? config : { jsglobals: {}, ...config };
    const parts = { ...ready, config: own, kernel, link, ffi, scheduler };
    const streams = hostStreams(stdio, files, {
      isBlocked: () => board.isWaiting,
      exiting(status) {
        exit = new Exit(status);
      },
      passed(text) {
        exit = diedOfLimit(text);
      },
    });
    const endConnecting = timeline.begin("connect");
    const api = isAsync ? await attachedLater(parts, streams) : attached(parts, streams);
    endConnecting();
    pyodide = elsewhereApi(api, client, kernelStart);
    connection.keepAlive(life.isWanted);
    return { pyodide, link, client };
  } catch (error) {
    link.kill(new KernelDied("its start failed"));
    throw error;
  }
}

function attachedLater(parts: RemoteParts, streams: object): Promise<AsyncPyodideAPI> {
  return connectLater(parts, {
    ...(parts.config.trustRemote ? {} : { handOver: restricted }),
    streams,
  });
}

function attached(parts: RemoteParts, streams: object): PyodideAPI {
  const { link, config } = parts;
  checkVersion(link, config);
  const pyodide = makePyodide(parts);
  const handedOver = config.trustRemote ? pyodide : restricted(pyodide);
  attach(link, config, handedOver, { streams });
  return pyodide;
}

/** Python's memory, once its host can be asked. */
function copiesOf(host: () => RemoteHost): MemoryCopies {
  return {
    read: (...span) => host().copies.read(...span),
    readLater: (...span) => host().copies.readLater(...span),
    write: (...span) => host().copies.write(...span),
    writeLater: (...span) => host().copies.writeLater(...span),
  };
}

function refuseSnapshot(): never {
  throw new Unsupported(SNAPSHOTS);
}

async function refuseLibrary(): Promise<never> {
  throw new Unsupported(NATIVE_LIBRARIES);
}

async function refuseFolder(): Promise<never> {
  throw new Unsupported(FOLDERS);
}

/** What the API of a remote kernel is made of. */
type RemoteParts = Parts & Parameters<typeof connectLater>[0];

interface RemoteClient {
  link: MessageLink | undefined;
  terminate(reason: string | KernelDied): void;
  interrupt(signum: number, nonce?: number): void;
}

function clientOf(channel: Channel, ended: (death: KernelDied) => void): RemoteClient {
  return {
    link: undefined,
    /** The server ends a kernel whose connection is gone. */
    terminate(reason) {
      const death = typeof reason === "string" ? new KernelDied(reason) : reason;
      ended(death);
      channel.close(death.reason);
    },
    interrupt(number, nonce) {
      if (channel.closed === undefined) this.link?.session.signal(number, nonce);
    },
  };
}

/** The module `pyodide_js` of a kernel that is not trusted: what Python's half uses; nothing that runs code or reads files here. */
function restricted({ _api: api }: { _api: ReturnType<typeof makeInternalApi> }): object {
  const { version, runtimeEnv, rethrow, objectOfPairs, ownsProperty, destroyProxies } = api;
  const { abortSignalAny, scheduleCallback } = api;
  const safe = { version, runtimeEnv, rethrow, objectOfPairs, ownsProperty, destroyProxies };
  return { _api: { ...safe, abortSignalAny, scheduleCallback, config: {} } };
}
