import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "..", "..", "..");
const OUTPUT = join(ROOT, "build", "tests", "side-module");
const ABI_FLAGS = ["-O2", "-fPIC", "-fwasm-exceptions", "-sSUPPORT_LONGJMP=wasm"];
const SUFFIX = "cpython-313-wasm32-emscripten.so";

/** Compiles and links an extension module, as a package would; gives its file name and bytes. */
export function compileExtension(source: string): { fileName: string; bytes: Uint8Array } {
  mkdirSync(OUTPUT, { recursive: true });
  const name = source.replace(/\.\w+$/, "");
  const compiler = source.endsWith(".cc") ? "em++" : "emcc";
  const object = join(OUTPUT, `${name}.o`);
  const library = join(OUTPUT, `${name}.${SUFFIX}`);
  const include = join(pythonPrefix(), "include", "python3.13");
  execFileSync(compiler, [...ABI_FLAGS, `-I${include}`, "-c", join(HERE, source), "-o", object]);
  const linkFlags = ["-sSIDE_MODULE=2", "-sWASM_BIGINT", `-sEXPORTED_FUNCTIONS=_PyInit_${name}`];
  execFileSync(compiler, [...ABI_FLAGS, ...linkFlags, object, "-o", library]);
  return { fileName: `${name}.${SUFFIX}`, bytes: readFileSync(library) };
}

/** Where `tools/build` found CPython. */
function pythonPrefix(): string {
  return readFileSync(join(ROOT, "build", "python-prefix.txt"), "utf8").trim();
}
