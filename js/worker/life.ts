/** Counts what is under way, as long as which a program is to stay alive. */
export class Life {
  readonly #changed: (isWanted: boolean) => void;
  #count = 0;

  /** @param changed is told when the first thing begins, and when the last one has ended */
  constructor(changed: (isWanted: boolean) => void) {
    this.#changed = changed;
  }

  get isWanted(): boolean {
    return this.#count > 0;
  }

  /** Begins something, which lasts until the result is called. */
  begin(): () => void {
    if (++this.#count === 1) this.#changed(true);
    let hasEnded = false;
    return () => {
      if (hasEnded) return;
      hasEnded = true;
      if (--this.#count === 0) this.#changed(false);
    };
  }
}
