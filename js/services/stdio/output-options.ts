/** Options of `setStdout` and `setStderr` (ST-out). Handlers are looked up on the object and called as its methods. */
export interface OutputOptions {
  /** Called once a completed line, without its newline (ST-batched). */
  batched?: (text: string) => void;
  /** Called once a byte, 0 to 255 (ST-raw). */
  raw?: (byte: number) => void;
  /** Called with a chunk, valid during the call; returns how many bytes it took (ST-write). */
  write?: (buffer: Uint8Array) => number;
  /** With `write`: called on fsync and close (ST-write.fsync). */
  fsync?: () => void;
  /** What `os.isatty` says; only with `raw` or `write` (ST-out.isatty). */
  isatty?: boolean;
  /** What `os.get_terminal_size` says (ST-out.tty). */
  getTerminalSize?: () => TerminalSize;
}

/** In characters. */
export interface TerminalSize {
  rows: number;
  columns: number;
}

/** @throws {TypeError} for options that contradict each other (ST-out.exclusive, ST-out.isatty) */
export function checkOutputOptions({ batched, raw, write, isatty }: OutputOptions): void {
  const handlers = [batched, raw, write].filter((handler) => handler !== undefined);
  if (handlers.length > 1) {
    throw new TypeError("At most one of 'raw', 'batched', and 'write' must be passed");
  }
  if (isatty && raw === undefined && write === undefined) {
    throw new TypeError("Cannot set 'isatty' to true unless 'raw' or 'write' is provided");
  }
}
