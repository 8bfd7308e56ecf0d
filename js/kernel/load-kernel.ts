import { makeStandardDevices } from "./devices.ts";
import { detectEnvironment, type Environment } from "./environment.ts";
import { Aborted, Exit } from "./exit.ts";
import { type Files, locate, type OpenFile } from "./files.ts";
import type { CreateModule, GlueModule, GlueOptions, InstantiateWasm } from "./glue.ts";
import { checkRestored, instantiate } from "./instantiate.ts";
import { KernelFileError } from "./kernel-file-error.ts";
import type { KernelClient, KernelExports } from "./kernel-module.ts";
import { type KernelOptions, PLATFORM_PATH, SITE_PACKAGES_PATH } from "./kernel-options.ts";
import { LaterFile } from "./later-file.ts";
import type { LibraryPlace } from "./linking.ts";
import { MainSymbolsFile } from "./main-symbols.ts";
import { openFiles } from "./open-files.ts";
import { restoreLinking } from "./restore-linking.ts";
import { RunningKernel } from "./running-kernel.ts";
import { restoreFiles } from "./saved-files.ts";
import { canLink } from "./side-modules.ts";
import type { Snapshot } from "./snapshot.ts";
import { showSpecialFiles } from "./special-files.ts";
import {
  FILE_NAMES,
  limitedMemory,
  planRestore,
  quietly,
  type StartPlan,
  settlePlan,
} from "./start-plan.ts";
import { checkArchive, mountStdlibArchive } from "./stdlib-archive.ts";
import { Waiting } from "./waiting.ts";

/**
 * Loads and instantiates a kernel, up to the point where `krait_start` (unless `isRestored`) and `krait_refresh`
 * are due. Reading, compiling and filling the memory overlap as far as the platform lets them.
 * @throws {KernelFileError} naming a file that is missing or damaged.
 * @throws {Error} in an environment that is not supported (JS-loadPyodide.7, .8).
 */
export async function loadKernel(
  options: KernelOptions,
  client: KernelClient,
): Promise<RunningKernel> {
  const environment = options.environment ?? detectEnvironment();
  const { timeline } = options;
  const files = await openFiles(environment);
  const glueFactory = quietly(timeline.until("glue", importGlue(options, files)));
  const mayComeLater = mayArchiveComeLater(options, environment);
  const archive = mayComeLater
    ? undefined
    : quietly(timeline.until("stdlib archive", openArchive(options, files)));
  const tentative = await planRestore(options, files);
  const createModule = await glueFactory;
  const plan = settlePlan(tentative, options, files, createModule, (await archive)?.byteLength);
  const stdlib = await (archive ?? archiveOf(plan, options, files));
  const symbols = new MainSymbolsFile(files, locate(options.indexURL, FILE_NAMES.symbols));
  const waiting = new Waiting(environment);
  const parts = { environment, client, stdlib, waiting, symbols };
  const creating = createKernel(options, plan, createModule, parts);
  const { glue, exports } = await timeline.until("instantiate", creating);
  const tableLength = glue.wasmTable.length;
  const places = await timeline.until("side modules", restoreSideModules(glue, plan, parts));
  return new RunningKernel(glue, exports, {
    buildId: createModule.buildId ?? "",
    stdlibBytes: stdlib.byteLength,
    isRestored: plan.restored !== undefined,
    packages: plan.restored?.snapshot.manifest.packages,
    tableLength,
    places,
    symbols,
    waiting,
  });
}

/** Those of the snapshot, if it has any; gives where they are, by their exports. */
async function restoreSideModules(
  glue: GlueModule,
  { restored }: StartPlan,
  { environment, symbols }: Parts,
): Promise<ReadonlyMap<object, LibraryPlace>> {
  const linking = restored?.snapshot.manifest.linking;
  if (restored === undefined || linking === undefined) return new Map();
  if (!canLink(glue)) throw new Error("this build of the kernel cannot have shared libraries");
  await symbols.prepare();
  return restoreLinking(glue, linking, restored.libraries, environment);
}

interface Parts {
  readonly environment: Environment;
  readonly client: KernelClient;
  readonly stdlib: OpenFile;
  readonly waiting: Waiting;
  readonly symbols: MainSymbolsFile;
}

async function importGlue(options: KernelOptions, files: Files): Promise<CreateModule> {
  if (options.createModule !== undefined) return options.createModule;
  const location = locate(options.indexURL, FILE_NAMES.glue);
  const { default: factory } = await files.importModule(location);
  if (typeof factory !== "function")
    throw new KernelFileError(location, "is not the kernel's glue");
  return factory as CreateModule;
}

/**
 * In a browser a start from a snapshot does without the archive, unless it is one of the caller's that may not fit.
 * Elsewhere its size is known without reading it.
 */
function mayArchiveComeLater(options: KernelOptions, environment: Environment): boolean {
  return (
    environment.kind !== "node" && options.snapshot !== "none" && options.stdLibURL === undefined
  );
}

/** The archive of a plan that was settled without it. */
async function archiveOf(plan: StartPlan, options: KernelOptions, files: Files): Promise<OpenFile> {
  if (plan.restored === undefined) return openArchive(options, files);
  const location = locate(options.indexURL, FILE_NAMES.stdlib);
  const file = new LaterFile(location, plan.restored.snapshot.manifest.stdlibBytes);
  file.fetchSoon();
  return file;
}

async function openArchive(options: KernelOptions, files: Files): Promise<OpenFile> {
  const file = await files.open(options.stdLibURL ?? locate(options.indexURL, FILE_NAMES.stdlib));
  checkArchive(file);
  return file;
}

/** Runs the glue with our instantiation in it. */
function createKernel(
  options: KernelOptions,
  plan: StartPlan,
  createModule: CreateModule,
  parts: Parts,
): Promise<{ glue: GlueModule; exports: KernelExports }> {
  const { restored } = plan;
  // The glue's own promise never settles when instantiation fails, hence the one around it.
  return new Promise((resolve, reject) => {
    let exports: Promise<KernelExports>;
    const instantiateWasm: InstantiateWasm = (imports, receive) => {
      exports = instantiate(
        parts.environment,
        plan.module,
        restored !== undefined,
        imports,
        receive,
      );
      exports.catch(reject);
      return {};
    };
    const glueOptions = {
      ...hostOf(options, parts, restored?.snapshot),
      instantiateWasm,
      ...memoryOf(options, restored),
    };
    createModule(glueOptions)
      .then(async (glue) => {
        if (restored !== undefined) checkRestored(glue, restored.snapshot.manifest);
        resolve({ glue, exports: await exports });
      })
      .catch(reject);
  });
}

/** The memory to start with; by default the glue makes that of a cold start. */
function memoryOf(
  options: KernelOptions,
  restored: StartPlan["restored"],
): { wasmMemory?: WebAssembly.Memory } {
  if (restored !== undefined) return { wasmMemory: restored.memory };
  return options.maxMemoryBytes === undefined ? {} : { wasmMemory: limitedMemory(options) };
}

/** What the kernel asks of its surroundings. */
function hostOf(
  { streams, variables }: KernelOptions,
  { client, stdlib, symbols, waiting }: Parts,
  snapshot: Snapshot | undefined,
): Omit<GlueOptions, "instantiateWasm"> {
  const wait = waiting.mayBlock ? (ms: number) => void waiting.wait(ms) : undefined;
  return {
    noFSInit: true,
    thisProgram: "krait",
    preRun: [
      (glue) => {
        Object.assign(glue.ENV, variables);
        makeStandardDevices(glue, streams, wait);
        showSpecialFiles(glue);
        glue.FS.mkdirTree(PLATFORM_PATH);
        glue.FS.mkdirTree(SITE_PACKAGES_PATH);
        mountStdlibArchive(glue, stdlib);
        const { manifest, fileBytes } = snapshot ?? {};
        if (manifest?.files && fileBytes) restoreFiles(glue.FS, manifest.files, fileBytes);
      },
    ],
    kraitExit: (status) => {
      throw new Exit(status);
    },
    kraitAbort: () => {
      throw new Aborted();
    },
    print: (text) => console.log(text),
    printErr: (text) => console.error(text),
    mainSymbols: () => symbols.readSync(),
    kraitClient: client,
    kraitWait: (milliseconds) => waiting.wait(milliseconds),
  };
}
