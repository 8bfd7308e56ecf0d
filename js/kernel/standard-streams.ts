/**
 * What the kernel's devices ask of a standard stream. Implemented by the stdio service. Every member may
 * throw: see `device-errors.ts` for what becomes of it (ST-err.*).
 */
export interface StandardStream {
  /** Whether the stream is a terminal right now (ST-out.isatty). */
  readonly isTerminal: boolean;
  /** Fills `buffer` from its start and returns the count; 0 is the end of input. Absent: not readable. */
  read?(buffer: Uint8Array): number;
  /** As `read`, for a reader that can be answered later: a promise where the program gave one. */
  readLater?(buffer: Uint8Array): number | Promise<number>;
  /**
   * Takes bytes and returns how many, at least one unless `buffer` is empty. The array is a view of WebAssembly
   * memory: it is only valid during the call. Absent: not writable.
   */
  write?(buffer: Uint8Array): number;
  /** Delivers what is held back, such as a partial line (ST-batched.3). */
  flush?(): void;
  /** Size of the terminal in characters (ST-out.tty). Absent: 24 rows by 80 columns. */
  terminalSize?(): { rows: number; columns: number };
}

/** The three streams behind descriptors 0, 1 and 2. Their handlers may change at any time. */
export interface StandardStreams {
  readonly stdin: StandardStream;
  readonly stdout: StandardStream;
  readonly stderr: StandardStream;
}
