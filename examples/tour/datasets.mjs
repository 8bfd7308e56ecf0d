// The data sets: files of the npm package `vega-datasets`.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder with the package's files. */
export const DATA_FOLDER = join(
  dirname(fileURLToPath(import.meta.resolve("vega-datasets"))),
  "..",
  "data",
);

/** A file's bytes. */
export function readBytes(name) {
  return new Uint8Array(readFileSync(join(DATA_FOLDER, name)));
}

/** A file's text. */
export function readText(name) {
  return readFileSync(join(DATA_FOLDER, name), "utf8");
}
