import { nodeBuiltin } from "../kernel/node-builtin.ts";

/** Where a program looks for the kernel's files when it does not say (JS-opt-indexURL). Set by the module's entry. */
export interface ModuleLocation {
  /** URL or path of the module that holds `loadPyodide`; undefined when it cannot be told. */
  readonly url: string | undefined;
}

/**
 * The folder of the kernel's files, as an absolute URL with a trailing slash.
 * @throws {Error} when neither the option nor the module's own place tells
 */
export async function resolveIndexUrl(
  option: string | undefined,
  module: ModuleLocation,
): Promise<string> {
  if (option !== undefined) return resolveLocation(withSlash(option));
  if (module.url === undefined) {
    throw new Error(
      "loadPyodide: give the option indexURL, as the folder of this script cannot be told",
    );
  }
  const url = await resolveLocation(module.url);
  return url.slice(0, url.lastIndexOf("/") + 1);
}

/** An absolute URL, taken against the page or, in Node, against the working folder, where paths are taken too. */
export async function resolveLocation(location: string): Promise<string> {
  if (/^[a-z][a-z0-9+.-]+:/i.test(location)) return location;
  if (typeof process === "object" && process.versions?.node !== undefined) {
    const { pathToFileURL } = await nodeBuiltin("node:url");
    const { href } = pathToFileURL(location);
    return location.endsWith("/") ? withSlash(href) : href;
  }
  return new URL(location, globalThis.location?.href).href;
}

function withSlash(location: string): string {
  return location.endsWith("/") ? location : `${location}/`;
}
