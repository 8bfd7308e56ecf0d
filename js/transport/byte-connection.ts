/** A connection that carries bytes, in whatever pieces: a socket of Node's, or a WebSocket. */
export interface ByteConnection {
  /** Sends the bytes, which are not changed any more. */
  write(bytes: Uint8Array<ArrayBuffer>): void;
  /** What was written and has not been taken by the system. */
  readonly unsentBytes: number;
  /** Ends it once what was written is sent. */
  end(): void;
  /** Ends it at once. */
  destroy(): void;
  /** Whether it keeps the process alive (Node). */
  keepAlive(isWanted: boolean): void;
  onBytes: (bytes: Uint8Array) => void;
  /** Told when nothing more comes; says why. May be told more than once. */
  onEnd: (reason: string) => void;
}
