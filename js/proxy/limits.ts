/** A deadline in force, until `end` is called. */
export interface Limit {
  end(): void;
}

/** Deadlines of what Python runs (BY-deadline). It is told when one has passed; `_pyodide._deadlines` knows whose. */
export interface Limits {
  /** Puts a deadline in force. @throws {RangeError} for what is no time */
  begin(milliseconds: number): Limit;
}

/** The signal that tells Python to look whether a deadline has passed (`_pyodide._deadlines`). */
export const DEADLINE_SIGNAL = 63;
/** How long after a deadline Python is told again, while it does not end what runs. */
export const REMIND_MS = 50;
/** The functions of Python that run something with a deadline: their names, in `_pyodide._limited_code`. */
export type LimitedRun = "call" | "run" | "run_async";

/** The dotted name of such a function. */
export function limitedRun(name: LimitedRun): string {
  return `_pyodide._limited_code.${name}`;
}

/** @throws {RangeError} for what is no time */
export function checkedTimeout(milliseconds: number): number {
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return milliseconds;
  throw new RangeError(`timeout must be a number of milliseconds, not ${milliseconds}`);
}

/** A timeout as Python has them. */
export function secondsOf(milliseconds: number): number {
  return checkedTimeout(milliseconds) / 1000;
}
