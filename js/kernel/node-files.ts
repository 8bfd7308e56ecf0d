import type * as NodeFs from "node:fs";
import type * as NodeUrl from "node:url";
import { compileBytes, type Files, type OpenFile } from "./files.ts";
import { KernelFileError, reasonOf } from "./kernel-file-error.ts";
import { nodeBuiltin } from "./node-builtin.ts";
import { bytesOf, fetchFile, webFiles } from "./web-files.ts";

/** Reads files from the disk, and what has a network URL with `fetch`. */
export async function openNodeFiles(): Promise<Files> {
  const fs = await nodeBuiltin("node:fs");
  const url = await nodeBuiltin("node:url");
  return {
    async open(location) {
      return isRemote(location) ? webFiles.open(location) : openLocal(fs, url, location);
    },
    async compile(location) {
      const bytes = isRemote(location)
        ? await bytesOf(location, await fetchFile(location))
        : openLocal(fs, url, location).bytes();
      return compileBytes(location, bytes);
    },
    importModule: (location) => importModule(url, location),
    readTextSync(location) {
      if (isRemote(location)) throw new KernelFileError(location, "is not a local file");
      return new TextDecoder().decode(openLocal(fs, url, location).bytes());
    },
  };
}

function isRemote(location: string): boolean {
  return /^https?:/.test(location);
}

function openLocal(fs: typeof NodeFs, url: typeof NodeUrl, location: string): OpenFile {
  const path = location.startsWith("file:") ? url.fileURLToPath(location) : location;
  let all: Uint8Array<ArrayBuffer> | undefined;
  return {
    location,
    byteLength: naming(location, () => fs.statSync(path).size),
    readInto(target, position) {
      naming(location, () => {
        const descriptor = fs.openSync(path, "r");
        try {
          readFully(fs, descriptor, target, position);
        } finally {
          fs.closeSync(descriptor);
        }
      });
    },
    bytes() {
      all ??= naming(location, () => new Uint8Array(fs.readFileSync(path)));
      return all;
    },
  };
}

function readFully(
  fs: typeof NodeFs,
  descriptor: number,
  target: Uint8Array,
  position: number,
): void {
  for (let done = 0; done < target.length; ) {
    const count = fs.readSync(descriptor, target, done, target.length - done, position + done);
    if (count === 0) throw new Error("ends too early");
    done += count;
  }
}

async function importModule(url: typeof NodeUrl, location: string): Promise<{ default: unknown }> {
  const isUrl = /^(file|https?|data):/.test(location);
  const href = isUrl ? location : url.pathToFileURL(location).href;
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ href);
  } catch (error) {
    throw new KernelFileError(location, `cannot be imported: ${reasonOf(error)}`, { cause: error });
  }
}

/** Runs a file operation; its failure becomes an error that names the file as the caller knows it. */
function naming<T>(location: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (error instanceof KernelFileError) throw error;
    const isMissing = (error as { code?: unknown }).code === "ENOENT";
    const reason = isMissing ? "no such file" : `cannot be read: ${reasonOf(error)}`;
    throw new KernelFileError(location, reason, { cause: error });
  }
}
