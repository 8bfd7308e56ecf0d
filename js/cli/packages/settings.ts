import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { LOCK_FILE, ownPackages } from "./own-packages.ts";
import { packagesFolder } from "./packages-folder.ts";

const COMMON = `  --index-url URL   an index of packages, its simple API (may be given more than once; default: PyPI)
  --packages DIR    a folder of krait's own wheels with their pyodide-lock.json (default: packages/ beside or in the
                    package of krait, where there is one)
  -h, --help        this text

REQUIREMENT is as for pip: numpy, "rich>=13", the URL of a wheel. Wheels of Python alone, and those that were
compiled for krait's platform (docs/abi.md), are taken.
`;

export const HELP = {
  install: `usage: krait install [--target DIR] [--upgrade] REQUIREMENT ...
       krait install [--target DIR] --lock FILE

Installs packages, and what they need, for programs that the command krait runs.

  -t, --target DIR  where to (default: KRAIT_PACKAGES, or ~/.local/share/krait/site-packages, which every run of krait sees,
                    unless it is told -s, -S or -I)
  -U, --upgrade     the newest, in place of what is there
  --lock FILE       all packages of a lock file of \`krait lock'
${COMMON}`,
  lock: `usage: krait lock [-o FILE] REQUIREMENT ...

Finds the packages, and what they need, and writes a lock file that names each with its version, its place and
its hash: for loadPyodide({ lockFileURL }), and for krait install --lock.

  -o, --output FILE where to (default: pyodide-lock.json)
${COMMON}`,
} as const;

export interface PackageSettings {
  readonly requirements: readonly string[];
  readonly target: string;
  readonly upgrades: boolean;
  /** A lock file whose packages are wanted, all of them. */
  readonly lock: string | undefined;
  readonly output: string;
  readonly indexUrls: readonly string[];
  /** Lock file of krait's own wheels, as a URL; undefined: there are none. */
  readonly ownLock: string | undefined;
  readonly wantsHelp: boolean;
}

/** @throws {Error} that says what is wrong with the words */
export function settingsOf(command: "install" | "lock", words: readonly string[]): PackageSettings {
  const common = {
    "index-url": { type: "string", multiple: true, default: [] as string[] },
    packages: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  const own =
    command === "install"
      ? ({
          target: { type: "string", short: "t" },
          upgrade: { type: "boolean", short: "U", default: false },
          lock: { type: "string" },
        } as const)
      : ({ output: { type: "string", short: "o", default: LOCK_FILE } } as const);
  const parsed = parseArgs({
    args: [...words],
    options: { ...common, ...own },
    allowPositionals: true,
  });
  const values = parsed.values as {
    [name: string]: string | boolean | string[] | undefined;
  };
  const text = (name: string) => values[name] as string | undefined;
  const lock = text("lock");
  const wantsHelp = values.help === true;
  const requirements = parsed.positionals;
  if (!wantsHelp && lock === undefined && requirements.length === 0) {
    throw new Error("which packages? None is named");
  }
  if (lock !== undefined && requirements.length > 0) {
    throw new Error("--lock installs all of its file; requirements cannot be added to that");
  }
  if (lock !== undefined && !existsSync(lock)) throw new Error(`${lock} is not there`);
  const packages = text("packages");
  if (packages !== undefined && !existsSync(join(packages, LOCK_FILE))) {
    throw new Error(`${packages} has no ${LOCK_FILE}`);
  }
  const folder = packages ?? ownPackages();
  return {
    requirements: requirements.map(wheelUrl),
    target: resolve(text("target") ?? packagesFolder()),
    upgrades: values.upgrade === true,
    lock: lock === undefined ? undefined : pathToFileURL(resolve(lock)).href,
    output: resolve(text("output") ?? LOCK_FILE),
    indexUrls: values["index-url"] as string[],
    ownLock: folder === undefined ? undefined : pathToFileURL(resolve(folder, LOCK_FILE)).href,
    wantsHelp,
  };
}

/** A file of the host is named by its URL. */
function wheelUrl(requirement: string): string {
  const isFile = requirement.endsWith(".whl") && !/^[a-z]+:/.test(requirement);
  return isFile ? pathToFileURL(resolve(requirement)).href : requirement;
}

/** Whether there is anything in a folder. */
export function hasFiles(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}
