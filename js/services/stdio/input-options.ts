/** What a `stdin` handler may return (ST-stdin.stdin). */
export type InputValue = null | undefined | number | string | ArrayBuffer | ArrayBufferView;

/** Options of `setStdin` (ST-stdin). Handlers are looked up on the object and called as its methods. */
export interface InputOptions {
  /**
   * Called without arguments when Python reads and the previous value is used up. It may give a promise where the kernel is
   * elsewhere, in a worker or a remote process, and this thread is not blocked by a synchronous call of it: Python waits.
   */
  stdin?: () => InputValue | PromiseLike<InputValue>;
  /** Fills the buffer and returns the count; 0 is the end of input (ST-stdin.read). */
  read?: (buffer: Uint8Array) => number;
  /** With `read`. */
  fsync?: () => void;
  /** True: every read fails with EIO (ST-stdin.error). */
  error?: boolean;
  /** What `os.isatty(0)` says. Default false. */
  isatty?: boolean;
  /** With `stdin`: an end of file follows each whole string or buffer (ST-stdin.eof). Default true. */
  autoEOF?: boolean;
}

/** @throws {TypeError} for options that contradict each other (ST-stdin, ST-stdin.eofOnly) */
export function checkInputOptions({ stdin, read, error, autoEOF }: InputOptions): void {
  const sources = [stdin !== undefined, read !== undefined, error === true];
  if (sources.filter(Boolean).length > 1) {
    throw new TypeError("At most one of stdin, read, and error must be provided.");
  }
  if (autoEOF !== undefined && stdin === undefined) {
    throw new TypeError("The 'autoEOF' option can only be used with the 'stdin' option");
  }
}
