import type { Environment } from "../kernel/environment.ts";
import { openFiles } from "../kernel/open-files.ts";
import { checkHash } from "../services/packages/hash.ts";
import type { Lockfile } from "../services/packages/lock.ts";
import { ABI_VERSION } from "./abi.ts";
import { type InstallerParts, LinkInstaller } from "./link-installer.ts";
import type { LockFileInUse } from "./lock-file.ts";

/** What that is made of. */
export interface InstallerApiParts extends InstallerParts {
  readonly host: Environment;
  readonly indexURL: string;
  readonly lockFile: LockFileInUse;
}

/** What package installers that are written in Python use of JavaScript (JX-api). */
export function makeInstallerApi({ kernel, link, host, indexURL, lockFile }: InstallerApiParts) {
  const installer = new LinkInstaller({ kernel, link });
  return {
    /** What extension modules must have been compiled for. */
    abiVersion: ABI_VERSION,

    get lockfile_info(): Lockfile["info"] {
      return lockFile.contents.info;
    },

    get lockfile_packages(): Lockfile["packages"] {
      return lockFile.contents.packages;
    },

    /**
     * Reads a file, by its URL or its path in the folder of the kernel's files.
     * @param sha256 what it must hash to, in hexadecimal; not checked when it is missing
     */
    async loadBinaryFile(path: string, sha256?: string): Promise<Uint8Array> {
      const files = await openFiles(host);
      const bytes = (await files.open(new URL(path, indexURL).href)).bytes();
      if (sha256) await checkHash(path, bytes, sha256);
      return bytes;
    },

    /** Loads a shared library of the file system, before a module that needs it is imported. */
    loadDynlib: (path: string): Promise<void> => installer.loadLibrary(path),

    /**
     * Installs a wheel into a folder of `sys.path`, and loads its shared libraries.
     * @param metadata texts of files that are added to its `.dist-info` folder, by name
     */
    async install(
      buffer: ArrayBuffer | ArrayBufferView,
      filename: string,
      installDir: string,
      metadata: ReadonlyMap<string, string> | Record<string, string> = {},
    ): Promise<void> {
      const texts = metadata instanceof Map ? Object.fromEntries(metadata) : metadata;
      const libraries = await installer.unpack(
        buffer,
        filename,
        installDir,
        texts as Record<string, string>,
      );
      for (const library of libraries) await installer.loadLibrary(library);
    },
  };
}
