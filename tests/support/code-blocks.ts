import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A block of code of the documentation. */
export interface CodeBlock {
  /** File and line, for titles. */
  readonly where: string;
  readonly code: string;
  /** What the comment `<!-- run: … -->` in front of it says. */
  readonly note: string | undefined;
}

const BLOCK = /(?:<!-- run: ([^]*?) -->\n)?```(\w+)\n([^]*?)```/g;

/** All blocks of a language in the documentation for users. */
export function codeBlocks(language: string): CodeBlock[] {
  const files = [
    "README.md",
    "tools/dist/README.package.md",
    ...readdirSync(`${ROOT}docs`)
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  return files.flatMap((file) => blocksIn(file).filter((block) => block.language === language));
}

function blocksIn(file: string): (CodeBlock & { language: string })[] {
  const text = readFileSync(ROOT + file, "utf8");
  return Array.from(text.matchAll(BLOCK), ({ 1: note, 2: language = "", 3: code = "", index }) => ({
    where: `${file}:${text.slice(0, index).split("\n").length}`,
    language,
    code,
    note: note?.trim(),
  }));
}
