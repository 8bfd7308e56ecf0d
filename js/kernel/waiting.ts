import type { Environment } from "./environment.ts";

/** The word that interrupts are asked for in (IN-buffer). */
export type InterruptBuffer = Int8Array | Uint8Array | Int32Array;

/** How often a waiting thread looks for an interrupt: another thread only stores, it does not notify. */
export const LOOK_MS = 20;

/** Waits for time to pass, on behalf of `time.sleep` and of devices that have no data yet. */
export class Waiting {
  #interrupts: InterruptBuffer | undefined;
  readonly #mayBlock: boolean;
  #never: Int32Array | undefined;
  /** Whether it waits now. */
  isWaiting = false;

  constructor(environment: Environment) {
    this.#mayBlock = environment.mayBlock;
  }

  get mayBlock(): boolean {
    return this.#mayBlock;
  }

  /** The word that ends a wait when it is not 0, or none. */
  set interrupts(buffer: InterruptBuffer | undefined) {
    this.#interrupts = buffer;
  }

  get isInterruptRequested(): boolean | undefined {
    return this.#interrupts && this.#interrupts[0] !== 0;
  }

  /** Waits that long, or until an interrupt is asked for: then true. */
  wait(milliseconds: number): boolean {
    const end = performance.now() + milliseconds;
    this.isWaiting = true;
    try {
      for (let left = milliseconds; left > 0; left = end - performance.now()) {
        if (this.isInterruptRequested) return true;
        if (this.#mayBlock)
          this.#block(this.#interrupts === undefined ? left : Math.min(left, LOOK_MS));
      }
      return this.isInterruptRequested === true;
    } finally {
      this.isWaiting = false;
    }
  }

  #block(milliseconds: number): void {
    // A page without isolation has no SharedArrayBuffer, but shared memory of WebAssembly that stays in its thread.
    this.#never ??= new Int32Array(
      new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer,
    );
    Atomics.wait(this.#never, 0, 0, milliseconds);
  }
}
