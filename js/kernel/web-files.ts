import { compileBytes, type Files, fileOfBytes } from "./files.ts";
import { KernelFileError, reasonOf } from "./kernel-file-error.ts";

/** Reads files with `fetch`. */
export const webFiles: Files = {
  async open(location) {
    return fileOfBytes(location, await bytesOf(location, await fetchFile(location)));
  },

  async compile(location) {
    const response = await fetchFile(location);
    const type = response.headers.get("Content-Type") ?? "";
    if (!type.startsWith("application/wasm") || WebAssembly.compileStreaming === undefined) {
      return compileBytes(location, await bytesOf(location, response));
    }
    try {
      return await WebAssembly.compileStreaming(response);
    } catch (error) {
      throw new KernelFileError(location, `cannot be compiled: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  },

  async importModule(location) {
    try {
      return await import(/* @vite-ignore */ /* webpackIgnore: true */ location);
    } catch (error) {
      throw new KernelFileError(location, `cannot be imported: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  },

  readTextSync(location) {
    const request = new XMLHttpRequest();
    try {
      request.open("GET", location, false);
      request.send();
    } catch (error) {
      throw new KernelFileError(location, `cannot be read: ${reasonOf(error)}`, { cause: error });
    }
    if (request.status !== 200)
      throw new KernelFileError(location, `HTTP status ${request.status}`);
    return request.responseText;
  },
};

/** @throws {KernelFileError} when there is no answer, or one other than success. */
export async function fetchFile(location: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(location, { credentials: "same-origin" });
  } catch (error) {
    throw new KernelFileError(location, `cannot be fetched: ${reasonOf(error)}`, { cause: error });
  }
  if (!response.ok) throw new KernelFileError(location, `HTTP status ${response.status}`);
  return response;
}

/** @throws {KernelFileError} when the connection breaks. */
export async function bytesOf(
  location: string,
  response: Response,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new KernelFileError(location, `cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}
