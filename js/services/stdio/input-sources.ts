import { ErrnoError } from "./errno-error.ts";
import type { InputOptions, InputValue } from "./input-options.ts";

const NEWLINE = 10;
const encoder = new TextEncoder();

/** Where the bytes of standard input come from. Members may throw what the program's handler throws (ST-err). */
export interface InputSource {
  readonly isTerminal: boolean;
  /** Fills `buffer` from its start and returns the count; 0 is the end of input. */
  read(buffer: Uint8Array): number;
  /** As `read`; a promise where the program gave one. */
  readLater?(buffer: Uint8Array): number | Promise<number>;
  flush?(): void;
}

/**
 * After a value a read goes on with the next one, returns what it has, or does so and the next one finds the end of the
 * file. After a newline the end would only break up what readers of lines see as one text.
 */
type After = "more" | "return" | "end";

/** Values of a handler, one after the other (ST-stdin.stdin). */
export class ValueSource implements InputSource {
  readonly #options: InputOptions;
  /** What is left of the last value. */
  #rest = new Uint8Array();
  /** What follows when `#rest` is used up (ST-stdin.eof). */
  #after: After = "more";
  /** A value that the handler promised and no read has got yet. */
  #promised: PromiseLike<InputValue> | undefined;

  constructor(options: InputOptions) {
    this.#options = options;
  }

  get isTerminal(): boolean {
    return this.#options.isatty ?? false;
  }

  read(buffer: Uint8Array): number {
    const count = this.readLater(buffer);
    if (typeof count === "number") return count;
    count.catch(() => {});
    console.warn(CANNOT_AWAIT);
    throw new ErrnoError("EIO", "the stdin handler gave a promise");
  }

  readLater(buffer: Uint8Array): number | Promise<number> {
    let filled = 0;
    while (filled < buffer.length) {
      if (this.#rest.length > 0) {
        const part = this.#rest.subarray(0, buffer.length - filled);
        buffer.set(part, filled);
        filled += part.length;
        this.#rest = this.#rest.subarray(part.length);
      } else if (this.#after !== "more") {
        // A read that has data to give ends here; an end of file is told by a read of its own.
        if (filled === 0 || this.#after === "return") this.#after = "more";
        return filled;
      } else {
        const value = this.#promised ?? this.#options.stdin?.();
        if (isPromise(value)) return this.#readPromised(value, buffer, filled);
        if (!this.#take(value)) return filled;
      }
    }
    return filled;
  }

  /** What is there already is not held back. */
  #readPromised(
    value: PromiseLike<InputValue>,
    buffer: Uint8Array,
    filled: number,
  ): number | Promise<number> {
    this.#promised = value;
    if (filled > 0) return filled;
    return this.#awaitValue(value, buffer);
  }

  async #awaitValue(value: PromiseLike<InputValue>, buffer: Uint8Array): Promise<number> {
    try {
      const isThere = this.#take(await value);
      this.#promised = undefined;
      return isThere ? this.readLater(buffer) : 0;
    } catch (error) {
      this.#promised = undefined;
      throw error;
    }
  }

  /** Takes a value; false for an end of file. */
  #take(value: InputValue): boolean {
    if (value === null || value === undefined) return false;
    this.#rest = bytesOf(value);
    if (typeof value !== "number" && (this.#options.autoEOF ?? true)) {
      this.#after = this.#rest.at(-1) === NEWLINE ? "return" : "end";
    }
    return true;
  }
}

const CANNOT_AWAIT =
  "krait: a stdin handler gave a promise, which only a kernel in a worker or a remote one can wait for, and only while this thread is not blocked by a synchronous call";

function isPromise(value: unknown): value is PromiseLike<InputValue> {
  return typeof (value as PromiseLike<InputValue> | undefined | null)?.then === "function";
}

/** @throws {ErrnoError} EIO for a value that is no input */
function bytesOf(value: Exclude<InputValue, null | undefined>): Uint8Array<ArrayBuffer> {
  if (typeof value === "number") return Uint8Array.of(value);
  if (typeof value === "string") return encoder.encode(value.endsWith("\n") ? value : `${value}\n`);
  if (value instanceof ArrayBuffer) return new Uint8Array(value.slice(0));
  if (ArrayBuffer.isView(value) && (value as Partial<Uint8Array>).BYTES_PER_ELEMENT === 1) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  }
  console.warn(
    "krait: a stdin handler must return a string, a number, an ArrayBuffer, a view with elements of one byte, null or undefined",
  );
  throw new ErrnoError("EIO", "the stdin handler returned what is no input");
}

/** A handler that fills the buffer itself (ST-stdin.read). */
export class ReadSource implements InputSource {
  readonly #options: InputOptions;

  constructor(options: InputOptions) {
    this.#options = options;
  }

  get isTerminal(): boolean {
    return this.#options.isatty ?? false;
  }

  read(buffer: Uint8Array): number {
    // Whether the answer is a count at all is checked by who asks.
    return this.#options.read?.(buffer) as number;
  }

  flush(): void {
    this.#options.fsync?.();
  }
}

/** Every read fails (ST-stdin.error). */
export const failingSource: InputSource = {
  isTerminal: false,
  read(): never {
    throw new ErrnoError("EIO", "standard input is set to fail");
  },
};
