import { copyOf } from "../../wire/parts.ts";
import { ErrnoError } from "./errno-error.ts";
import type { OutputOptions, TerminalSize } from "./output-options.ts";

const NEWLINE = 10;
const NUL = 0;
const decoder = new TextDecoder();

/** Where the bytes of an output stream go. Members may throw what the program's handler throws (ST-err). */
export interface OutputSink {
  readonly isTerminal: boolean;
  /** Takes at least one of the bytes, which are valid during the call, and returns how many. */
  write(bytes: Uint8Array): number;
  /** Delivers what is held back. */
  flush(): void;
  terminalSize?(): TerminalSize | undefined;
}

/** Whole lines as text (ST-batched). What is not valid UTF-8 becomes replacement characters. */
export class BatchedSink implements OutputSink {
  readonly isTerminal = false;
  readonly #options: OutputOptions;
  /** The line so far, in bytes: a character may be split between two writes. */
  #line: Uint8Array[] = [];

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  /** Takes bytes up to and with the first newline, so that a handler that throws has taken its line and no more. */
  write(bytes: Uint8Array): number {
    const newline = bytes.indexOf(NEWLINE);
    if (newline < 0) {
      this.#line.push(bytes.slice());
      return bytes.length;
    }
    this.#deliver(bytes.subarray(0, newline));
    return newline + 1;
  }

  flush(): void {
    if (this.#line.some((part) => part.length > 0)) this.#deliver(NOTHING);
  }

  /** @param rest of the line: a view, which is not kept */
  #deliver(rest: Uint8Array): void {
    const line = this.#line.length === 0 ? rest : copyOf([...this.#line, rest]);
    this.#line = [];
    const text = line.includes(NUL) ? line.filter((byte) => byte !== NUL) : line;
    this.#options.batched?.(decoder.decode(text));
  }
}

const NOTHING = new Uint8Array(0);

/** One byte a call (ST-raw). */
export class RawSink implements OutputSink {
  readonly #options: OutputOptions;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  get isTerminal(): boolean {
    return this.#options.isatty ?? false;
  }

  write(bytes: Uint8Array): number {
    for (const byte of bytes) this.#options.raw?.(byte);
    return bytes.length;
  }

  flush(): void {}

  terminalSize(): TerminalSize | undefined {
    return this.#options.getTerminalSize?.();
  }
}

/** Chunks, as many bytes as the handler takes (ST-write). */
export class WriteSink implements OutputSink {
  readonly #options: OutputOptions;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  get isTerminal(): boolean {
    return this.#options.isatty ?? false;
  }

  write(bytes: Uint8Array): number {
    const taken = this.#options.write?.(bytes);
    if (taken === undefined) {
      console.warn(
        "krait: a write handler returned undefined; it must return how many bytes it took",
      );
      throw new ErrnoError("EIO", "the write handler returned undefined");
    }
    return taken;
  }

  flush(): void {
    this.#options.fsync?.();
  }

  terminalSize(): TerminalSize | undefined {
    return this.#options.getTerminalSize?.();
  }
}
