/** The exit status for a command line that cannot be followed. */
export const USAGE_STATUS = 2;

/** Says why a command does nothing, or could not do it; gives the exit status. */
export function refuse(command: string, text: string, status = USAGE_STATUS): number {
  process.stderr.write(`${command}: ${text}\n`);
  return status;
}

/** The same of words that are wrong. */
export function refuseWords(command: string, error: unknown): number {
  return refuse(command, `${(error as Error).message}\n\`${command} --help' says more.`);
}
