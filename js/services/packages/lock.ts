/** A lock file (PK-schema). */
export interface Lockfile {
  info: LockfileInfo;
  packages: Record<string, LockfilePackage>;
}

export interface LockfileInfo {
  arch: string;
  platform: string;
  python: string;
  version?: string;
  abi_version?: string;
}

/** A package of a lock file (PK-schema.entry). */
export interface LockfilePackage {
  name: string;
  version: string;
  file_name: string;
  install_dir: string;
  sha256: string;
  package_type: string;
  imports: string[];
  depends: string[];
}

/** The names of the packages that offer modules (PK-fromImports). */
export function packagesOffering(modules: Iterable<string>, lockfile: Lockfile): string[] {
  const wanted = new Set(modules);
  const offers = ([, { imports = [] }]: [string, LockfilePackage]) =>
    imports.some((module) => wanted.has(module));
  return Object.entries(lockfile.packages)
    .filter(offers)
    .map(([name]) => name);
}
