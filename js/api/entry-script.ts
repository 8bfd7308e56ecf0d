// The classic script `pyodide.js`: defines `globalThis.loadPyodide`, and exports to CommonJS (JS-global).
import { version } from "#version";
import { loaderFor } from "./load-pyodide.ts";

declare const __filename: string | undefined;
declare const module: { exports: object } | undefined;

/** The script's own place. It is told by different names in a page, in Node, and in a worker. */
function scriptUrl(): string | undefined {
  const script = globalThis.document?.currentScript as HTMLScriptElement | null | undefined;
  if (script) return script.src;
  if (typeof __filename === "string") return __filename;
  return urlInStack(new Error().stack ?? "") ?? globalThis.location?.href;
}

/** In a worker only the stack tells what `importScripts` was given (BY-classicWorker): this script is its first frame. */
function urlInStack(stack: string): string | undefined {
  return /\b(\w+:\/\/[^\s()]+?):\d+:\d+/.exec(stack)?.[1];
}

const loadPyodide = loaderFor({ url: scriptUrl() });
Object.assign(globalThis, { loadPyodide });
if (typeof module === "object") module.exports = { loadPyodide, version };
