import type { InterruptBuffer } from "./waiting.ts";

/** A loaded kernel: the exported functions of the ABI in ARCHITECTURE.md, its memory and its file system. */
export interface KernelModule {
  readonly memory: WebAssembly.Memory;
  readonly exports: KernelExports;

  readonly FS: any;

  readonly PATH: any;
  readonly ERRNO_CODES: Readonly<Record<string, number>>;
  /** Whether the kernel was restored from a snapshot (`krait_start` has been done when it was made). */
  readonly isRestored: boolean;
  /** Loads a side module (shared library) at a path of the kernel's file system. */
  loadDynamicLibrary(path: string, options: { global: boolean }): Promise<void>;
  /** The word that a signal number is written to, or none (IN-buffer). */
  setInterruptBuffer(buffer: InterruptBuffer | undefined): void;
  /** Whether a signal waits in that word; undefined when there is none. */
  readonly isInterruptRequested: boolean | undefined;
}

/** Runs the op that is in a frame; gives its Status. */
export type Dispatch = (
  op: number,
  index: number,
  generation: number,
  frame: number,
  positional: number,
  keywords: number,
) => number;

/** See ARCHITECTURE.md, "The in-page ABI". Addresses come back signed: use `>>> 0`. */
export interface KernelExports {
  krait_dispatch: Dispatch;
  /** As `krait_dispatch`; slot 1 is then `mine` of the object that slot 0 is, or is a copy of. */
  krait_dispatch_kept: Dispatch;
  krait_name(frame: number): number;
  krait_call(index: number, generation: number, frame: number, count: number): number;
  krait_get_attr(
    index: number,
    generation: number,
    frame: number,
    name: number,
    knownIndex: number,
    knownGeneration: number,
  ): number;
  krait_set_attr(index: number, generation: number, frame: number, name: number): number;
  krait_get_item(index: number, generation: number, frame: number): number;
  krait_set_item(index: number, generation: number, frame: number): number;
  krait_release(index: number, generation: number, count: number): void;
  krait_start(frame: number, count: number): number;
  krait_refresh(frame: number, count: number): number;
  krait_frames(): number;
  krait_alloc(bytes: number): number;
  krait_free(address: number): void;
  krait_open_stack(): number;
  krait_run(stack: number, index: number, generation: number): void;
  krait_stacks_in_use(): number;
}

/** Questions of the kernel that have a short way; see QuickClient in proxy/in-page. None of these may throw. */
export interface QuickQuestions {
  name(number: number, frame: number): number;
  call(index: number, generation: number, frame: number, count: number, isBound: number): number;
  get(index: number, generation: number, frame: number, name: number): number;
  set(index: number, generation: number, frame: number, name: number): number;
  item(index: number, generation: number, frame: number, position: number): number;
  next(index: number, generation: number, frame: number): number;
}

/** What the kernel asks of JavaScript. None of these may throw. */
export interface KernelClient {
  /** Undefined where each question is put by `ask`. */
  readonly quick?: QuickQuestions | undefined;
  ask(
    op: number,
    index: number,
    generation: number,
    frame: number,
    positional: number,
    keywords: number,
  ): number;
  release(index: number, generation: number, count: number): void;
  schedule(index: number, generation: number, delayMs: number): void;
  /** Whether `suspend` can be called: 0 or 1. */
  switches(): number;
  /** Settles once `wake` was called with that number. */
  suspend(wait: number): Promise<void>;
  wake(wait: number): void;
  /** A scheduled call has failed. */
  failed(frame: number): void;
}
