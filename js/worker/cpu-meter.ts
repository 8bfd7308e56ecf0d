/** A longer time between two looks is taken for a wait that nobody told of. */
const MAX_STEP_MS = 250;

/**
 * Measures how long a kernel computes, since no engine tells the processor time of a worker: from look to look while it runs, which
 * the interpreter takes every few milliseconds. Code in C that never lets it look is not measured.
 */
export class CpuMeter {
  readonly #limitMs: number;
  readonly #isWaiting: () => boolean;
  readonly #passed: (text: string) => void;
  #usedMs = 0;
  #lastMs = 0;
  #isRunning = false;

  /** @param passed is told, once, that the limit is passed */
  constructor(limitMs: number, isWaiting: () => boolean, passed: (text: string) => void) {
    this.#limitMs = limitMs;
    this.#isWaiting = isWaiting;
    this.#passed = passed;
  }

  /** The kernel begins to run, or is at rest. */
  run(isRunning: boolean): void {
    if (this.#isRunning) this.look();
    this.#isRunning = isRunning;
    this.#lastMs = performance.now();
  }

  /** To be called while it runs, every now and then. */
  look(): void {
    const now = performance.now();
    const stepMs = now - this.#lastMs;
    this.#lastMs = now;
    if (!this.#isRunning || this.#isWaiting()) return;
    const before = this.#usedMs;
    this.#usedMs += Math.min(stepMs, MAX_STEP_MS);
    if (before < this.#limitMs && this.#usedMs >= this.#limitMs) {
      this.#passed(`it has computed for ${this.#limitMs} ms, which is its limit (limits.cpu)`);
    }
  }
}
