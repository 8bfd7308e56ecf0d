/** Whether Python is inside a read or a write of a standard stream, where it can neither be called nor interrupted. */
export class Activity {
  #depth = 0;
  readonly #changed: (isBusy: boolean) => void;

  /** @param changed is told when Python enters a stream, and when it is out of them again */
  constructor(changed: (isBusy: boolean) => void) {
    this.#changed = changed;
  }

  during<T>(operation: () => T): T {
    if (this.#depth++ === 0) this.#changed(true);
    try {
      return operation();
    } finally {
      if (--this.#depth === 0) this.#changed(false);
    }
  }
}
