import { KernelFileError, reasonOf } from "./kernel-file-error.ts";

/** A file whose bytes can be read in pieces, now. */
export interface OpenFile {
  readonly location: string;
  readonly byteLength: number;
  /** Copies bytes from `position` on into the whole of `target`. */
  readInto(target: Uint8Array, position: number): void;
  /** All bytes. They are read at the first call, and kept. */
  bytes(): Uint8Array<ArrayBuffer>;
}

/** Reads the kernel's files, by path or URL. Failures are `KernelFileError`s that name the file. */
export interface Files {
  /** In Node a local file is only opened; elsewhere it is fetched whole. */
  open(location: string): Promise<OpenFile>;
  /** Compiles a WebAssembly file, while it is being downloaded where the server gives the right MIME type. */
  compile(location: string): Promise<WebAssembly.Module>;
  /** Imports an ES module by path or URL. */
  importModule(location: string): Promise<{ default: unknown }>;
  /** Reads a text file before returning. In a browser the page waits for the network meanwhile. */
  readTextSync(location: string): string;
}

/** The location of a file in a folder given as a path or URL. */
export function locate(folder: string, name: string): string {
  return folder === "" || folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

/** An open file whose bytes are at hand. */
export function fileOfBytes(location: string, bytes: Uint8Array<ArrayBuffer>): OpenFile {
  return {
    location,
    byteLength: bytes.length,
    readInto: (target, position) => target.set(bytes.subarray(position, position + target.length)),
    bytes: () => bytes,
  };
}

/** @throws {KernelFileError} when the bytes are no module that this engine can compile. */
export async function compileBytes(
  location: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw new KernelFileError(location, `is no valid WebAssembly module: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
