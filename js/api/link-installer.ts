import { Op } from "#vocabulary";
import { SITE_PACKAGES_PATH } from "../kernel/kernel-options.ts";
import { type Link, NO_TARGET } from "../proxy/link.ts";
import { toPy } from "../proxy/to-py.ts";
import type { Installer } from "../services/packages/installer.ts";
import { DEFAULT_CHANNEL, type Planned } from "../services/packages/plan.ts";
import { withTemporaryFile } from "./archives.ts";
import { SHARED_LIBRARIES_PATH } from "./options.ts";
import type { Parts } from "./pyodide.ts";

/** Installs packages by Python's half, `_pyodide._packages`. */
export class LinkInstaller implements Installer {
  readonly #link: Link;
  readonly #kernel: Parts["kernel"];

  constructor({ link, kernel }: Pick<Parts, "link" | "kernel">) {
    this.#link = link;
    this.#kernel = kernel;
  }

  async install(planned: Planned, bytes: Uint8Array<ArrayBuffer>): Promise<string[]> {
    const folder = planned.installDir === "dynlib" ? SHARED_LIBRARIES_PATH : SITE_PACKAGES_PATH;
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
  ): string[] {
    const added = toPy(metadata, this.#link, {});
    try {
      let libraries: string[] = [];
      withTemporaryFile(this.#kernel.FS, buffer, (path) => {
        libraries = this.#ask("install", [path, fileName, folder, added]) as string[];
      });
      return libraries;
    } finally {
      (added as { destroy(): void }).destroy();
    }
  }

  async loadLibrary(path: string): Promise<void> {
    await this.#kernel.loadDynamicLibrary(path, { global: false });
  }

  async importsOf(code: string): Promise<string[]> {
    return this.#call("pyodide.code.find_imports", [code]) as string[];
  }

  async preinstalled(): Promise<ReadonlyMap<string, string>> {
    // Asking Python imports much; most programs begin with an empty folder.
    if (this.#kernel.FS.readdir(SITE_PACKAGES_PATH).length <= 2) return new Map();
    const found = this.#ask("preinstalled", [SITE_PACKAGES_PATH]);
    return new Map(found as [string, string][]);
  }

  say(line: string, isError: boolean): void {
    this.#ask("say", [line, isError]);
  }

  #ask(name: string, args: readonly unknown[]): unknown {
    return this.#call(`_pyodide._packages.${name}`, args);
  }

  /** Calls a function of Python's by its dotted name; a container that it gives is copied. */
  #call(name: string, args: readonly unknown[]): unknown {
    const target = this.#link.askTarget(Op.importModule, NO_TARGET, [name]);
    try {
      const result = this.#link.ask(Op.call, target, args) as { toJs?: () => unknown } | undefined;
      if (typeof result?.toJs !== "function") return result;
      const copy = result.toJs();
      (result as unknown as { destroy(): void }).destroy();
      return copy;
    } finally {
      target.drop();
    }
  }
}
