import type { Lockfile } from "./lock.ts";
import { isBareName, normalize, wheelNameOf } from "./names.ts";

/** The channel of packages of the lock file, as `loadedPackages` names it. */
export const DEFAULT_CHANNEL = "default channel";

/** One package that a call asks for. */
export interface Request {
  /** Normalized name. */
  readonly key: string;
  /** URL or path of a wheel; undefined: what the lock file says. */
  readonly wheel: string | undefined;
}

/** A package that is to be installed. */
export interface Planned {
  readonly key: string;
  /** Display name. */
  readonly name: string;
  readonly version: string;
  readonly fileName: string;
  /** URL or path; relative ones are taken against the lock file's base. */
  readonly location: string;
  /** What `loadedPackages` will say. */
  readonly channel: string;
  readonly packageType: string;
  /** "site", "dynlib"; anything else counts as "site". */
  readonly installDir: string;
  /** Hexadecimal; undefined: not to be checked. */
  readonly sha256: string | undefined;
  /** Normalized names of what has to be there before it. */
  readonly depends: readonly string[];
}

/** What is to be done for a call. */
export interface Plan {
  /** Dependencies before what needs them. */
  readonly packages: readonly Planned[];
  /** What the user is told about packages that are there already. */
  readonly notes: readonly string[];
  readonly errors: readonly string[];
}

/**
 * What one of the names given to `loadPackage` asks for.
 * @throws {Error} for a name that the lock file does not have, and for what is no name (PK-unknown)
 */
export function requestOf(text: string, lockfile: Lockfile): Request {
  const path = text.replace(/[?#].*$/, "");
  if (path.endsWith(".whl")) return { key: normalize(wheelNameOf(text).name), wheel: text };
  if (path.endsWith(".js")) {
    throw new Error(`'${text}': packages are loaded from wheels, whose names end in .whl`);
  }
  if (!isBareName(text)) {
    throw new Error(
      `'${text}' is no package name and no wheel URL. For requirements use micropip.install('${text}')`,
    );
  }
  const key = normalize(text);
  if (!Object.hasOwn(lockfile.packages, key)) {
    throw new Error(`No known package with name '${text}'`);
  }
  return { key, wheel: undefined };
}

/**
 * The packages that have to be installed: what is asked for and what that depends on, without what is loaded (PK-deps,
 * PK-override).
 * @param loaded channels by normalized name
 */
export function makePlan(
  requests: readonly Request[],
  lockfile: Lockfile,
  loaded: ReadonlyMap<string, string>,
): Plan {
  const notes: string[] = [];
  const errors: string[] = [];
  const wheels = new Map<string, string>();
  const wanted: string[] = [];
  for (const { key, wheel } of requests) {
    const former = loaded.get(key);
    if (former === undefined) {
      if (wheel !== undefined) wheels.set(key, wheels.get(key) ?? wheel);
      wanted.push(key);
    } else if (wheel === undefined || wheel === former) {
      notes.push(`${key} already loaded from ${former}`);
    } else {
      errors.push(
        `URI mismatch, attempting to load package ${key} from ${wheel}, but it was loaded from ${former} before`,
      );
    }
  }
  return { packages: inOrder(wanted, wheels, lockfile, loaded), notes, errors };
}

/** Depth first, so that dependencies come first; of a cycle, whichever was reached last. */
function inOrder(
  wanted: readonly string[],
  wheels: ReadonlyMap<string, string>,
  lockfile: Lockfile,
  loaded: ReadonlyMap<string, string>,
): Planned[] {
  const packages: Planned[] = [];
  const seen = new Set<string>();
  // Explicit, since a hostile lock file's chain of dependencies may be deeper than the stack.
  const pending = wanted
    .map((key) => ({ key, planned: undefined as Planned | undefined }))
    .reverse();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { key } = next;
    if (next.planned !== undefined) {
      packages.push(next.planned);
      continue;
    }
    if (seen.has(key) || loaded.has(key)) continue;
    seen.add(key);
    const planned = planOf(key, wheels.get(key), lockfile);
    pending.push({ key, planned });
    for (const name of [...planned.depends].reverse()) {
      pending.push({ key: name, planned: undefined });
    }
  }
  return packages;
}

/** @throws {Error} when the lock file lacks a dependency that it names */
function planOf(key: string, wheel: string | undefined, lockfile: Lockfile): Planned {
  if (wheel !== undefined) {
    return {
      ...wheelNameOf(wheel),
      key,
      location: wheel,
      channel: wheel,
      packageType: "package",
      installDir: "site",
      sha256: undefined,
      depends: [],
    };
  }
  const entry = Object.hasOwn(lockfile.packages, key) ? lockfile.packages[key] : undefined;
  if (entry === undefined) {
    throw new Error(`No known package with name '${key}', which another package depends on`);
  }
  const { name, version, file_name, package_type, install_dir, sha256, depends = [] } = entry;
  return {
    key,
    name,
    version,
    fileName: file_name.slice(file_name.lastIndexOf("/") + 1),
    location: file_name,
    channel: DEFAULT_CHANNEL,
    packageType: package_type,
    installDir: install_dir,
    sha256,
    depends: depends.map(normalize),
  };
}
