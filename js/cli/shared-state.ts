/**
 * The memory that both threads of the CLI see: one block, so that one wait covers everything the worker may wait for
 * (terminal input, an interrupt, the end of a sleep).
 */

/** Bytes of standard input handed over at once. */
export const STDIN_CAPACITY_BYTES = 64 * 1024;

/** Words of the block, 32 bits each. */
const INTERRUPT = 0;
const WAKES = 1;
const STDIN_STATE = 2;
const STDIN_LENGTH = 3;
const ROWS = 4;
const COLUMNS = 5;
const IS_STARTED = 6;
const WORD_COUNT = 8;
const HEADER_BYTES = WORD_COUNT * 4;

/** What the standard input part of the block says. */
export const StdinState = {
  /** Nothing is asked for. */
  idle: 0,
  /** The worker waits for bytes. */
  wanted: 1,
  /** `length` bytes are there. */
  filled: 2,
  /** Input has ended. */
  ended: 3,
  /** Reading failed. */
  failed: 4,
} as const;

export class SharedState {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  /** Bytes of standard input on their way to the worker. */
  readonly stdinBytes: Uint8Array;

  constructor(buffer = new SharedArrayBuffer(HEADER_BYTES + STDIN_CAPACITY_BYTES)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, WORD_COUNT);
    this.stdinBytes = new Uint8Array(buffer, HEADER_BYTES);
  }

  /** The mailbox for `setInterruptBuffer` (IN-buffer). */
  get interruptBuffer(): Int32Array {
    return this.#words.subarray(INTERRUPT, INTERRUPT + 1);
  }

  /** Whether Python runs: from then on an interrupt is for it. */
  get isStarted(): boolean {
    return Atomics.load(this.#words, IS_STARTED) === 1;
  }

  setStarted(): void {
    Atomics.store(this.#words, IS_STARTED, 1);
  }

  get pendingSignal(): number {
    return Atomics.load(this.#words, INTERRUPT);
  }

  /** Asks running Python to handle a signal, and ends whatever the worker waits for. */
  interrupt(signal: number): void {
    Atomics.store(this.#words, INTERRUPT, signal);
    this.wake();
  }

  /** Ends a `wait` of the other thread, or the next one when its `ticket` is older than this call. */
  wake(): void {
    Atomics.add(this.#words, WAKES, 1);
    Atomics.notify(this.#words, WAKES);
  }

  /** To be taken before looking at what one would wait for. */
  get ticket(): number {
    return Atomics.load(this.#words, WAKES);
  }

  /** Blocks this thread until a `wake` after the ticket was taken, or for the time given. */
  wait(ticket: number, timeoutMs = Number.POSITIVE_INFINITY): void {
    Atomics.wait(this.#words, WAKES, ticket, timeoutMs);
  }

  get stdinState(): number {
    return Atomics.load(this.#words, STDIN_STATE);
  }

  set stdinState(state: number) {
    Atomics.store(this.#words, STDIN_STATE, state);
  }

  get stdinLength(): number {
    return Atomics.load(this.#words, STDIN_LENGTH);
  }

  set stdinLength(length: number) {
    Atomics.store(this.#words, STDIN_LENGTH, length);
  }

  get terminalSize(): { rows: number; columns: number } {
    return {
      rows: Atomics.load(this.#words, ROWS) || 24,
      columns: Atomics.load(this.#words, COLUMNS) || 80,
    };
  }

  set terminalSize(size: { rows: number; columns: number }) {
    Atomics.store(this.#words, ROWS, size.rows);
    Atomics.store(this.#words, COLUMNS, size.columns);
  }
}
