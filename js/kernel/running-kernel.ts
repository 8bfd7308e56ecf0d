import type { GlueModule } from "./glue.ts";
import type { KernelExports, KernelModule } from "./kernel-module.ts";
import type { LibraryPlace } from "./linking.ts";
import type { MainSymbolsFile } from "./main-symbols.ts";
import { Polling, type Sleeper } from "./polling.ts";
import { SideModules } from "./side-modules.ts";
import { takeSnapshot } from "./take-snapshot.ts";
import type { InterruptBuffer, Waiting } from "./waiting.ts";

/** What a kernel was loaded with. */
export interface KernelOrigin {
  readonly buildId: string;
  readonly stdlibBytes: number;
  readonly isRestored: boolean;
  /** Packages that the snapshot was taken with. */
  readonly packages: Readonly<Record<string, string>> | undefined;
  /** Length of the function table before there were side modules. */
  readonly tableLength: number;
  /** Side modules that it was restored with, by their exports. */
  readonly places: ReadonlyMap<object, LibraryPlace>;
  readonly symbols: MainSymbolsFile;
  readonly waiting: Waiting;
}

/** The `KernelModule` over the generated glue. */
export class RunningKernel implements KernelModule {
  readonly memory: WebAssembly.Memory;
  readonly FS: GlueModule["FS"];
  readonly PATH: GlueModule["PATH"];
  /** Of `pyodide._module`, where PyScript looks for it. */
  readonly PATH_FS: GlueModule["PATH_FS"];
  readonly ERRNO_CODES: GlueModule["ERRNO_CODES"];
  readonly #polling: Polling;
  readonly #sideModules: SideModules;

  constructor(
    private readonly glue: GlueModule,
    readonly exports: KernelExports,
    private readonly origin: KernelOrigin,
  ) {
    this.memory = glue.wasmMemory;
    this.FS = glue.FS;
    this.PATH = glue.PATH;
    this.PATH_FS = glue.PATH_FS;
    this.ERRNO_CODES = glue.ERRNO_CODES;
    this.#polling = new Polling(glue, origin.waiting);
    glue.kraitPoll = this.#polling;
    this.#sideModules = new SideModules(glue, origin.symbols, exports);
    for (const [library, place] of origin.places) this.#sideModules.places.set(library, place);
  }

  get isRestored(): boolean {
    return this.origin.isRestored;
  }

  /** Packages that the snapshot was taken with; undefined: they have to be looked for. */
  get packages(): Readonly<Record<string, string>> | undefined {
    return this.origin.packages;
  }

  async loadDynamicLibrary(path: string, { global }: { global: boolean }): Promise<void> {
    await this.#sideModules.load(path, global);
  }

  get isInterruptRequested(): boolean | undefined {
    return this.origin.waiting.isInterruptRequested;
  }

  /** Whether Python sleeps, or waits for a device. */
  get isWaiting(): boolean {
    return this.origin.waiting.isWaiting;
  }

  setInterruptBuffer(buffer: InterruptBuffer | undefined): void {
    this.origin.waiting.interrupts = buffer;
    this.glue.Py_EmscriptenSignalBuffer = buffer;
    const address = this.glue._Py_EMSCRIPTEN_SIGNAL_HANDLING;
    const isPolled = new Int32Array(this.memory.buffer, address, 1);
    isPolled[0] = buffer === undefined ? 0 : 1;
  }

  /** Gives C its sockets (JS-useNodeSockFS); once. @param make of the glue and what waits with interrupts in view */
  useSockets(make: (glue: GlueModule, waiting: Waiting) => Sleeper): void {
    const sockets = make(this.glue, this.origin.waiting);
    this.glue.kraitSockets = sockets;
    this.#polling.sleeper = sockets;
  }

  /**
   * The memory, the files and the side modules as they are, for a later start. Nothing of it may refer to JavaScript: no proxies,
   * no open files but the standard streams, no call under way.
   * @param packages channels of the packages that were loaded, by name; undefined: of a kernel that has only been started, whose files
   * every start makes
   * @throws {Error} naming what stands in the way.
   */
  takeSnapshot(packages?: Readonly<Record<string, string>>): Uint8Array {
    const { places } = this.#sideModules;
    return takeSnapshot(this.glue, this.exports, this.origin, places, packages);
  }
}
