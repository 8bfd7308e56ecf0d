/** Standard input from the main thread to the worker: the worker asks and blocks, the main thread fills. */
import { type SharedState, STDIN_CAPACITY_BYTES, StdinState } from "./shared-state.ts";

/** The worker's end. */
export class StdinReader {
  readonly #state: SharedState;
  readonly #request: () => void;
  readonly #checkInterrupt: () => void;
  #offset = 0;
  #length = 0;

  /**
   * @param request tells the main thread that input is wanted; it must not wait for an answer.
   * @param checkInterrupt throws when a signal ends the read (IN-check.io).
   */
  constructor(state: SharedState, request: () => void, checkInterrupt: () => void) {
    this.#state = state;
    this.#request = request;
    this.#checkInterrupt = checkInterrupt;
  }

  /**
   * Blocks until there is input, and copies what fits: a handler for `setStdin({ read })` (ST-stdin.read).
   * @returns the number of bytes; 0 is the end of input.
   * @throws an error with `code` "EIO" when the main thread cannot read, and what `checkInterrupt` throws.
   */
  read(target: Uint8Array): number {
    if (target.length === 0) return 0;
    if (this.#offset === this.#length && !this.#refill()) return 0;
    const count = Math.min(target.length, this.#length - this.#offset);
    target.set(this.#state.stdinBytes.subarray(this.#offset, this.#offset + count));
    this.#offset += count;
    return count;
  }

  /** Waits for the next bytes; false at the end of input. */
  #refill(): boolean {
    const state = this.#state;
    // After an interrupted read the request is still open, or answered by now.
    if (state.stdinState === StdinState.idle) {
      state.stdinState = StdinState.wanted;
      this.#request();
    }
    for (;;) {
      const ticket = state.ticket;
      if (state.stdinState !== StdinState.wanted) break;
      this.#checkInterrupt();
      state.wait(ticket);
    }
    return this.#take();
  }

  #take(): boolean {
    const outcome = this.#state.stdinState;
    this.#state.stdinState = StdinState.idle;
    if (outcome === StdinState.failed) {
      throw Object.assign(new Error("standard input cannot be read"), { code: "EIO" });
    }
    if (outcome === StdinState.ended) return false;
    this.#offset = 0;
    this.#length = this.#state.stdinLength;
    return true;
  }
}

/** What the main thread reads from; see `stdin-source.ts`. */
export interface ByteSource {
  /** Resolves to the next bytes, or `undefined` at the end. At most one call at a time. */
  next(): Promise<Uint8Array | undefined>;
}

/** The main thread's end. */
export class StdinWriter {
  readonly #state: SharedState;
  readonly #source: ByteSource;
  #left: Uint8Array | undefined;

  constructor(state: SharedState, source: ByteSource) {
    this.#state = state;
    this.#source = source;
  }

  /** Whether the worker waits for input. */
  get isWanted(): boolean {
    return this.#state.stdinState === StdinState.wanted;
  }

  /** Answers one request of the worker. Never rejects: a failure is told to the worker. */
  async serve(): Promise<void> {
    try {
      const bytes = this.#left ?? (await this.#source.next());
      if (bytes) this.#fill(bytes);
      else this.#state.stdinState = StdinState.ended;
    } catch {
      this.#state.stdinState = StdinState.failed;
    }
    this.#state.wake();
  }

  #fill(bytes: Uint8Array): void {
    const now = bytes.subarray(0, STDIN_CAPACITY_BYTES);
    this.#left = now.length < bytes.length ? bytes.subarray(now.length) : undefined;
    this.#state.stdinBytes.set(now);
    this.#state.stdinLength = now.length;
    this.#state.stdinState = StdinState.filled;
  }
}
