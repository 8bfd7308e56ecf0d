import type { Installer } from "./installer.ts";
import { type Lockfile, packagesOffering } from "./lock.ts";
import { normalize } from "./names.ts";
import type { PackageFiles } from "./package-files.ts";
import { makePlan, type Planned, requestOf } from "./plan.ts";

/** What `loadPackage` tells of a package (PK-loadPackage.result). */
export interface PackageData {
  name: string;
  version: string;
  fileName: string;
  packageType: string;
}

/** How far the download of one package is. */
export interface PackageProgress {
  readonly name: string;
  readonly loadedBytes: number;
  /** Undefined when the server does not say. */
  readonly totalBytes: number | undefined;
}

/** Options of `loadPackage` (PK-loadPackage). */
export interface LoadPackageOptions {
  /** Told what is being done. Default: Python's standard output. */
  messageCallback?: (message: string) => void;
  /** Told what failed. Default: Python's standard error. */
  errorCallback?: (message: string) => void;
  /** Told as the bytes come, for each package. */
  progressCallback?: (progress: PackageProgress) => void;
  /** Compare downloads with the hashes of the lock file. Default true. */
  checkIntegrity?: boolean;
}

/** What one package has come to. */
type Outcome = { readonly planned: Planned; readonly error?: unknown };

/** Installs packages of a lock file, and wheels by their address. */
export class PackageLoader {
  readonly #lockfile: Lockfile;
  readonly #loaded: Record<string, string>;
  readonly #files: PackageFiles;
  readonly #installer: Installer;
  /** Ends with the call before: calls are served one after the other (PK-order). */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param loaded `pyodide.loadedPackages`, which the program and installers in Python may change */
  constructor(
    lockfile: Lockfile,
    loaded: Record<string, string>,
    files: PackageFiles,
    installer: Installer,
  ) {
    this.#lockfile = lockfile;
    this.#loaded = loaded;
    this.#files = files;
    this.#installer = installer;
  }

  /** @throws {Error} as a rejection, before anything is downloaded, for a name that cannot be told (PK-unknown) */
  async load(names: readonly string[], options: LoadPackageOptions = {}): Promise<PackageData[]> {
    const requests = names.map((name) => requestOf(name, this.#lockfile));
    const turn = this.#turn.then(async () => {
      const plan = makePlan(requests, this.#lockfile, this.#channels());
      const report = this.#reporter(options);
      for (const error of plan.errors) report.error(error);
      for (const note of plan.notes) report.message(note);
      if (plan.packages.length === 0) {
        report.message("No new packages to load");
        await report.said();
        return [];
      }
      return this.#install(plan.packages, report, options);
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Loads what the imports of `code` need (PK-fromImports). */
  async loadFromImports(code: string, options: LoadPackageOptions = {}): Promise<PackageData[]> {
    const names = packagesOffering(await this.#installer.importsOf(code), this.#lockfile);
    const loaded = this.#channels();
    const missing = names.filter((name) => !loaded.has(normalize(name)));
    return missing.length === 0 ? [] : this.load(missing, options);
  }

  /** Notes what was installed before the program began (PK-preinstalled). */
  async notePreinstalled(): Promise<void> {
    for (const [name, channel] of await this.#installer.preinstalled()) {
      this.#loaded[name] = channel;
    }
  }

  async #install(
    packages: readonly Planned[],
    report: Reporter,
    { progressCallback, checkIntegrity = true }: LoadPackageOptions,
  ): Promise<PackageData[]> {
    report.message(`Loading ${namesOf(packages)}`);
    const fetched = packages.map((planned) => {
      const bytes = this.#files.read(planned, {
        isChecked: checkIntegrity,
        note: report.message,
        report: (loadedBytes, totalBytes) =>
          progressCallback?.({ name: planned.name, loadedBytes, totalBytes }),
      });
      // It is looked at when its turn comes.
      bytes.catch(() => undefined);
      return { planned, bytes };
    });
    const outcomes: Outcome[] = [];
    for (const { planned, bytes } of fetched) {
      try {
        await this.#installOne(planned, await bytes);
        outcomes.push({ planned });
      } catch (error) {
        outcomes.push({ planned, error });
      }
    }
    const done = this.#close(outcomes, report);
    await report.said();
    return done;
  }

  async #installOne(planned: Planned, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const libraries = await this.#installer.install(planned, bytes);
    for (const library of libraries) await this.#installer.loadLibrary(library);
    this.#loaded[planned.name] = planned.channel;
  }

  #close(outcomes: readonly Outcome[], report: Reporter): PackageData[] {
    const done = outcomes.filter((outcome) => !("error" in outcome)).map(({ planned }) => planned);
    const failed = outcomes.filter((outcome) => "error" in outcome);
    if (done.length > 0) report.message(`Loaded ${namesOf(done)}`);
    if (failed.length > 0) {
      report.message(`Failed to load ${namesOf(failed.map(({ planned }) => planned))}`);
    }
    for (const { planned, error } of failed) {
      report.error(
        `The following error occurred while loading ${planned.name}: ${error instanceof Error ? error.message : error}`,
      );
    }
    return done.map(({ name, version, fileName, packageType }) => ({
      name,
      version,
      fileName,
      packageType,
    }));
  }

  /** What is loaded, by normalized name. */
  #channels(): ReadonlyMap<string, string> {
    return new Map(
      Object.entries(this.#loaded).map(([name, channel]) => [normalize(name), channel]),
    );
  }

  #reporter({ messageCallback, errorCallback }: LoadPackageOptions): Reporter {
    let last: Promise<void> | undefined;
    const say = (isError: boolean) => (line: string) => {
      last = this.#installer.say(line, isError);
    };
    return {
      message: messageCallback ?? say(false),
      error: errorCallback ?? say(true),
      said: async () => last,
    };
  }
}

interface Reporter {
  readonly message: (line: string) => void;
  readonly error: (line: string) => void;
  /** Python has printed what was to be printed. */
  said(): Promise<void>;
}

function namesOf(packages: readonly Planned[]): string {
  return packages
    .map(({ name }) => name)
    .sort()
    .join(", ");
}
