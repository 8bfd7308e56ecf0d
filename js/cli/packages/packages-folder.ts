import { join } from "node:path";
import { type Environment, userFolder } from "../user-folder.ts";

/** Where `krait install` puts packages, and where every run looks for them: KRAIT_PACKAGES, else the user's data. */
export function packagesFolder(environment: Environment = process.env): string {
  return environment.KRAIT_PACKAGES || join(userFolder("data", environment), "site-packages");
}
