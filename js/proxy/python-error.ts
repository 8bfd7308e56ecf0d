/** Names the exception in the kernel while it is the last one that left Python (PE-identity). Not a property: PE-noref. */
const serials = new WeakMap<Error, number>();

/**
 * A JavaScript error caused by a Python exception (PE-class). It holds no reference to the exception, which is
 * `sys.last_exc` in Python until the next one.
 */
export class PythonError extends Error {
  /** Qualified name of the exception's class, without its module: "KeyError" (PE-type). */
  readonly type: string;

  /** @param message the traceback as Python prints it (PE-message) */
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }

  static {
    Object.defineProperty(PythonError.prototype, "name", {
      value: "PythonError",
      writable: true,
      configurable: true,
    });
  }
}

export function setSerial(error: PythonError, serial: number): PythonError {
  if (serial !== 0) serials.set(error, serial);
  return error;
}

/** The serial of a PythonError, 0 for everything else. */
export function serialOf(error: unknown): number {
  return (error instanceof PythonError && serials.get(error)) || 0;
}
