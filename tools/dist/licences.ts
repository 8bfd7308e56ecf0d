import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Metafile } from "esbuild";
import { DIST, ROOT } from "./files.ts";

/** Where the licences of npm packages that are part of the bundles stand. */
const LICENCES = "LICENSES.npm.txt";
/** Which they are, for the bill of materials (`tools/releasing`). */
const LIST = `${ROOT}build/npm-parts.json`;

/** Writes the licences of the packages that bundles took something from, as these ask for, and a list of them for the bill of materials. */
export function writeLicences(metafiles: readonly Metafile[]): void {
  const names = new Set(metafiles.flatMap(packagesIn));
  const parts = [...names].sort().map(partOf);
  const texts = parts.map(
    ({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`,
  );
  const list = parts.map(({ name, version, license }) => ({ name, version, license }));
  writeFileSync(LIST, `${JSON.stringify(list, undefined, 2)}\n`);
  writeFileSync(DIST + LICENCES, texts.join(`\n${"-".repeat(80)}\n\n`));
}

interface Part {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

function partOf(name: string): Part {
  const folder = `${ROOT}node_modules/${name}/`;
  const { version, license, author } = JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const holder = typeof author === "object" ? author?.name : author;
  if (!license || (file === undefined && !holder)) throw new Error(`${name} names no licence`);
  // Some packages say under which licence they are without its text.
  const text = file === undefined ? `Copyright ${holder}` : readFileSync(folder + file, "utf8");
  return { name, version, license, text: text.trim() };
}

/** The npm packages among a bundle's inputs. */
function packagesIn({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => /(?:^|.*\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
}
