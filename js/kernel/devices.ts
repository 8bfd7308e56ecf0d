import { type DeviceErrors, deviceErrors } from "./device-errors.ts";
import type { GlueModule } from "./glue.ts";
import type { StandardStream, StandardStreams } from "./standard-streams.ts";

/** Major number of the devices below; Emscripten's own are 1, 5, 6 and 64 on. */
const DEVICE_MAJOR = 40;
/** How long an operation waits before it is tried again after EAGAIN (ST-err.eagain). */
const RETRY_MS = 100;
const DEFAULT_SIZE = { rows: 24, columns: 80 };

/** The part of Emscripten's stream object that a device reads and sets. */
interface DeviceStream {
  seekable: boolean;
}

/**
 * Makes `/dev/stdin`, `/dev/stdout` and `/dev/stderr` and opens descriptors 0, 1 and 2 on them.
 * @param wait blocks for so many milliseconds; absent where the thread may not block.
 */
export function makeStandardDevices(
  glue: GlueModule,
  streams: StandardStreams,
  wait: ((milliseconds: number) => void) | undefined,
): void {
  const errors = deviceErrors(glue);
  const names = ["stdin", "stdout", "stderr"] as const;
  for (const [minor, name] of names.entries()) {
    const device = glue.FS.makedev(DEVICE_MAJOR, minor);
    glue.FS.registerDevice(device, streamOperations(streams[name], errors, wait));
    glue.FS.mkdev(`/dev/${name}`, 0o666, device);
    glue.FS.open(`/dev/${name}`, minor === 0 ? 0 : 1);
  }
  glue.FS.initialized = true;
}

function streamOperations(
  stream: StandardStream,
  errors: DeviceErrors,
  wait: ((milliseconds: number) => void) | undefined,
) {
  /** Runs a handler; what it throws becomes an errno. */
  function attempt<T>(operation: () => T): T {
    for (;;) {
      try {
        return operation();
      } catch (error) {
        const errno = errors.errnoOf(error);
        if (errno !== errors.EAGAIN || wait === undefined) throw errors.failure(errno);
        wait(RETRY_MS);
      }
    }
  }

  const flush = () => attempt(() => stream.flush?.());
  return {
    open(opened: DeviceStream) {
      opened.seekable = false;
      followTerminal(opened, stream);
    },
    // A duplicate is made by copying the original's properties, which would freeze `tty`.
    dup: (copy: DeviceStream) => followTerminal(copy, stream),
    close: flush,
    fsync(): number {
      flush();
      return 0;
    },
    read: (_: DeviceStream, heap: Int8Array, offset: number, length: number): number =>
      attempt(() => checkCount(stream.read?.(bytesOf(heap, offset, length)) ?? 0, length)),
    write: (_: DeviceStream, heap: Int8Array, offset: number, length: number): number =>
      attempt(() => checkCount(stream.write?.(bytesOf(heap, offset, length)) ?? length, length)),
  };
}

/** `isatty` and the terminal size are decided by `tty`, whose answer may change with the handler. */
function followTerminal(opened: DeviceStream, stream: StandardStream): void {
  const terminal = {
    ops: {
      ioctl_tiocgwinsz() {
        const { rows, columns } = stream.terminalSize?.() ?? DEFAULT_SIZE;
        return [rows, columns];
      },
    },
  };
  Object.defineProperty(opened, "tty", {
    get: () => (stream.isTerminal ? terminal : undefined),
    configurable: true,
    enumerable: true,
  });
}

function bytesOf(heap: Int8Array, offset: number, length: number): Uint8Array {
  return new Uint8Array(heap.buffer, heap.byteOffset + offset, length);
}

/** A handler's count is untrusted: one outside the buffer would move Python's pointers past it. */
function checkCount(count: number, length: number): number {
  if (Number.isInteger(count) && count >= 0 && count <= length) return count;
  throw new RangeError(`a stream handler answered ${count} for a buffer of ${length} bytes`);
}
