import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package that this command is part of. */
const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

/** In every folder of packages. */
export const LOCK_FILE = "pyodide-lock.json";

/** The folder of krait's own packages, where there is one: in the package, or beside it, as in a checkout. */
export function ownPackages(): string | undefined {
  const places = [join(PACKAGE, "packages"), join(PACKAGE, "..", "packages")];
  return places.find((folder) => existsSync(join(folder, LOCK_FILE)));
}
