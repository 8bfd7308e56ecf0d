import type { Environment } from "../kernel/environment.ts";
import { DESTROYED, destroyProxy, stateOf } from "../proxy/py-state.ts";
import { PackageLoader } from "../services/packages/loader.ts";
import { PackageFiles } from "../services/packages/package-files.ts";
import { makePlan, requestOf } from "../services/packages/plan.ts";
import { type InstallerParts, LinkInstaller } from "./link-installer.ts";
import type { LockFileInUse } from "./lock-file.ts";
import type { PyodideConfig } from "./options.ts";

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
export function openPackages(parts: PackageParts): Packages {
  const { lockFile, packageFiles } = parts;
  const loaded: Record<string, string> = {};
  const installer = new LinkInstaller(parts);
  return {
    loaded,
    loader: new PackageLoader(lockFile.contents, loaded, packageFiles, installer),
  };
}

export interface PackageParts extends InstallerParts {
  readonly lockFile: LockFileInUse;
  readonly packageFiles: PackageFiles;
}

/** The packages of an interpreter. */
export interface Packages {
  /** What was loaded, by name (JS-loadedPackages). */
  readonly loaded: Record<string, string>;
  readonly loader: PackageLoader;
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

/** As `namesIn`, of an async proxy too. */
export async function namesInLater(names: unknown): Promise<string[]> {
  if (stateOf(names) === undefined) return namesIn(names);
  const copy = await (names as { toJs(): unknown }).toJs();
  destroyProxy(names, DESTROYED);
  return namesIn(copy);
}
