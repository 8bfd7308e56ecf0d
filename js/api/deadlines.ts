import type { InterruptBuffer } from "../kernel/waiting.ts";
import {
  checkedTimeout,
  DEADLINE_SIGNAL,
  type Limit,
  type Limits,
  REMIND_MS,
} from "../proxy/limits.ts";

/** The deadlines of a kernel in this thread: it finds them when it looks for signals, which it does as it runs. */
export class Deadlines implements Limits {
  readonly #install: (buffer: InterruptBuffer | undefined) => void;
  /** When each of them passes, of `performance.now`. */
  readonly #limits = new Set<{ readonly at: number }>();
  #program: InterruptBuffer | undefined;
  /** When Python is told next. */
  #next = Number.POSITIVE_INFINITY;
  #waiting = 0;

  /** @param install makes a buffer the one that the kernel looks at */
  constructor(install: (buffer: InterruptBuffer | undefined) => void) {
    this.#install = install;
  }

  /** The program's own buffer (IN-buffer). */
  set program(buffer: InterruptBuffer | undefined) {
    this.#program = buffer;
    this.#update();
  }

  begin(milliseconds: number): Limit {
    const limit = { at: performance.now() + checkedTimeout(milliseconds) };
    this.#limits.add(limit);
    this.#update();
    return {
      end: () => {
        this.#limits.delete(limit);
        this.#update();
      },
    };
  }

  #update(): void {
    this.#next = Number.POSITIVE_INFINITY;
    for (const { at } of this.#limits) this.#next = Math.min(this.#next, at);
    this.#waiting = 0;
    this.#install(this.#limits.size === 0 ? this.#program : this.#words);
  }

  /** To the kernel a buffer like any: the program's signals, and between them those of deadlines. */
  readonly #words = this.#makeWords();

  #makeWords(): InterruptBuffer {
    const read = (): number => {
      const signal = this.#program?.[0] ?? 0;
      if (signal !== 0) return signal;
      const now = performance.now();
      if (now >= this.#next) {
        this.#next = now + REMIND_MS;
        this.#waiting = DEADLINE_SIGNAL;
      }
      return this.#waiting;
    };
    const write = (value: number): void => {
      if (this.#program !== undefined && this.#program[0] !== 0) this.#program[0] = value;
      else this.#waiting = value;
    };
    const words = Object.defineProperty({ length: 1 }, 0, { get: read, set: write });
    return words as unknown as InterruptBuffer;
  }
}
