/** Reads of the clock cost as much as a small call, so one serves what happens close together. */
const READINGS = 64;
/** Enough to reach the program's own frames above krait's. */
const STACK_FRAMES = 50;

/** The time of day, as of not long ago: at most so many readings before, and within the same run of synchronous code. */
class CoarseClock {
  #now = 0;
  #left = 0;
  readonly #expire = () => {
    this.#left = 0;
  };

  now(): number {
    if (this.#left-- <= 0) {
      this.#now = Date.now();
      this.#left = READINGS;
      queueMicrotask(this.#expire);
    }
    return this.#now;
  }
}

const clock = new CoarseClock();

/** When the handles of one table were made and, in debug mode, where: for `pyodide.handles()` (BY-handles). */
export class Births {
  /** Whether stacks are recorded (JS-setDebug). */
  isDebug = false;

  /** By index; a row that is used again has another generation. */
  readonly #generations: number[] = [];
  readonly #times: number[] = [];
  readonly #stacks = new Map<number, string>();

  /**
   * A handle was introduced; only the first time of its generation counts.
   * @param stack of who asked for it, where it came later
   */
  note(index: number, generation: number, stack?: string): void {
    if (this.#generations[index] === generation) return;
    this.#generations[index] = generation;
    this.#times[index] = clock.now();
    if (this.isDebug) this.#stacks.set(index, stack ?? stackHere());
    else if (this.#stacks.size > 0) this.#stacks.delete(index);
  }

  /** The stack of this call, while stacks are recorded. */
  stackNow(): string | undefined {
    return this.isDebug ? stackHere() : undefined;
  }

  ageMs(index: number, now: number): number {
    return Math.max(0, now - (this.#times[index] ?? now));
  }

  /** The stack that made it, where that was recorded. */
  stack(index: number): string | undefined {
    return this.#stacks.get(index);
  }
}

/** The stack, from the first frame that is not krait's. */
function stackHere(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_FRAMES;
  const lines = (new Error().stack ?? "").split("\n").filter((line) => fileOf(line) !== undefined);
  Error.stackTraceLimit = limit;
  const own = fileOf(lines[0] ?? "");
  const first = lines.findIndex((line) => fileOf(line) !== own);
  return lines.slice(Math.max(first, 0)).join("\n");
}

/** The file of a line of a stack, in V8's form or that of the other engines. */
function fileOf(line: string): string | undefined {
  return /(?:\(|@|\bat )([^()@]+?):\d+(?::\d+)?\)?$/.exec(line)?.[1];
}
