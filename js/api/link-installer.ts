import type { KernelModule } from "../kernel/kernel-module.ts";
import { SITE_PACKAGES_PATH } from "../kernel/kernel-options.ts";
import type { AsyncSide } from "../proxy/async/async-side.ts";
import { lazy } from "../proxy/async/lazy.ts";
import type { Source } from "../proxy/async/source.ts";
import { imported } from "../proxy/async/steps.ts";
import type { LaterFiles } from "../services/fs/later-files.ts";
import type { Installer } from "../services/packages/installer.ts";
import { DEFAULT_CHANNEL, type Planned } from "../services/packages/plan.ts";
import { withTemporaryFileLater } from "./archives.ts";
import { SHARED_LIBRARIES_PATH } from "./options.ts";
import type { LoadedPackages } from "./snapshots.ts";

/** What installs packages: the kernel by promises, wherever it is. */
export interface InstallerParts {
  readonly link: { readonly async: AsyncSide };
  readonly kernel: {
    readonly later: LaterFiles;
    /** Where wheels go. Default: Python's own. */
    readonly sitePackages?: string;
    /** Those that are installed already; undefined: they have to be looked for. */
    readonly packages?: LoadedPackages | undefined;
  } & Pick<KernelModule, "loadDynamicLibrary">;
}

/** Installs packages by Python's half, `_pyodide._packages`. */
export class LinkInstaller implements Installer {
  readonly #parts: InstallerParts;

  constructor(parts: InstallerParts) {
    this.#parts = parts;
  }

  get #sitePackages(): string {
    return this.#parts.kernel.sitePackages ?? SITE_PACKAGES_PATH;
  }

  async install(planned: Planned, bytes: Uint8Array<ArrayBuffer>): Promise<string[]> {
    const folder = planned.installDir === "dynlib" ? SHARED_LIBRARIES_PATH : this.#sitePackages;
    const source = planned.channel === DEFAULT_CHANNEL ? "pyodide" : planned.channel;
    return this.unpack(bytes, planned.fileName, folder, {
      INSTALLER: "pyodide.loadPackage\n",
      PYODIDE_SOURCE: `${source}\n`,
    });
  }

  /**
   * Unpacks the file of a package into a folder of `sys.path`.
   * @param metadata texts of files that are added to a wheel's `.dist-info`, by name
   * @returns paths of its shared libraries
   */
  unpack(
    buffer: ArrayBuffer | ArrayBufferView,
    fileName: string,
    folder: string,
    metadata: Readonly<Record<string, string>>,
  ): Promise<string[]> {
    return withTemporaryFileLater(this.#parts.kernel.later.FS, buffer, async (path) => {
      const added = imported(this.#side, "builtins.dict").call([], { keywords: metadata });
      const libraries = this.#ask("install", [path, fileName, folder, lazy(added)]);
      return (await copyOf(libraries)) as string[];
    });
  }

  async loadLibrary(path: string): Promise<void> {
    await this.#parts.kernel.loadDynamicLibrary(path, { global: false });
  }

  async importsOf(code: string): Promise<string[]> {
    return (await copyOf(
      imported(this.#side, "pyodide.code.find_imports").call([code]),
    )) as string[];
  }

  async preinstalled(): Promise<ReadonlyMap<string, string>> {
    const { packages } = this.#parts.kernel;
    if (packages !== undefined) return new Map(Object.entries(packages));
    // Asking Python imports much; most programs begin with an empty folder.
    const { FS } = this.#parts.kernel.later;
    const { exists } = await FS.analyzePath(this.#sitePackages);
    if (!exists || (await FS.readdir(this.#sitePackages)).length <= 2) return new Map();
    const found = await copyOf(this.#ask("preinstalled", [this.#sitePackages]));
    return new Map(found as [string, string][]);
  }

  async say(line: string, isError: boolean): Promise<void> {
    await this.#ask("say", [line, isError]).settle();
  }

  get #side(): AsyncSide {
    return this.#parts.link.async;
  }

  #ask(name: string, args: readonly unknown[]): Source {
    return imported(this.#side, `_pyodide._packages.${name}`).call(args);
  }
}

/** A copy of the container that a call gives. */
async function copyOf(source: Source): Promise<unknown> {
  return lazy(source).toJs();
}
