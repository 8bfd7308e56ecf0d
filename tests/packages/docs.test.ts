import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { transformSync } from "esbuild";
import { type CodeBlock, codeBlocks } from "../support/code-blocks.ts";
import { DIST_PATH } from "../support/dist.ts";
import { Kraitd } from "../support/kraitd.ts";
import { openIndex } from "../support/package-index.ts";
import { LOCK_FILE } from "../support/packages.ts";
import { temporaryFolder } from "../support/temporary.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 120_000;
/** A statement whose comment tells its value. */
const TOLD =
  /^(?!const |let |import |await py\w*\.load)(.+?);? *\/\/ (-?\d[\d.]*|"[^"]*"|true|false)(?::.*|,.*)?$/gm;

const kernels = await Kraitd.start();
after(() => kernels.stop());
const { publish, server, index } = await openIndex();
await publish("attrs", { "25.1": [] });
await publish("tool", { "1.0": [] });

const folder = await temporaryFolder();
mkdirSync(join(folder, "node_modules"));
symlinkSync(DIST_PATH, join(folder, "node_modules", "krait"));
symlinkSync(DIST_PATH, join(folder, "krait"));
symlinkSync(join(LOCK_FILE, ".."), join(folder, "packages"));

/** What the texts around the blocks speak of. */
const SURROUNDINGS = `
import { loadPyodide } from "krait/pyodide";
import assert from "node:assert/strict";
`;

/** A block as a program. */
function programOf({ code, note = "" }: CodeBlock): string {
  const replaced = code
    .replaceAll(/"\.\/(?:krait\/)?pyodide\.mjs"/g, '"krait/pyodide"')
    .replaceAll("unix:/tmp/krait.sock", `unix:${kernels.path}`)
    .replaceAll("https://example.org/", `${server.url}files/`)
    .replaceAll('install("attrs")', `install.callKwargs("attrs", { index_urls: "${index}" })`);
  const checked = replaced.replaceAll(TOLD, "assert.deepEqual(await ($1), $2);");
  const prelude = /\bimport \{ loadPyodide/.test(replaced)
    ? 'import assert from "node:assert/strict";'
    : SURROUNDINGS;
  return transformSync(`${prelude}\n${note}\n${checked}\nprocess.exit(0);\n`, {
    target: "es2022",
    format: "esm",
  }).code;
}

for (const [number, block] of codeBlocks("js").entries()) {
  if (block.code.includes("document.")) continue; // tests/browser/docs.test.ts has those
  test(`documentation, ${block.where}: the block runs, and gives what it says`, async () => {
    const file = join(folder, `block-${number}.mjs`);
    writeFileSync(file, programOf(block));
    // It rejects for a status other than 0.
    await run(process.execPath, [file], { cwd: folder, timeout: TIMEOUT_MS });
  });
}

test("documentation: JSON is JSON", () => {
  for (const { code } of codeBlocks("json")) JSON.parse(code);
});
