import { fileURLToPath } from "node:url";
import { FILE_NAMES } from "../../js/kernel/start-plan.ts";

/** The checkout, with a trailing slash. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** The flavour without side modules has folders of its own. */
const IS_STATIC = process.argv.includes("--static");
const SUFFIX = IS_STATIC ? "-static" : "";
/** Where the npm package is made. */
export const DIST = `${ROOT}build/dist${SUFFIX}/`;
/** Where the link step leaves the kernel's files. */
export const WASM = `${ROOT}build/wasm${SUFFIX}/`;

/** The kernel's files: copied from the link step's folder into the package. */
export const KERNEL_FILES: readonly string[] = Object.values(FILE_NAMES).filter(
  (name) => !(IS_STATIC && name === FILE_NAMES.symbols),
);

/** What each script of the package is bundled from. */
export const MODULES = [
  { from: "js/api/entry-krait.ts", to: "krait.mjs", format: "esm" },
  { from: "js/api/entry-script.ts", to: "pyodide.js", format: "iife" },
  { from: "js/worker/kernel-worker.ts", to: "krait.worker.mjs", format: "esm" },
  { from: "js/remote/relay-worker.ts", to: "krait.relay.mjs", format: "esm" },
  { from: "js/worker/service-worker.ts", to: "krait.sw.js", format: "iife" },
  { from: "js/services/sockets/socket-worker.ts", to: "krait.sockets.mjs", format: "esm" },
  { from: "js/web/main.ts", to: "console.mjs", format: "esm" },
  { from: "js/web/console.css", to: "console.css", format: "esm" },
  { from: "js/web/offline-worker.ts", to: "console.sw.js", format: "iife" },
  { from: "js/inspector/main.ts", to: "inspector.mjs", format: "esm" },
  { from: "js/inspector/server-page.ts", to: "inspect.mjs", format: "esm" },
  { from: "js/inspector/inspect-page.css", to: "inspect.css", format: "esm" },
  { from: "js/cli/main.ts", to: "bin/krait.mjs", format: "esm" },
  { from: "js/cli/kernel-worker.ts", to: "bin/krait-worker.mjs", format: "esm" },
] as const;
