import type { OpenFile } from "./files.ts";
import type { GlueModule } from "./glue.ts";
import { KernelFileError, reasonOf } from "./kernel-file-error.ts";
import { STDLIB_PATH } from "./kernel-options.ts";
import { laterContents } from "./saved-files.ts";

const END_RECORD_BYTES = 22;

/**
 * Looks whether a file is a zip archive without reading all of it.
 * @throws {KernelFileError} when it is not, as after a broken download.
 */
export function checkArchive(file: OpenFile): void {
  const start = new Uint8Array(4);
  const end = new Uint8Array(END_RECORD_BYTES);
  if (file.byteLength >= start.length + end.length) {
    file.readInto(start, 0);
    file.readInto(end, file.byteLength - end.length);
  }
  if (!hasSignature(start, 3, 4) || !hasSignature(end, 5, 6)) {
    throw new KernelFileError(file.location, "is no zip archive, or is damaged");
  }
}

/** Zip records begin with "PK" and two bytes that tell their kind. */
function hasSignature(bytes: Uint8Array, third: number, fourth: number): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === third && bytes[3] === fourth;
}

/**
 * Puts the archive into the file system. Its size is known at once; its bytes are taken at the first read, which in
 * Node is when they are first read from the disk: a program that imports nothing new never pays for them.
 */
export function mountStdlibArchive(glue: GlueModule, file: OpenFile): void {
  laterContents(glue.FS.create(STDLIB_PATH, 0o444), file.byteLength, () => bytesOf(glue, file));
}

/** What cannot be read is EIO for the program and named on the console. */
function bytesOf(glue: GlueModule, file: OpenFile): Uint8Array {
  try {
    return file.bytes();
  } catch (error) {
    console.error(`krait: ${reasonOf(error)}`);
    throw new glue.FS.ErrnoError(glue.ERRNO_CODES.EIO);
  }
}
