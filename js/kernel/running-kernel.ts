import type { GlueModule } from "./glue.ts";
import type { KernelExports, KernelModule } from "./kernel-module.ts";
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
  }

  get isRestored(): boolean {
    return this.origin.isRestored;
  }

  async loadDynamicLibrary(path: string, { global }: { global: boolean }): Promise<void> {
    await new SideModules(this.glue, this.origin.symbols).load(path, global);
  }

  get isInterruptRequested(): boolean | undefined {
    return this.origin.waiting.isInterruptRequested;
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
   * The memory as it is, for a later start. Nothing of it may refer to JavaScript: no proxies, no open files but
   * the standard streams, no call under way.
   * @throws {Error} naming what stands in the way.
   */
  takeSnapshot(): Uint8Array {
    return takeSnapshot(this.glue, this.exports, this.origin);
  }
}
