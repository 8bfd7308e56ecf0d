import { Op } from "#vocabulary";
import { openFiles } from "../kernel/open-files.ts";
import { NO_TARGET } from "../proxy/link.ts";
import { toPy } from "../proxy/to-py.ts";
import { ABI_VERSION } from "./abi.ts";
import { withTemporaryFile } from "./archives.ts";
import type { Lockfile } from "./options.ts";
import type { Parts } from "./pyodide.ts";

/** What package installers that are written in Python use of JavaScript (JX-api). */
export function makeInstallerApi({ kernel, link, host, indexURL, lockFile }: Parts) {
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
    async loadDynlib(path: string): Promise<void> {
      if (kernel.loadDynamicLibrary !== undefined) {
        await kernel.loadDynamicLibrary(path, { global: false });
        return;
      }
      const open = link.askTarget(Op.importModule, NO_TARGET, ["ctypes.CDLL"]);
      const library = link.askTarget(Op.call, open, [path]);
      library.drop();
      open.drop();
    },

    /**
     * Installs a wheel into a folder of `sys.path`.
     * @param metadata texts of files that are added to its `.dist-info` folder, by name
     */
    async install(
      buffer: ArrayBuffer | ArrayBufferView,
      filename: string,
      installDir: string,
      metadata: ReadonlyMap<string, string> | Record<string, string> = {},
    ): Promise<void> {
      const texts = metadata instanceof Map ? metadata : new Map(Object.entries(metadata));
      const install = link.askTarget(Op.importModule, NO_TARGET, ["_pyodide._archives.install"]);
      const added = toPy(texts, link, {});
      try {
        withTemporaryFile(kernel.FS, buffer, (path) =>
          link.ask(Op.call, install, [path, filename, installDir, added]),
        );
      } finally {
        (added as { destroy(): void }).destroy();
        install.drop();
      }
    },
  };
}

async function checkHash(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  sha256: string,
): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== sha256.toLowerCase()) {
    throw new Error(`${path} has the SHA-256 hash ${found}, not ${sha256}`);
  }
}
