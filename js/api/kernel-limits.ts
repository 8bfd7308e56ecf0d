import { Unsupported } from "../proxy/errors.ts";

/**
 * What a kernel outside of this thread may use (BY-limits). What passes `memory`, `handles` or `output` is an error of what ran; what
 * passes `cpu` or `wall` ends the kernel: its calls reject with KernelDied, whose cause is LimitPassed.
 */
export interface KernelLimits {
  /** Bytes of memory, beyond which Python has MemoryError: of WebAssembly memory; of a server's kernel, of its data. */
  memory?: number;
  /** Milliseconds of computing. In a worker the waits that krait sees are left out; other time of its thread counts. */
  cpu?: number;
  /** Milliseconds from the start. */
  wall?: number;
  /** How many objects each side may hold of the other; krait's own, about twenty, are among them. */
  handles?: number;
  /** Bytes of standard output and error together, beyond which Python has OSError (EFBIG). */
  output?: number;
}

const NAMES: readonly (keyof KernelLimits)[] = ["memory", "cpu", "wall", "handles", "output"];

/** @throws {RangeError} naming the limit that is none, {Unsupported} where there is nothing between the kernel and the program */
export function checkLimits(limits: unknown, isElsewhere: boolean): void {
  if (limits === undefined) return;
  if (!isElsewhere) {
    throw new Unsupported(
      'loadPyodide: limits are for kernels in a worker or on a server: what passes them in the same thread would take the program along. Give kernel: "worker"',
    );
  }
  if (typeof limits !== "object" || limits === null) {
    throw new TypeError("loadPyodide: limits must be an object");
  }
  for (const [name, value] of Object.entries(limits)) {
    if (!NAMES.includes(name as keyof KernelLimits)) {
      throw new RangeError(`loadPyodide: there is no limit ${name}, only ${NAMES.join(", ")}`);
    }
    const isGood = value === undefined || (Number.isFinite(value) && (value as number) > 0);
    if (!isGood) throw new RangeError(`loadPyodide: limits.${name} must be a positive number`);
  }
}
