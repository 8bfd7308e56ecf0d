import type { Environment } from "./environment.ts";
import type { Files } from "./files.ts";
import { openNodeFiles } from "./node-files.ts";
import { webFiles } from "./web-files.ts";

/** The way to read files in an environment. */
export async function openFiles(environment: Environment): Promise<Files> {
  return environment.kind === "node" ? openNodeFiles() : webFiles;
}
