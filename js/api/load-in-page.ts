import { tapCalls } from "../diagnostics/call-tap.ts";
import type { MessageLog } from "../diagnostics/message-log.ts";
import { type KernelOptions, SITE_PACKAGES_PATH } from "../kernel/kernel-options.ts";
import { loadKernel } from "../kernel/load-kernel.ts";
import type { InterruptBuffer } from "../kernel/waiting.ts";
import { InPageLink } from "../proxy/in-page-link.ts";
import { EndedAtStart, startPython } from "../proxy/start.ts";
import { laterFiles } from "../services/fs/later-files.ts";
import { makeNativeFileSystem } from "../services/fs/native-fs.ts";
import { later } from "../services/fs/steps.ts";
import { openSockets } from "../services/sockets/open-sockets.ts";
import { SocketWatch } from "../services/sockets/socket-watch.ts";
import { type AsyncPyodideAPI, connectLater } from "./connect-later.ts";
import { Deadlines } from "./deadlines.ts";
import { ExitStatus } from "./errors.ts";
import { deathOf, disableMembers } from "./fatal.ts";
import { makeFfi } from "./ffi.ts";
import { resolveLocation } from "./index-url.ts";
import { LateClient } from "./late-client.ts";
import { mountingNativeFolder } from "./mounts.ts";
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

type Kernel = Awaited<ReturnType<typeof loadKernel>>;

/** Loads the kernel into this thread and starts Python. */
export async function loadInPage(start: Start): Promise<PyodideAPI | AsyncPyodideAPI> {
  const client = new LateClient();
  const kernel = await loadKernel(await kernelOptions(start), client);
  await start.config.fsInit?.(kernel.FS, { sitePackages: SITE_PACKAGES_PATH });
  start.timeline.during("Python", () => startKernel(kernel, start));
  return start.timeline.until("connect", connect(kernel, client, start));
}

async function kernelOptions({
  config,
  host,
  indexURL,
  stdio,
  environment,
  timeline,
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
    timeline,
  };
}

function startKernel(kernel: Kernel, { config, environment, executable }: Start): void {
  try {
    startPython(kernel, { executable, environment, args: config.args ?? [] });
  } catch (error) {
    if (error instanceof EndedAtStart) throw new ExitStatus(error.status);
    throw error;
  }
}

/** Puts the calls between the two sides, and gives Python its JavaScript modules. */
async function connect(
  kernel: Kernel,
  client: LateClient,
  start: Start,
): Promise<PyodideAPI | AsyncPyodideAPI> {
  const { config, stdio } = start;
  const ready = await settled(start);
  const scheduler = new Scheduler();
  const isAsync = config.sync === false;
  const deadlines = new Deadlines((buffer) => kernel.setInterruptBuffer(buffer));
  const ffi = makeFfi(() => link);
  const link: InPageLink = new InPageLink(kernel, {
    settings: linkSettings(config),
    proxyConstructor: ffi.PyProxy,
    isAsync,
    limits: deadlines,
    died(reason) {
      const death = deathOf(reason);
      scheduler.stop();
      if (pyodide !== undefined) disableMembers(pyodide, death);
      return death;
    },
    schedule: (callback, delayMs) => scheduler.schedule(callback, delayMs),
  });
  const served = link.client;
  client.connect(served);
  let pyodide: PyodideAPI | AsyncPyodideAPI | undefined;
  stdio.onBusy = (isBusy) => {
    link.isBusy = isBusy;
  };
  kernel.FS.filesystems.NATIVEFS_ASYNC = makeNativeFileSystem(kernel.FS);
  let sockets: Promise<SocketWatch> | undefined;
  const inUse = {
    FS: kernel.FS,
    PATH: kernel.PATH,
    ERRNO_CODES: kernel.ERRNO_CODES,
    later: laterFiles(kernel),
    mountFolder: (path: string, handle: FileSystemDirectoryHandle) =>
      later(mountingNativeFolder(kernel.FS, path, handle)),
    loadDynamicLibrary: kernel.loadDynamicLibrary.bind(kernel),
    useSockets: (url: string) => {
      sockets ??= openSockets(kernel, url).then((port) => new SocketWatch(port));
      return sockets;
    },
    snapshots: {
      take: (packages: LoadedPackages) => kernel.takeSnapshot(packages),
      takeLater: async (packages: LoadedPackages) => kernel.takeSnapshot(packages),
    },
    // Who fills the file system before the start may have installed more.
    packages: config.fsInit === undefined ? kernel.packages : undefined,
    watchMessages: (log: MessageLog) => tapCalls({ exports: link.exports, client: served }, log),
    setInterruptBuffer: (buffer: InterruptBuffer | undefined) => {
      deadlines.program = buffer;
    },
  };
  const parts = { ...ready, kernel: inUse, module: kernel, link, ffi, scheduler };
  if (isAsync) {
    pyodide = await connectLater(parts);
  } else {
    checkVersion(link, config);
    pyodide = makePyodide(parts);
    attach(link, config, pyodide);
  }
  return pyodide;
}
