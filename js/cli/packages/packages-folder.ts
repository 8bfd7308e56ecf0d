import { homedir } from "node:os";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where `krait install` puts packages, and where every run looks for them: KRAIT_PACKAGES, else by the XDG base directory
 * specification (`$XDG_DATA_HOME/krait/site-packages`), else under the user's own folder.
 */
export function packagesFolder(environment: Environment = process.env): string {
  const named = environment.KRAIT_PACKAGES;
  if (named) return named;
  const data = environment.XDG_DATA_HOME;
  if (data?.startsWith("/")) return join(data, "krait", "site-packages");
  if (environment.LOCALAPPDATA) return join(environment.LOCALAPPDATA, "krait", "site-packages");
  return join(environment.HOME || homedir(), ".local", "share", "krait", "site-packages");
}
