import type { StandardStream, StandardStreams } from "../../kernel/standard-streams.ts";
import type { Methods } from "../service-peer.ts";
import { StdioMethod } from "../service-values.ts";

/**
 * Serves the standard streams to a kernel elsewhere. A handler's exception goes over with its errno.
 * @param isBlocked whether the program's thread waits for the kernel now, so that no promise of its can be settled
 */
export function streamMethods(streams: StandardStreams, isBlocked: () => boolean): Methods {
  const byDescriptor = [streams.stdin, streams.stdout, streams.stderr];
  const stream = (fd: unknown) => byDescriptor[Number(fd)] as StandardStream;
  return {
    [StdioMethod.read]: ([fd, byteCount]) => {
      const buffer = new Uint8Array(Number(byteCount));
      const filled = (count: number) => buffer.subarray(0, checkCount(count, buffer.length));
      const count = readOf(stream(fd), isBlocked(), buffer);
      return typeof count === "number" ? filled(count) : count.then(filled);
    },
    [StdioMethod.write]: ([fd, bytes]) => {
      const { length } = bytes as Uint8Array;
      return checkCount(stream(fd).write?.(bytes as Uint8Array) ?? length, length);
    },
    [StdioMethod.flush]: ([fd]) => {
      stream(fd).flush?.();
      return undefined;
    },
    [StdioMethod.terminalSize]: ([fd]) => {
      const { rows, columns } = stream(fd).terminalSize?.() ?? { rows: 24, columns: 80 };
      return `${rows} ${columns}`;
    },
    [StdioMethod.terminals]: () => terminalBits(streams),
  };
}

/** Reads, and gives a promise where the program does and this thread can wait for it. */
export function readOf(
  stream: StandardStream,
  isBlocked: boolean,
  buffer: Uint8Array,
): number | Promise<number> {
  return (isBlocked ? stream.read?.(buffer) : stream.readLater?.(buffer)) ?? 0;
}

/** Which descriptors are terminals. */
export function terminalBits({ stdin, stdout, stderr }: StandardStreams): number {
  return [stdin, stdout, stderr].reduce(
    (bits, { isTerminal }, fd) => bits | (isTerminal ? 1 << fd : 0),
    0,
  );
}

/** A handler's count is untrusted. */
function checkCount(count: number, length: number): number {
  if (Number.isInteger(count) && count >= 0 && count <= length) return count;
  throw new RangeError(`a stream handler answered ${count} for a buffer of ${length} bytes`);
}
