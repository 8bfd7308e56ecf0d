import { type DeviceErrors, deviceErrors } from "../kernel/device-errors.ts";
import type { StandardStream, StandardStreams } from "../kernel/standard-streams.ts";
import type { RemoteFiles } from "./remote-files.ts";

/** What a descriptor is asked to read at most. */
const MAX_READ_BYTES = 1 << 16;

/**
 * The standard streams for Python in another process (`_pyodide._remote_streams`). Bytes cross as text of as many code units,
 * since text crosses by itself; a negative number is the errno of a failure (ST-err.*).
 * @param exiting is told the status of the process before it ends
 */
export function hostStreams(
  { stdin, stdout, stderr }: StandardStreams,
  { FS, errnoCodes }: RemoteFiles,
  exiting: (status: number) => void,
): object {
  const errors = deviceErrors({ FS, ERRNO_CODES: errnoCodes });
  const byDescriptor: readonly StandardStream[] = [stdin, stdout, stderr];
  const operation =
    <Rest extends unknown[]>(operate: (stream: StandardStream, ...rest: Rest) => unknown) =>
    (fd: number, ...rest: Rest) =>
      orErrno(errors, () => operate(byDescriptor[fd] as StandardStream, ...rest));
  return {
    exiting,
    isatty: (fd: number) => byDescriptor[fd]?.isTerminal ?? false,
    read: operation((stream, byteCount: number) => {
      const buffer = new Uint8Array(Math.min(byteCount, MAX_READ_BYTES));
      const count = stream.read?.(buffer) ?? 0;
      return String.fromCharCode(...buffer.subarray(0, count));
    }),
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
