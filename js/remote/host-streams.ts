import { type DeviceErrors, deviceErrors } from "../kernel/device-errors.ts";
import type { StandardStream, StandardStreams } from "../kernel/standard-streams.ts";
import { readOf } from "../services/stdio/stream-service.ts";
import type { RemoteFiles } from "./remote-files.ts";

/** What a descriptor is asked to read at most. */
const MAX_READ_BYTES = 1 << 16;

interface OpenRead {
  /** Once it is settled: its text, or what it failed with. */
  outcome?: () => string;
}

export interface StreamsHost {
  /** Whether the program's thread waits for the kernel now, so that no promise of its can be settled. */
  isBlocked(): boolean;
  /** Told the status of the process before it ends. */
  exiting(status: number): void;
  /** Told the limit that the process has passed before that ends it. */
  passed(text: string): void;
}

/**
 * The standard streams for Python in another process (`_pyodide._remote_streams`). Bytes cross as text of as many code units,
 * since text crosses by itself; a negative number is the errno of a failure (ST-err.*). While a promised input is not
 * there, that is EINTR: Python asks again a little later, and looks for signals in between.
 */
export function hostStreams(
  { stdin, stdout, stderr }: StandardStreams,
  { FS, errnoCodes }: RemoteFiles,
  { isBlocked, exiting, passed }: StreamsHost,
): object {
  const errors = deviceErrors({ FS, ERRNO_CODES: errnoCodes });
  const byDescriptor: readonly StandardStream[] = [stdin, stdout, stderr];
  const operation =
    <Rest extends unknown[]>(operate: (stream: StandardStream, ...rest: Rest) => unknown) =>
    (fd: number, ...rest: Rest) =>
      orErrno(errors, () => operate(byDescriptor[fd] as StandardStream, ...rest));
  /** A read whose bytes the program has promised. */
  let open: OpenRead | undefined;
  const read = (stream: StandardStream, byteCount: number): string | number => {
    if (open === undefined) {
      const buffer = new Uint8Array(Math.min(byteCount, MAX_READ_BYTES));
      const text = (count: number) => String.fromCharCode(...buffer.subarray(0, count));
      const count = readOf(stream, isBlocked(), buffer);
      if (typeof count === "number") return text(count);
      const begun: OpenRead = {};
      count.then(
        (filled) => {
          begun.outcome = () => text(filled);
        },
        (error) => {
          begun.outcome = () => {
            throw error;
          };
        },
      );
      open = begun;
    }
    const { outcome } = open;
    if (outcome === undefined) return -(errnoCodes.EINTR as number);
    open = undefined;
    return outcome();
  };
  return {
    exiting: (status: number) => exiting(status),
    passed: (text: string) => passed(text),
    isatty: (fd: number) => byDescriptor[fd]?.isTerminal ?? false,
    read: operation(read),
    write: operation((stream, text: string) => {
      const bytes = Uint8Array.from(text, (unit) => unit.charCodeAt(0));
      return stream.write?.(bytes) ?? bytes.length;
    }),
  };
}

function orErrno(errors: DeviceErrors, operate: () => unknown): unknown {
  try {
    return operate();
  } catch (error) {
    return -errors.errnoOf(error);
  }
}

/** Output that nobody waits for: what a handler throws has no errno to become. */
export function writeOutput(
  { stdout, stderr }: StandardStreams,
  descriptor: number,
  bytes: Uint8Array,
): void {
  const stream = descriptor === 2 ? stderr : stdout;
  try {
    for (let rest = bytes; rest.length > 0; ) {
      const count = stream.write?.(rest) ?? rest.length;
      if (!(count > 0)) throw new RangeError(`a stream handler took ${count} bytes`);
      rest = rest.subarray(count);
    }
  } catch (error) {
    console.error("krait: output of the kernel's process is lost:", error);
  }
}
