import type { Environment } from "../kernel/environment.ts";
import { DESTROYED, destroyProxy, stateOf } from "../proxy/py-state.ts";
import { PackageLoader } from "../services/packages/loader.ts";
import { PackageFiles } from "../services/packages/package-files.ts";
import { makePlan, requestOf } from "../services/packages/plan.ts";
import { LinkInstaller } from "./link-installer.ts";
import type { LockFileInUse } from "./lock-file.ts";
import type { PyodideConfig } from "./options.ts";
import type { Parts } from "./pyodide.ts";

/** The files of the packages. Those that the options ask for are read from now on, beside the start (JS-opt-packages). */
export function openPackageFiles(
  { contents, baseUrl }: LockFileInUse,
  config: PyodideConfig,
  host: Environment,
): PackageFiles {
  const files = new PackageFiles({
    host,
    baseUrl,
    cacheFolder: config.packageCacheDir,
    fallbackUrl: config.cdnUrl,
  });
  const requests = (config.packages ?? []).map((name) => requestOf(name, contents));
  files.readAhead(makePlan(requests, contents, new Map()).packages);
  return files;
}

/** What installs the packages of an interpreter. */
export function openPackages(parts: Parts, loaded: Record<string, string>): PackageLoader {
  const { lockFile, packageFiles } = parts;
  return new PackageLoader(lockFile.contents, loaded, packageFiles, new LinkInstaller(parts));
}

/** A name, an array of names, or a proxy of either, which ends (CF-loadPackageDestroys). */
export function namesIn(names: unknown): string[] {
  if (stateOf(names) === undefined) return ([] as string[]).concat(names as string | string[]);
  try {
    return namesIn((names as { toJs(): unknown }).toJs());
  } finally {
    destroyProxy(names, DESTROYED);
  }
}
