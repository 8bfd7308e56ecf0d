import type { GlueModule } from "./glue.ts";
import type { KernelExports, KernelModule } from "./kernel-module.ts";
import type { MainSymbolsFile } from "./main-symbols.ts";
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
  readonly ERRNO_CODES: GlueModule["ERRNO_CODES"];

  constructor(
    private readonly glue: GlueModule,
    readonly exports: KernelExports,
    private readonly origin: KernelOrigin,
  ) {
    this.memory = glue.wasmMemory;
    this.FS = glue.FS;
    this.PATH = glue.PATH;
    this.ERRNO_CODES = glue.ERRNO_CODES;
  }

  get isRestored(): boolean {
    return this.origin.isRestored;
  }

  async loadDynamicLibrary(path: string, { global }: { global: boolean }): Promise<void> {
    const { loadDynamicLibrary, loadWebAssemblyModule, preloadedWasm } = this.glue;
    if (!loadDynamicLibrary || !loadWebAssemblyModule || !preloadedWasm) {
      throw new Error(`${path}: this build of the kernel cannot load shared libraries`);
    }
    await this.origin.symbols.prepare();
    if (preloadedWasm[path] === undefined) {
      const flags = { loadAsync: true, global, nodelete: true };
      const scope = global ? undefined : {};
      const bytes = this.FS.readFile(path);
      preloadedWasm[path] = await loadWebAssemblyModule(bytes, flags, path, scope);
    }
    // A library that is not global waits here, instantiated, for the `dlopen` of the module that wants it.
    if (global) loadDynamicLibrary(path, { global, nodelete: true, loadAsync: false });
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

  /**
   * The memory as it is, for a later start. Nothing of it may refer to JavaScript: no proxies, no open files but
   * the standard streams, no call under way.
   * @throws {Error} naming what stands in the way.
   */
  takeSnapshot(): Uint8Array {
    return takeSnapshot(this.glue, this.exports, this.origin);
  }
}
