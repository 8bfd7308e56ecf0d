import { FailureKind } from "#vocabulary";

/** The name of a failure kind, as programs read it from `error.kind`. */
export type FailureName = keyof typeof FailureKind;

const NAMES = Object.fromEntries(
  Object.entries(FailureKind).map(([name, number]) => [number, name]),
) as Record<number, FailureName>;

/** A failure of krait itself, told apart by `kind`. Python's own exceptions are `PythonError`. */
export class KraitError extends Error {
  override readonly name: string = "KraitError";
  readonly kind: FailureName;

  constructor(kind: FailureName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The handle was released, or belongs to a kernel that is gone. */
export class StaleHandle extends KraitError {
  override readonly name = "StaleHandle";
  constructor(message: string) {
    super("staleHandle", message);
  }
}

/** A limit was passed; the message names it, its value and what was found. */
export class LimitPassed extends KraitError {
  override readonly name = "LimitPassed";
  constructor(message: string) {
    super("limit", message);
  }
}

/** A malformed frame or message: a fault of krait, not of the program. */
export class ProtocolError extends KraitError {
  override readonly name = "ProtocolError";
  constructor(message: string) {
    super("protocol", message);
  }
}

/** The object, this place or this version cannot do what was asked. */
export class Unsupported extends KraitError {
  override readonly name = "Unsupported";
  constructor(message: string) {
    super("unsupported", message);
  }
}

/** A synchronous member cannot be served here; the message says why and what to do (BY-sync). */
export class SyncUnavailable extends KraitError {
  override readonly name = "SyncUnavailable";
  constructor(message: string) {
    super("syncUnavailable", message);
  }
}

/** The interpreter is gone: a trap, memory exhaustion, an exit (BY-fatal). */
export class KernelDied extends KraitError {
  override readonly name = "KernelDied";
  /** Why, in one line. */
  readonly reason: string;
  /** Set on every fatal error, for programs written for the API this one is compatible with (JS-fatal). */
  readonly pyodide_fatal_error = true;

  constructor(reason: string, options?: ErrorOptions) {
    super("kernelDied", `The Python kernel died: ${reason}`, options);
    this.reason = reason;
  }
}

/** The end of a kernel that has passed a limit: `cause` is the limit (BY-limits). */
export function diedOfLimit(text: string): KernelDied {
  return new KernelDied(text, { cause: new LimitPassed(text) });
}

/** Python was called from inside one of its own reads or writes (ER-proxyReentry). */
export class NoGilError extends Error {
  override readonly name = "NoGilError";
  constructor() {
    super("Python cannot be called from inside a stream handler");
  }
}

/** The error class of a failure that is not a Python exception. */
export function errorOfKind(kind: number, message: string): KraitError {
  switch (kind) {
    case FailureKind.staleHandle:
      return new StaleHandle(message);
    case FailureKind.limit:
      return new LimitPassed(message);
    case FailureKind.protocol:
      return new ProtocolError(message);
    case FailureKind.unsupported:
      return new Unsupported(message);
    case FailureKind.syncUnavailable:
      return new SyncUnavailable(message);
    case FailureKind.kernelDied:
    case FailureKind.fatal:
      return new KernelDied(message);
    default:
      return new KraitError(NAMES[kind] ?? "protocol", message);
  }
}
