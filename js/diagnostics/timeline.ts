/** One step of a start. Steps overlap where work does. */
export interface Phase {
  readonly name: string;
  /** When it began, in milliseconds after `loadPyodide` was called. */
  readonly startMs: number;
  readonly durationMs: number;
}

/** A step with its time of day, as it travels between threads. */
export interface ClockedPhase {
  readonly name: string;
  /** In milliseconds since 1970, to a fraction. */
  readonly clockMs: number;
  readonly durationMs: number;
}

/** Notes what a start takes: a reading of the clock at either end of a step. */
export class Timeline {
  readonly #began = clock();
  readonly #phases: ClockedPhase[] = [];

  /** Begins a step, which ends when the result is called. */
  begin(name: string): () => void {
    const clockMs = clock();
    return () => void this.#phases.push({ name, clockMs, durationMs: clock() - clockMs });
  }

  /** The step that makes a value. */
  during<T>(name: string, make: () => T): T {
    const end = this.begin(name);
    try {
      return make();
    } finally {
      end();
    }
  }

  /** The step that a promise takes to settle. */
  async until<T>(name: string, settling: PromiseLike<T>): Promise<T> {
    const end = this.begin(name);
    try {
      return await settling;
    } finally {
      end();
    }
  }

  /** Takes the steps of another thread's timeline as well. */
  adopt(phases: readonly ClockedPhase[]): void {
    this.#phases.push(...phases);
  }

  get clocked(): readonly ClockedPhase[] {
    return this.#phases;
  }

  /** All steps so far, in the order in which they began. */
  get phases(): Phase[] {
    return this.#phases
      .map(({ name, clockMs, durationMs }) => ({
        name,
        startMs: clockMs - this.#began,
        durationMs,
      }))
      .sort((a, b) => a.startMs - b.startMs);
  }
}

/** The same for all threads of a program. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}
