import { Scheduler } from "../api/scheduler.ts";

/** The kernel's timers, with what the client and the waiting worker need to know of them. */
export class BusyScheduler {
  readonly #scheduler = new Scheduler();
  /** When each of them is due, by `performance.now`. */
  readonly #due = new Set<{ readonly at: number }>();
  readonly #changed: (isBusy: boolean) => void;

  /** @param changed is told when the first callback is scheduled, and when the last one has run */
  constructor(changed: (isBusy: boolean) => void) {
    this.#changed = changed;
  }

  schedule(callback: () => void, delayMs: number): void {
    const entry = { at: performance.now() + delayMs };
    this.#due.add(entry);
    if (this.#due.size === 1) this.#changed(true);
    this.#scheduler.schedule(() => {
      this.#due.delete(entry);
      callback();
      if (this.#due.size === 0) this.#changed(false);
    }, delayMs);
  }

  /** When the next callback is due. */
  get nextDue(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { at } of this.#due) next = Math.min(next, at);
    return next;
  }

  stop(): void {
    this.#scheduler.stop();
  }
}
