import type { Planned } from "./plan.ts";

/** What the loader asks of the kernel, wherever that is. */
export interface Installer {
  /**
   * Unpacks a package's file to where it belongs, whole or not at all (PK-install).
   * @returns paths of the shared libraries that came with it and fit this kernel
   */
  install(planned: Planned, bytes: Uint8Array<ArrayBuffer>): Promise<string[]>;
  /** Loads a shared library, so that modules which need it can be imported (PK-dynlib). */
  loadLibrary(path: string): Promise<void>;
  /** The modules that code imports and the stdlib does not have; none when its syntax is wrong (PK-fromImports). */
  importsOf(code: string): Promise<string[]>;
  /** Names and channels of the packages that are installed without having been loaded (PK-preinstalled). */
  preinstalled(): Promise<ReadonlyMap<string, string>>;
  /** Shows a line of progress on Python's standard output, or a failure on standard error (PK-messages.default). */
  say(line: string, isError: boolean): Promise<void>;
}
