/** A failure of a stream with the POSIX name of its error, which the kernel's devices translate (ST-err.generic). */
export class ErrnoError extends Error {
  override readonly name = "ErrnoError";
  /** The POSIX name: "EIO". */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
