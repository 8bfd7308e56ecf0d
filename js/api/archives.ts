import { Op } from "#vocabulary";
import { bytesOf } from "../proxy/buffer-format.ts";
import { type Link, NO_TARGET } from "../proxy/link.ts";

export interface UnpackOptions {
  /** Where to; made with its parents when missing. Default: the working folder. */
  extractDir?: string;
  /** What all files together may unpack to, in bytes. Default: 1 GiB. */
  maxBytes?: number;
  /** How many members the archive may have. Default: 200,000. */
  maxFiles?: number;
}

/** The part of the file system that is needed. */
interface Files {
  writeFile(path: string, data: Uint8Array): void;
  unlink(path: string): void;
}

let lastNumber = 0;

/**
 * Unpacks an archive with Python's `shutil` (AR-unpackArchive).
 * @param format a name or extension that `shutil` knows, or "wheel" (AR-format)
 */
export function unpackArchive(
  link: Link,
  FS: Files,
  buffer: ArrayBuffer | ArrayBufferView,
  format: string,
  options: UnpackOptions,
): void {
  const unpack = link.askTarget(Op.importModule, NO_TARGET, ["_pyodide._archives.unpack"]);
  try {
    const { extractDir, maxBytes, maxFiles } = options;
    const limits = {
      ...(maxBytes !== undefined && { max_bytes: maxBytes }),
      ...(maxFiles !== undefined && { max_files: maxFiles }),
    };
    withTemporaryFile(FS, buffer, (path) => {
      link.ask(Op.call, unpack, [path, format, extractDir], limits);
    });
  } finally {
    unpack.drop();
  }
}

/** Has the bytes in a file of Python's for as long as `use` runs. */
export function withTemporaryFile(
  FS: Files,
  buffer: ArrayBuffer | ArrayBufferView,
  use: (path: string) => void,
): void {
  const bytes = archiveBytes(buffer);
  lastNumber++;
  const path = `/tmp/krait-archive-${lastNumber}`;
  FS.writeFile(path, bytes);
  try {
    use(path);
  } finally {
    FS.unlink(path);
  }
}

function archiveBytes(buffer: ArrayBuffer | ArrayBufferView): Uint8Array {
  const tag = Object.prototype.toString.call(buffer);
  if (!ArrayBuffer.isView(buffer) && tag !== "[object ArrayBuffer]") {
    throw new TypeError("Expected argument 'buffer' to be an ArrayBuffer or an ArrayBuffer view");
  }
  return bytesOf(buffer);
}
