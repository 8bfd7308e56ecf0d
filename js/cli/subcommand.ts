/** The exit status for a command line that cannot be followed. */
export const USAGE_STATUS = 2;

/** Says why a command does nothing, or could not do it; gives the exit status. */
export function refuse(command: string, text: string, status = USAGE_STATUS): number {
  process.stderr.write(`${command}: ${text}\n`);
  return status;
}

/** What `settingsOf` reads from a command's words. */
interface Settings {
  readonly wantsHelp: boolean;
}

/** Has a command act by its words, unless they are wrong or ask for its help; gives the exit status. */
export async function followWords<T extends Settings>(
  command: { readonly name: string; readonly help: string },
  settingsOf: () => T,
  act: (settings: T) => Promise<number>,
): Promise<number> {
  let settings: T;
  try {
    settings = settingsOf();
  } catch (error) {
    const { name } = command;
    return refuse(name, `${(error as Error).message}\n\`${name} --help' says more.`);
  }
  if (!settings.wantsHelp) return act(settings);
  process.stdout.write(command.help);
  return 0;
}

/** @throws {Error} when `text` is no port of TCP */
export function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new Error(`${text} is no port`);
  return port;
}
