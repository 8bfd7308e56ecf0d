import type { GlueModule } from "./glue.ts";

/** What a stream handler's exception means to the program that reads or writes (ST-err.*). */
export interface DeviceErrors {
  /** The errno to answer with. An exception without one is reported on the console and counts as EIO. */
  errnoOf(error: unknown): number;
  readonly EAGAIN: number;
  /** The exception that makes the system call fail. */
  failure(errno: number): unknown;
}

export function deviceErrors(glue: Pick<GlueModule, "FS" | "ERRNO_CODES">): DeviceErrors {
  const codes = glue.ERRNO_CODES;
  const known = (name: string): number => codes[name] as number;
  return {
    EAGAIN: known("EAGAIN"),
    failure: (errno) => new glue.FS.ErrnoError(errno),
    errnoOf(error) {
      const { errno, code } = (error ?? {}) as { errno?: unknown; code?: unknown };
      // Node's errors carry the host's number, negative, and the name; only the name means the same here.
      if (typeof code === "string" && Object.hasOwn(codes, code)) return known(code);
      if (typeof errno === "number" && Number.isInteger(errno) && errno > 0) return errno;
      console.error(error);
      return known("EIO");
    },
  };
}
