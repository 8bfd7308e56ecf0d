import type { OpenFile } from "./files.ts";
import { KernelFileError, reasonOf } from "./kernel-file-error.ts";
import { bytesOf, fetchFile } from "./web-files.ts";

/** How long after a start the file is fetched without having been asked for. */
const FETCH_AFTER_MS = 1000;

/**
 * A file of known size in a browser that a start can do without. It is fetched a little later; who reads it
 * before it has come makes the thread wait for the network.
 */
export class LaterFile implements OpenFile {
  #bytes: Uint8Array<ArrayBuffer> | undefined;

  constructor(
    readonly location: string,
    readonly byteLength: number,
  ) {}

  /** Begins the wait for the fetch. A failure is reported by the read that misses the bytes. */
  fetchSoon(): void {
    setTimeout(async () => {
      if (this.#bytes !== undefined) return;
      const fetched = fetchFile(this.location).then((response) => bytesOf(this.location, response));
      const bytes = await fetched.catch(() => undefined);
      if (bytes?.length === this.byteLength) this.#bytes ??= bytes;
    }, FETCH_AFTER_MS);
  }

  readInto(target: Uint8Array, position: number): void {
    target.set(this.bytes().subarray(position, position + target.length));
  }

  bytes(): Uint8Array<ArrayBuffer> {
    this.#bytes ??= this.#checked(readSync(this.location));
    return this.#bytes;
  }

  #checked(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (bytes.length === this.byteLength) return bytes;
    const reason = `has ${bytes.length} bytes, but ${this.byteLength} when the snapshot was made`;
    throw new KernelFileError(this.location, reason);
  }
}

/** A page gets binary data synchronously only as text of one byte a character. */
function readSync(location: string): Uint8Array<ArrayBuffer> {
  const request = new XMLHttpRequest();
  try {
    request.open("GET", location, false);
    request.overrideMimeType("text/plain; charset=x-user-defined");
    request.send();
  } catch (error) {
    throw new KernelFileError(location, `cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  if (request.status !== 200) throw new KernelFileError(location, `HTTP status ${request.status}`);
  const text = request.responseText;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
