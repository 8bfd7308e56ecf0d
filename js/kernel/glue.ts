/** Takes over the instantiation of the main module: see `instantiateWasm` in Emscripten's manual. */
export type InstantiateWasm = (
  imports: WebAssembly.Imports,
  receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => object,
) => object;

/** What the generated glue (`krait.asm.mjs`) reads from the object that it is given. */
export interface GlueOptions {
  instantiateWasm: InstantiateWasm;
  wasmMemory?: WebAssembly.Memory;
  /** The devices below `/dev` are made by `devices.ts`. */
  noFSInit: true;
  /** Keeps the glue from putting the path of the running script into the environment, and so into snapshots. */
  thisProgram: "krait";
  preRun: ((module: GlueModule) => void)[];
  print: (text: string) => void;
  printErr: (text: string) => void;
  /** The name list of `tools/link/library/main-symbols.js`. */
  mainSymbols: () => MainSymbols;
  /** The client that imports of the kernel go to, see `proxy/in-page/library.js`. */
  kraitClient: object;
  /** Called when Python or C code ends the program; throws. */
  kraitExit: (status: number) => never;
  /** Called when C code gives up with `abort`; throws. */
  kraitAbort: () => never;
  /** Blocks for up to so many milliseconds; true when an interrupt has come. */
  kraitWait: (milliseconds: number) => boolean;
}

/** Table slots of functions and addresses of data that the main module defines, by name. */
export interface MainSymbols {
  readonly functions: Readonly<Record<string, number>>;
  readonly data: Readonly<Record<string, number>>;
}

export interface LibraryFlags {
  global: boolean;
  nodelete: boolean;
  loadAsync: boolean;
}

/** What loads side modules. */
export interface LibraryLoader {
  readonly loadDynamicLibrary: (path: string, flags: LibraryFlags) => Promise<true> | true;
  /** Instantiates a side module and gives its exports. */
  readonly loadWebAssemblyModule: (
    binary: Uint8Array,
    flags: LibraryFlags,
    path: string,
    localScope: object | undefined,
    record: number,
  ) => Promise<object>;
  /** Exports of side modules that `dlopen` need not instantiate any more, by path. */
  readonly preloadedWasm: Record<string, object>;
  /** The global offset table: addresses of data, slots of functions. */
  readonly GOT: Record<string, WebAssembly.Global>;
  readonly LDSO: {
    readonly loadedLibsByName: Record<string, LoadedLibrary>;
    /** By the address of C's record. */
    readonly loadedLibsByHandle: Record<number, LoadedLibrary>;
  };
  /** Puts a function into the table, unless it is there; gives the slot. */
  readonly addFunction: (implementation: object, signature: string | undefined) => number;
  /** Adapters for functions that are called with another number of arguments (services/packages/library.js). */
  readonly fittedFunctions: {
    /** Slots by "<slot of the function> <number of arguments>". */
    readonly adapters: Record<string, number>;
    make(slot: number, wanted: number): number;
  };
  /** Slots of the table that are taken before it grows, the last one first. */
  readonly freeTableIndexes: number[];
}

/** A library that was opened with `dlopen`; `__main__` is the main module, with what all others find. */
export interface LoadedLibrary {
  readonly name: string;
  readonly exports: object;
  readonly global: boolean;
  readonly refcount: number;
}

/** The object that the generated glue makes; without the members of `LibraryLoader` in the static flavour. */
export interface GlueModule extends Partial<LibraryLoader> {
  readonly FS: any;
  readonly PATH: any;
  readonly PATH_FS: any;
  readonly ERRNO_CODES: Readonly<Record<string, number>>;
  /** C's environment variables; read once, when the program is initialised. */
  readonly ENV: Record<string, string>;
  readonly wasmMemory: WebAssembly.Memory;
  readonly wasmTable: WebAssembly.Table;
  readonly stackSave: () => number;
  readonly _emscripten_stack_init: () => void;
  readonly _emscripten_stack_get_base: () => number;
  readonly _emscripten_stack_get_end: () => number;
  /** Address of the C variable that switches on the polling of `Py_EmscriptenSignalBuffer`. */
  readonly _Py_EMSCRIPTEN_SIGNAL_HANDLING: number;
  Py_EmscriptenSignalBuffer?: ArrayLike<number> | undefined;
  /** `poll` and `select`, see services/sockets/library.js. */
  kraitPoll: object;
  /** The other system calls of sockets; absent, there are none. */
  kraitSockets?: object;
}

/** The glue's factory, with the id of the build that it belongs to. */
export interface CreateModule {
  (options: GlueOptions): Promise<GlueModule>;
  readonly buildId?: string;
}
