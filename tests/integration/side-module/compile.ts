import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "..", "..", "..");
const OUTPUT = join(ROOT, "build", "tests", "side-module");
const ABI_FLAGS = ["-O2", "-fPIC", "-fwasm-exceptions", "-sSUPPORT_LONGJMP=wasm"];
const SUFFIX = "cpython-313-wasm32-emscripten.so";

/** A file of a package. */
export interface Compiled {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** Compiles and links an extension module, as a package would. `libraries` are what it needs. */
export function compileExtension(source: string, libraries: readonly Compiled[] = []): Compiled {
  const name = source.replace(/\.\w+$/, "");
  const flags = [`-sEXPORTED_FUNCTIONS=_PyInit_${name}`, "-sSIDE_MODULE=2"];
  const needed = libraries.map(({ fileName }) => join(OUTPUT, fileName));
  return compile(source, `${name}.${SUFFIX}`, [...flags, ...needed]);
}

/** Compiles and links a library that extension modules use. */
export function compileLibrary(source: string): Compiled {
  return compile(source, `lib${source.replace(/\.\w+$/, "")}.so`, ["-sSIDE_MODULE=1"]);
}

function compile(source: string, fileName: string, flags: readonly string[]): Compiled {
  mkdirSync(OUTPUT, { recursive: true });
  const compiler = source.endsWith(".cc") ? "em++" : "emcc";
  const object = join(OUTPUT, `${source}.o`);
  const library = join(OUTPUT, fileName);
  const include = join(pythonPrefix(), "include", "python3.13");
  execFileSync(compiler, [...ABI_FLAGS, `-I${include}`, "-c", join(HERE, source), "-o", object]);
  execFileSync(compiler, [...ABI_FLAGS, "-sWASM_BIGINT", object, ...flags, "-o", library]);
  return { fileName, bytes: readFileSync(library) };
}

/** Where `tools/build` found CPython. */
function pythonPrefix(): string {
  return readFileSync(join(ROOT, "build", "python-prefix.txt"), "utf8").trim();
}
