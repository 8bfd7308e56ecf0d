import { writeFileSync } from "node:fs";
import { ABI_VERSION } from "../../js/api/abi.ts";
import { readVersion } from "../generate.ts";
import { DIST } from "./files.ts";

/** The `package.json` of the npm package. `pyodide.js` is a classic script, so there is no `"type": "module"`. */
export function writeManifest(): void {
  const manifest = {
    name: "krait",
    version: readVersion(),
    description: "CPython for JavaScript programs",
    license: "Apache-2.0",
    engines: { node: ">=20" },
    main: "./pyodide.js",
    module: "./krait.mjs",
    types: "./krait.d.ts",
    bin: { krait: "./bin/krait.mjs" },
    exports: {
      ".": { types: "./krait.d.ts", default: "./krait.mjs" },
      "./pyodide": {
        types: "./pyodide.d.ts",
        import: "./pyodide.mjs",
        require: "./pyodide.js",
      },
      "./pyodide.mjs": { types: "./pyodide.d.ts", default: "./pyodide.mjs" },
      "./pyodide.js": { types: "./pyodide.d.ts", default: "./pyodide.js" },
      "./krait.mjs": { types: "./krait.d.ts", default: "./krait.mjs" },
      "./inspector.mjs": { types: "./inspector.d.ts", default: "./inspector.mjs" },
      "./ffi": { types: "./ffi.d.ts" },
      "./*": "./*",
    },
  };
  writeFileSync(`${DIST}package.json`, `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** A lock file without packages: the distribution is the stdlib (PK-schema). */
export function writeLockFile(): void {
  const lock = {
    info: {
      abi_version: ABI_VERSION,
      arch: "wasm32",
      platform: "emscripten_3_1_69",
      python: "3.13.5",
      version: readVersion(),
    },
    packages: {},
  };
  writeFileSync(`${DIST}pyodide-lock.json`, `${JSON.stringify(lock, undefined, 2)}\n`);
}
