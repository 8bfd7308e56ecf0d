import { homedir } from "node:os";
import { join } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Folders of the XDG base directory specification: the variable that names each, and where it is below the user's own. */
const KINDS = {
  data: { variable: "XDG_DATA_HOME", below: "share" },
  state: { variable: "XDG_STATE_HOME", below: "state" },
} as const;

/** Where krait keeps things of the user's: by that specification, else LOCALAPPDATA, else under the user's own folder. */
export function userFolder(kind: keyof typeof KINDS, environment: Environment): string {
  const { variable, below } = KINDS[kind];
  const named = environment[variable];
  if (named?.startsWith("/")) return join(named, "krait");
  if (environment.LOCALAPPDATA) return join(environment.LOCALAPPDATA, "krait");
  return join(environment.HOME || homedir(), ".local", below, "krait");
}
