import type { KernelModule } from "../kernel/kernel-module.ts";
import { hasStackSwitching, onOwnStack } from "../kernel/stack-switching.ts";
import { LOOK_MS } from "../kernel/waiting.ts";
import type { Handle } from "./object-table.ts";

/** What the stacks need of a kernel. */
export interface StackModule extends Partial<Pick<KernelModule, "isInterruptRequested">> {
  readonly exports: Pick<KernelModule["exports"], "krait_open_stack" | "krait_run">;
}

/** Calls of Python that it may suspend until something has happened (docs/decisions/0007-stack-switching.md). */
export class Stacks {
  readonly #module: StackModule;
  /** Made when it is first needed. */
  #run: ((stack: number, index: number, generation: number) => Promise<unknown>) | undefined;
  /** What lets suspended calls go on, by their numbers. */
  readonly #waits = new Map<number, () => void>();
  #looking: ReturnType<typeof setTimeout> | undefined;

  constructor(module: StackModule) {
    this.#module = module;
  }

  /**
   * Calls a Python callable without arguments and releases it; settled when the call ends. To be called from the event
   * loop. Undefined when there is no stack for it: the engine cannot switch, or memory is short.
   */
  run({ index, generation }: Handle): Promise<unknown> | undefined {
    if (!hasStackSwitching) return undefined;
    const { exports } = this.#module;
    const stack = exports.krait_open_stack();
    if (stack === 0) return undefined;
    this.#run ??= onOwnStack(exports.krait_run);
    return this.#run(stack, index, generation);
  }

  /** What a call of the kernel that suspends itself waits for. An interrupt ends the longest of these waits early. */
  suspend(wait: number): Promise<void> {
    if (this.#module.isInterruptRequested !== undefined) this.#lookForInterrupts();
    return new Promise((resolve) => this.#waits.set(wait, resolve));
  }

  /** Lets the call go on, once what runs now has ended. */
  wake(wait: number): void {
    this.#waits.get(wait)?.();
    this.#waits.delete(wait);
  }

  /** While something is suspended no Python runs that would see an interrupt. */
  #lookForInterrupts(): void {
    this.#looking ??= setTimeout(() => {
      this.#looking = undefined;
      const [longest] = this.#waits.keys();
      if (longest === undefined) return;
      if (this.#module.isInterruptRequested) this.wake(longest);
      else this.#lookForInterrupts();
    }, LOOK_MS);
    (this.#looking as { unref?(): void }).unref?.();
  }

  /** Nothing that is suspended will ever go on. */
  clear(): void {
    this.#waits.clear();
  }
}
