/** An integer array whose element 0 is a mailbox for signals (IN-buffer). */
export type Mailbox = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** How often a kernel that computes fetches signals: one fetch takes some milliseconds. */
const LOOK_MS = 200;

/**
 * The mailboxes that the kernel of a worker looks at: its own, which messages and the channel's shared word fill, and the
 * program's buffer. To the kernel they are one buffer.
 */
export class InterruptWords {
  readonly #own: Mailbox;
  #program: Mailbox | undefined;
  readonly #look: (() => void) | undefined;
  #nextLook = 0;
  /** Is told of each look of the kernel, which it takes while it computes and while it waits. */
  meter: { look(): void } | undefined;

  /** @param own shared with the client where memory can be shared @param look fetches signals, where it is not */
  constructor(own: Mailbox, look?: () => void) {
    this.#own = own;
    this.#look = look;
  }

  /** The buffer of `setInterruptBuffer`, or none. */
  set program(buffer: Mailbox | undefined) {
    this.#program = buffer;
  }

  /** Element 0: the signal that waits, or 0. Writing it takes it. */
  get 0(): number {
    this.meter?.look();
    if (this.#look !== undefined && performance.now() >= this.#nextLook) {
      this.#look();
      this.#nextLook = performance.now() + LOOK_MS;
    }
    return Atomics.load(this.#own, 0) || (this.#program?.[0] ?? 0);
  }

  set 0(signum: number) {
    if (Atomics.load(this.#own, 0) !== 0) Atomics.store(this.#own, 0, signum);
    else if (this.#program !== undefined) this.#program[0] = signum;
  }

  readonly length = 1;

  /** Sends a signal. */
  raise(signum: number): void {
    Atomics.store(this.#own, 0, signum);
  }
}
