import {
  checkedTimeout,
  DEADLINE_SIGNAL,
  type Limit,
  type Limits,
  REMIND_MS,
} from "../proxy/limits.ts";

/** How long after a deadline the kernel is ended, when Python did not yield (BY-deadline). */
export const GRACE_MS = 2000;

/** What ends what runs in the kernel. */
interface Interruptible {
  interrupt(signum: number): void;
  terminate(reason: string): void;
}

/** One deadline. */
interface Due {
  /** When it passes, of `performance.now`. */
  readonly at: number;
  /** When Python is told next. */
  next: number;
}

/** The deadlines of a kernel in another thread. This thread watches them: from its event loop, or as it waits for an answer. */
export class WorkerLimits implements Limits {
  readonly #kernel: Interruptible;
  readonly #due = new Set<Due>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(kernel: Interruptible) {
    this.#kernel = kernel;
  }

  begin(milliseconds: number): Limit {
    const at = performance.now() + checkedTimeout(milliseconds);
    const due: Due = { at, next: at };
    this.#due.add(due);
    this.#watch();
    return {
      end: () => {
        this.#due.delete(due);
        this.#watch();
      },
    };
  }

  /** When `tell` is to be called next, of `performance.now`. */
  get nextMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const due of this.#due) next = Math.min(next, due.next);
    return next;
  }

  /** Tells Python of deadlines that have passed; ends the kernel when it does not heed them. */
  tell(): void {
    const now = performance.now();
    for (const due of this.#due) {
      if (due.next > now) continue;
      if (now >= due.at + GRACE_MS) {
        this.#due.clear();
        this.#kernel.terminate(`its code did not end within ${GRACE_MS} ms of its deadline`);
        return;
      }
      due.next = now + REMIND_MS;
      this.#kernel.interrupt(DEADLINE_SIGNAL);
    }
  }

  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { nextMs } = this;
    if (nextMs === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => {
      this.tell();
      this.#watch();
    }, nextMs - performance.now());
  }
}
