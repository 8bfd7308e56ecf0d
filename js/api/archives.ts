import { Op } from "#vocabulary";
import type { AsyncSide } from "../proxy/async/async-side.ts";
import { imported } from "../proxy/async/steps.ts";
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

/** The same by promises. */
interface LaterFilesystem {
  writeFile(path: string, data: Uint8Array): Promise<void>;
  unlink(path: string): Promise<void>;
}

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
  const unpack = link.askTarget(Op.importModule, NO_TARGET, [UNPACK]);
  try {
    withTemporaryFile(FS, buffer, (path) => {
      link.ask(Op.call, unpack, [path, format, options.extractDir], limitsOf(options));
    });
  } finally {
    unpack.drop();
  }
}

/** As `unpackArchive`, by promises. */
export async function unpackArchiveLater(
  side: AsyncSide,
  FS: LaterFilesystem,
  buffer: ArrayBuffer | ArrayBufferView,
  format: string,
  options: UnpackOptions,
): Promise<void> {
  const keywords = limitsOf(options);
  await withTemporaryFileLater(FS, buffer, (path) =>
    imported(side, UNPACK).call([path, format, options.extractDir], { keywords }).settle(),
  );
}

const UNPACK = "_pyodide._archives.unpack";

function limitsOf({ maxBytes, maxFiles }: UnpackOptions): Record<string, number> {
  return {
    ...(maxBytes !== undefined && { max_bytes: maxBytes }),
    ...(maxFiles !== undefined && { max_files: maxFiles }),
  };
}

/** Has the bytes in a file of Python's for as long as `use` runs. */
export function withTemporaryFile(
  FS: Files,
  buffer: ArrayBuffer | ArrayBufferView,
  use: (path: string) => void,
): void {
  const bytes = archiveBytes(buffer);
  const path = temporaryPath();
  FS.writeFile(path, bytes);
  try {
    use(path);
  } finally {
    FS.unlink(path);
  }
}

/** As `withTemporaryFile`, for as long as the promise of `use` is open. */
export async function withTemporaryFileLater<T>(
  FS: LaterFilesystem,
  buffer: ArrayBuffer | ArrayBufferView,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const bytes = archiveBytes(buffer);
  const path = temporaryPath();
  await FS.writeFile(path, bytes);
  try {
    return await use(path);
  } finally {
    await FS.unlink(path);
  }
}

/** Kernels of one host may share `/tmp`. */
function temporaryPath(): string {
  return `/tmp/krait-archive-${Math.random().toString(36).slice(2)}`;
}

function archiveBytes(buffer: ArrayBuffer | ArrayBufferView): Uint8Array {
  const tag = Object.prototype.toString.call(buffer);
  if (!ArrayBuffer.isView(buffer) && tag !== "[object ArrayBuffer]") {
    throw new TypeError("Expected argument 'buffer' to be an ArrayBuffer or an ArrayBuffer view");
  }
  return bytesOf(buffer);
}
