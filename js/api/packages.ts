import { Op } from "#vocabulary";
import { Unsupported } from "../proxy/errors.ts";
import { type Link, NO_TARGET } from "../proxy/link.ts";
import { DESTROYED, destroyProxy, stateOf } from "../proxy/py-state.ts";
import type { Lockfile, PackageData } from "./options.ts";

/** What the packages of a lock file are to this version: names that can be told apart, and not yet installed. */
export class Packages {
  readonly #link: Link;
  readonly #lockfile: Lockfile;

  constructor(link: Link, lockfile: Lockfile) {
    this.#link = link;
    this.#lockfile = lockfile;
  }

  /**
   * Loads packages by name or URL (PK-loadPackage). A proxy of a list is destroyed (CF-loadPackageDestroys).
   * @throws {Error} for a name that the lock file does not have (PK-unknown)
   * @throws {Unsupported} for one that it has: packages cannot be installed yet
   */
  async load(names: unknown): Promise<PackageData[]> {
    const wanted = namesIn(names);
    for (const name of wanted) this.#checkKnown(name);
    if (wanted.length === 0) return [];
    throw new Unsupported(
      `pyodide.loadPackage: this version of krait does not install packages yet (${wanted.join(", ")})`,
    );
  }

  /** Loads what the imports of `code` need (PK-fromImports). */
  async loadFromImports(code: string): Promise<PackageData[]> {
    const findImports = this.#link.askTarget(Op.importModule, NO_TARGET, [
      "pyodide.code.find_imports",
    ]);
    const found = this.#link.askTarget(Op.call, findImports, [code]);
    findImports.drop();
    const imports = new Set(namesIn(this.#link.proxies.make(found)));
    const needed = Object.entries(this.#lockfile.packages).filter(([, { imports: offered }]) =>
      offered.some((name) => imports.has(name)),
    );
    return this.load(needed.map(([name]) => name));
  }

  #checkKnown(name: string): void {
    if (/^[\w.-]+$/.test(name) && !name.endsWith(".whl")) {
      const normalized = name.replace(/[-_.]+/g, "-").toLowerCase();
      if (Object.hasOwn(this.#lockfile.packages, normalized)) return;
      throw new Error(`No known package with name '${name}'`);
    }
    if (!name.endsWith(".whl")) {
      throw new Error(`'${name}' is no package name and no wheel URL: use micropip.install for it`);
    }
  }
}

/** A name, an array of names, or a proxy of either, which ends. */
function namesIn(names: unknown): string[] {
  if (stateOf(names) === undefined) return ([] as string[]).concat(names as string | string[]);
  try {
    return namesIn((names as { toJs(): unknown }).toJs());
  } finally {
    destroyProxy(names, DESTROYED);
  }
}
