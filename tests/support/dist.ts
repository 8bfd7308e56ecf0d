import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));

/** Folder of the package under test, with a trailing separator. `KRAIT_DIST` overrides it. */
export const DIST_PATH = path.join(
  path.resolve(CHECKOUT, process.env.KRAIT_DIST ?? "build/dist"),
  path.sep,
);

/** URL of a file of the package under test. */
export function distUrl(name: string): string {
  return pathToFileURL(path.join(DIST_PATH, name)).href;
}
