// What `pyodide.mjs` exports: exactly these two values (JS-module).
import { version } from "#version";
import { loaderFor } from "./load-pyodide.ts";

export const loadPyodide = loaderFor({ url: import.meta.url });
export { version };
