// Makes the npm package in build/dist from js/ and from what the link step left in build/wasm.
// usage: dist.ts [--static]
import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { makeBundles } from "./bundles.ts";
import { makeDeclarations } from "./declarations.ts";
import { DIST, KERNEL_FILES, ROOT, WASM } from "./files.ts";
import { writeLockFile, writeManifest } from "./manifest.ts";

rmSync(DIST, { recursive: true, force: true });
mkdirSync(`${DIST}bin`, { recursive: true });
await makeBundles();
for (const name of KERNEL_FILES) {
  if (existsSync(WASM + name)) copyFileSync(WASM + name, DIST + name);
  else console.warn(`dist: build/wasm/${name} is not there: the package cannot start without it`);
}
copyFileSync(`${ROOT}js/web/console.html`, `${DIST}console.html`);
copyFileSync(`${ROOT}js/inspector/inspect.html`, `${DIST}inspect.html`);
copyFileSync(`${ROOT}LICENSE`, `${DIST}LICENSE`);
copyFileSync(`${ROOT}tools/dist/README.package.md`, `${DIST}README.md`);
writeManifest();
writeLockFile();
makeDeclarations();
