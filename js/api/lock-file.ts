import type { Environment } from "../kernel/environment.ts";
import { locate } from "../kernel/files.ts";
import { KernelFileError, reasonOf } from "../kernel/kernel-file-error.ts";
import { openFiles } from "../kernel/open-files.ts";
import type { Lockfile } from "../services/packages/lock.ts";
import { ABI_VERSION } from "./abi.ts";
import { resolveLocation } from "./index-url.ts";
import type { PyodideConfig } from "./options.ts";

/** Where a lock file is looked for in the folder of the kernel's files, newest name first (CF-lockFileName). */
const DEFAULT_NAMES = ["pyodide-lock.json", "repodata.json"];

/** The lock file in use, and what relative file names in it are taken against. */
export interface LockFileInUse {
  readonly contents: Lockfile;
  /** With a trailing slash; undefined when nothing tells (JS-lockfileBaseUrl). */
  readonly baseUrl: string | undefined;
}

/**
 * The lock file that the options ask for.
 * @throws {KernelFileError} naming a file that is missing or no JSON
 * @throws {Error} for contents that are no lock file, or one of another ABI (PK-schema)
 */
export async function openLockFile(
  config: PyodideConfig,
  indexURL: string,
  host: Environment,
): Promise<LockFileInUse> {
  const given = await config.lockFileContents;
  if (given !== undefined) {
    const contents = typeof given === "string" ? parse(given, "lockFileContents") : given;
    return check({ contents, baseUrl: withSlash(config.packageBaseUrl) });
  }
  const { location, text } = await readLockFile(config.lockFileURL, indexURL, host);
  const folder = location.slice(0, location.lastIndexOf("/") + 1);
  const contents = parse(text, location);
  return check({ contents, baseUrl: withSlash(config.packageBaseUrl) ?? folder });
}

async function readLockFile(
  lockFileURL: string | undefined,
  indexURL: string,
  host: Environment,
): Promise<{ location: string; text: string }> {
  const files = await openFiles(host);
  const read = async (location: string) => {
    const file = await files.open(location);
    return { location, text: new TextDecoder().decode(file.bytes()) };
  };
  if (lockFileURL !== undefined) return read(await resolveLocation(lockFileURL));
  const [newest, older] = DEFAULT_NAMES.map((name) => locate(indexURL, name)) as [string, string];
  // When both are missing, the newest is the one to be told of.
  return read(newest).catch((error) => read(older).catch(() => Promise.reject(error)));
}

function parse(text: string, source: string): Lockfile {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new KernelFileError(source, `is no JSON: ${reasonOf(error)}`, { cause: error });
  }
}

function check(lockFile: LockFileInUse): LockFileInUse {
  const { info, packages } = lockFile.contents;
  if (packages === undefined) throw new Error("The lock file has no key 'packages'");
  const abi = info?.abi_version;
  if (abi === undefined) {
    console.warn("krait: the lock file does not say its ABI version; its packages may not fit");
  } else if (abi !== ABI_VERSION) {
    throw new Error(
      `The lock file is for the ABI version ${abi}, this kernel has the ABI version ${ABI_VERSION}`,
    );
  }
  return lockFile;
}

function withSlash(location: string | undefined): string | undefined {
  return location === undefined || location.endsWith("/") ? location : `${location}/`;
}
