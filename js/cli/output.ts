/** Writes to the process's standard output and error at once, so that order is kept and nothing is lost at exit. */
import { writeSync } from "node:fs";
import type { SharedState } from "./shared-state.ts";

/** How long to wait for a full pipe before trying again. */
const RETRY_MS = 5;

/**
 * Writes what fits: a handler for `setStdout({ write })` (ST-write). A pipe that does not block and is full is waited for.
 * @param checkInterrupt throws when a signal is to end the wait (IN-check.io).
 * @returns the number of bytes taken, at least one.
 * @throws the error of the write, its `code` a POSIX name such as "EPIPE".
 */
export function writeSome(
  fd: number,
  bytes: Uint8Array,
  state: SharedState,
  checkInterrupt: () => void,
): number {
  for (;;) {
    const ticket = state.ticket;
    try {
      return writeSync(fd, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
    checkInterrupt();
    state.wait(ticket, RETRY_MS);
  }
}
