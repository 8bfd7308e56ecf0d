/** Looks before going to sleep, at most: some fifty microseconds, in which most answers come when a core is free for them. */
const MAX_LOOKS = 4000;
const MIN_LOOKS = 8;
/** Waits after which the full number is tried again. */
const RETRY_WAITS = 64;

/**
 * Looks for something again and again for a short while, since going to sleep and being woken costs more than most answers
 * take. Where that does not help, because no core is free for the other side, it soon looks less.
 */
export class Patience {
  #looks = MAX_LOOKS;
  #waits = 0;

  /** Whether it came while this looked. */
  spin(isThere: () => boolean): boolean {
    for (let looks = 0; looks < this.#looks; looks++) {
      if (isThere()) {
        this.#looks = Math.min(this.#looks * 2, MAX_LOOKS);
        return true;
      }
    }
    this.#waits++;
    const isRetry = this.#waits % RETRY_WAITS === 0;
    this.#looks = isRetry ? MAX_LOOKS : Math.max(this.#looks >> 1, MIN_LOOKS);
    return false;
  }
}
