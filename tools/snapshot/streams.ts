import { writeSync } from "node:fs";
import type { StandardStreams } from "../../js/kernel/standard-streams.ts";

const STANDARD_ERROR = 2;

const toStandardError = {
  isTerminal: false,
  write: (bytes: Uint8Array) => writeSync(STANDARD_ERROR, bytes),
};

/** Whatever Python prints while a snapshot is made goes to the log. */
export const forwardedStreams: StandardStreams = {
  stdin: { isTerminal: false, read: () => 0 },
  stdout: toStandardError,
  stderr: toStandardError,
};
