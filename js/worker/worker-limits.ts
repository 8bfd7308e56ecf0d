import { diedOfLimit, type KernelDied } from "../proxy/errors.ts";
import {
  checkedTimeout,
  DEADLINE_SIGNAL,
  type Limit,
  type Limits,
  REMIND_MS,
} from "../proxy/limits.ts";

/** How long after a deadline the kernel is ended, when Python did not yield (BY-deadline). */
export const GRACE_MS = 2000;

/** What timers take. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What ends what runs in the kernel. */
interface Interruptible {
  interrupt(signum: number): void;
  terminate(reason: string | KernelDied): void;
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
  /** When the kernel is ended (BY-limits). */
  readonly #endAt: number;
  readonly #wallMs: number;

  /** @param wallMs how long the kernel may live */
  constructor(kernel: Interruptible, wallMs = Number.POSITIVE_INFINITY) {
    this.#kernel = kernel;
    this.#wallMs = wallMs;
    this.#endAt = performance.now() + wallMs;
    this.#watch();
  }

  /** The kernel is gone: there is nothing to watch any more. */
  stop(): void {
    this.#due.clear();
    clearTimeout(this.#timer);
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
    let next = this.#endAt;
    for (const due of this.#due) next = Math.min(next, due.next);
    return next;
  }

  /** Tells Python of deadlines that have passed; ends the kernel when it does not heed them. */
  tell(): void {
    const now = performance.now();
    if (now >= this.#endAt) {
      const text = `it has lived for ${this.#wallMs} ms, which is its limit (limits.wall)`;
      this.#kernel.terminate(diedOfLimit(text));
      return;
    }
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
    const delayMs = Math.min(nextMs - performance.now(), MAX_TIMER_MS);
    this.#timer = setTimeout(() => {
      this.tell();
      if (performance.now() < this.#endAt) this.#watch();
    }, delayMs);
    // Whoever waits for what a deadline is of keeps the process alive.
    (this.#timer as { unref?(): void }).unref?.();
  }
}
