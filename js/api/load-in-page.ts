import { type KernelOptions, SITE_PACKAGES_PATH } from "../kernel/kernel-options.ts";
import { loadKernel } from "../kernel/load-kernel.ts";
import { InPageLink } from "../proxy/in-page-link.ts";
import { EndedAtStart, startPython } from "../proxy/start.ts";
import { ExitStatus } from "./errors.ts";
import { deathOf, disableMembers } from "./fatal.ts";
import { makeFfi } from "./ffi.ts";
import { resolveLocation } from "./index-url.ts";
import { LateClient } from "./late-client.ts";
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

type Kernel = Awaited<ReturnType<typeof loadKernel>>;

/** Loads the kernel into this thread and starts Python. */
export async function loadInPage(start: Start): Promise<PyodideAPI> {
  const client = new LateClient();
  const kernel = await loadKernel(await kernelOptions(start), client);
  await start.config.fsInit?.(kernel.FS, { sitePackages: SITE_PACKAGES_PATH });
  startKernel(kernel, start);
  return connect(kernel, client, start);
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

function startKernel(kernel: Kernel, { config, environment, executable }: Start): void {
  try {
    startPython(kernel, { executable, environment, args: config.args ?? [] });
  } catch (error) {
    if (error instanceof EndedAtStart) throw new ExitStatus(error.status);
    throw error;
  }
}

/** Puts the calls between the two sides, and gives Python its JavaScript modules. */
async function connect(kernel: Kernel, client: LateClient, start: Start): Promise<PyodideAPI> {
  const { config, stdio } = start;
  const ready = await settled(start);
  const scheduler = new Scheduler();
  const ffi = makeFfi(() => link);
  const link: InPageLink = new InPageLink(kernel, {
    settings: linkSettings(config),
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
  checkVersion(link, config);
  let pyodide: PyodideAPI | undefined;
  stdio.onBusy = (isBusy) => {
    link.isBusy = isBusy;
  };
  pyodide = makePyodide({ ...ready, kernel, link, ffi, scheduler });
  attach(link, config, pyodide);
  return pyodide;
}
