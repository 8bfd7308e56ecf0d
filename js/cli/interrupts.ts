/** Ctrl-C: asks Python to raise KeyboardInterrupt, and says when to give up on it. */
import type { SharedState } from "./shared-state.ts";

/** POSIX number of the signal, on every host. */
const SIGINT = 2;

/** The exit status for an end by Ctrl-C: 128 + SIGINT, as a shell reports it. */
export const INTERRUPTED_STATUS = 130;

/** An interrupt that Python has not taken for so long was not heard. */
const UNHEARD_MS = 1000;

/** So many in a row that Python does not take end the process at once. */
const MOST_UNHEARD = 3;

export class Interrupter {
  readonly #state: SharedState;
  readonly #now: () => number;
  #firstUnheardMs = 0;
  #unheard = 0;

  constructor(state: SharedState, now: () => number = () => performance.now()) {
    this.#state = state;
    this.#now = now;
  }

  /** Passes one Ctrl-C on. False: Python does not react to those before it, and the process should end. */
  interrupt(): boolean {
    const nowMs = this.#now();
    if (this.#state.pendingSignal !== SIGINT) {
      this.#firstUnheardMs = nowMs;
      this.#unheard = 0;
    }
    this.#unheard += 1;
    if (this.#unheard >= MOST_UNHEARD) return false;
    if (this.#unheard > 1 && nowMs - this.#firstUnheardMs > UNHEARD_MS) return false;
    this.#state.interrupt(SIGINT);
    return true;
  }
}
