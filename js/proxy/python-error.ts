/** Names the exception in the kernel while it is the last one that left Python (PE-identity). Not a property: PE-noref. */
const serials = new WeakMap<Error, number>();

/** Lets only this module construct errors: the classes of `ffi` are for `instanceof` alone. */
const TOKEN = Symbol("PythonError");

/**
 * A JavaScript error caused by a Python exception (PE-class). It holds no reference to the exception, which is
 * `sys.last_exc` in Python until the next one.
 */
export class PythonError extends Error {
  /** Qualified name of the exception's class, without its module: "KeyError" (PE-type). */
  readonly type: string;
  readonly #isPythonError = true;

  /** @param message the traceback as Python prints it (PE-message) */
  constructor(token: typeof TOKEN, type: string, message: string) {
    if (token !== TOKEN) throw new TypeError("PythonError is not a constructor");
    super(message);
    this.type = type;
  }

  /** Never throws, whatever it is asked of. */
  static override [Symbol.hasInstance](value: unknown): value is PythonError {
    return Object(value) === value && #isPythonError in (value as object);
  }

  static {
    Object.defineProperty(PythonError.prototype, "name", {
      value: "PythonError",
      writable: true,
      configurable: true,
    });
  }
}

/** @param serial see `serialOf` */
export function makePythonError(type: string, message: string, serial = 0): PythonError {
  const error = new PythonError(TOKEN, type, message);
  if (serial !== 0) serials.set(error, serial);
  return error;
}

/** The serial of a PythonError, 0 for everything else. */
export function serialOf(error: unknown): number {
  return (error instanceof PythonError && serials.get(error)) || 0;
}

/** A destroyed proxy among the arguments fails as a JsException would, raised where Python takes it (PX-destroy.python). */
export function raisedInPython(error: Error): PythonError {
  const line = `pyodide.ffi.JsException: Error: ${error.message}\n`;
  return makePythonError("JsException", `Traceback (most recent call last):\n${line}`);
}
