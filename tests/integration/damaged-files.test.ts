import assert from "node:assert/strict";
import { cp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { DIST_PATH } from "../support/dist.ts";
import { rejectionOf } from "../support/failures.ts";
import { load } from "../support/kernel.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

const FILES = [
  "krait.asm.mjs",
  "krait.wasm",
  "krait.core.wasm",
  "krait.snapshot",
  "python_stdlib.zip",
  "pyodide-lock.json",
];
const folder = await temporaryFolder();
let copies = 0;

type Damage = (file: string) => Promise<void>;

/** A copy of the package's kernel in which one file is damaged. */
async function damagedCopy(name: string, damage: Damage): Promise<string> {
  const copy = path.join(folder, String(++copies));
  for (const file of FILES) await cp(path.join(DIST_PATH, file), path.join(copy, file));
  await damage(path.join(copy, name));
  return copy;
}

const remove: Damage = (file) => rm(file);
const empty: Damage = (file) => truncate(file, 0);
const half: Damage = async (file) => truncate(file, Math.floor((await readFile(file)).length / 2));
const garble: Damage = async (file) => {
  const bytes = await readFile(file);
  for (let i = 0; i < bytes.length; i += 97) bytes[i] = (bytes[i] ?? 0) ^ 0x5a;
  await writeFile(file, bytes);
};
const html: Damage = (file) => writeFile(file, "<!doctype html><title>404 Not Found</title>");
const DAMAGES = {
  removed: remove,
  empty,
  "cut in half": half,
  garbled: garble,
  "an error page": html,
};

/** Loads from the folder; console warnings are collected. */
async function loadFrom(indexURL: string, options: object = {}) {
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (...args: unknown[]) => warnings.push(args.join(" "));
  try {
    const py = await load({ indexURL, ...options });
    return { value: py.runPython("import colorsys; 6 * 7"), warnings };
  } finally {
    console.warn = warn;
  }
}

for (const [what, damage] of Object.entries(DAMAGES)) {
  for (const name of ["krait.core.wasm", "python_stdlib.zip", "krait.asm.mjs"]) {
    test(`bad input: ${name} ${what}: the error names it`, async () => {
      const indexURL = await damagedCopy(name, damage);

      const error = await rejectionOf(() => loadFrom(indexURL));
      assert.ok(String(error).includes(name), `${error}`);
    });
  }

  test(`bad input: krait.wasm ${what}: a cold start rejects by name, the snapshot does without it`, async () => {
    const indexURL = await damagedCopy("krait.wasm", damage);

    const error = await rejectionOf(() => loadFrom(indexURL, { snapshot: "none" }));
    assert.ok(String(error).includes("krait.wasm"), `${error}`);
    assert.equal((await loadFrom(indexURL)).value, 42);
  });

  test(`bad input: krait.snapshot ${what}: a warning that names it, and a cold start`, async () => {
    const indexURL = await damagedCopy("krait.snapshot", damage);

    const { value, warnings } = await loadFrom(indexURL);
    assert.equal(value, 42);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /krait\.snapshot/);
  });

  test(`bad input: pyodide-lock.json ${what}`, async () => {
    const indexURL = await damagedCopy("pyodide-lock.json", damage);

    const error = await rejectionOf(() => loadFrom(indexURL));
    assert.match(String(error), /pyodide-lock\.json/);
  });
}

test("bad input: the file of another build: krait.core.wasm without the snapshot's build", async () => {
  const indexURL = await damagedCopy("krait.snapshot", async (file) => {
    const bytes = await readFile(file);
    const at = bytes.indexOf('"buildId":"') + '"buildId":"'.length;
    bytes.write("another-build", at);
    await writeFile(file, bytes);
  });

  const { value, warnings } = await loadFrom(indexURL);
  assert.equal(value, 42);
  assert.match(warnings.join(), /build another-build/);
});

test("BY-snapshot, JS-opt-makeSnapshot: the caller's own snapshot is refused when it does not fit", async () => {
  const snapshot = await readFile(path.join(DIST_PATH, "krait.snapshot"));
  const other = Buffer.from(snapshot);
  other.write("another-build", other.indexOf('"buildId":"') + 11);

  const wrongBuild = await rejectionOf(() => load({ snapshot: new Uint8Array(other) }));
  assert.match(wrongBuild.message, /build another-build[^]*build /);
  const wrongMagic = await rejectionOf(() => load({ _loadSnapshot: new Uint8Array(1000) }));
  assert.match(wrongMagic.message, /snapshot/);
  const cut = await rejectionOf(() =>
    load({ snapshot: new Uint8Array(snapshot.subarray(0, 5000)) }),
  );
  assert.match(cut.message, /snapshot/);
  const py = await load({ snapshot: new Uint8Array(snapshot) });
  assert.equal(py.runPython("6 * 7"), 42);
});

test("bad input: a stdlib archive that lacks what a module needs", async () => {
  const indexURL = await damagedCopy("python_stdlib.zip", async (file) => {
    // An empty but sound archive: nothing but the end record.
    await writeFile(file, Buffer.concat([Buffer.from("PK\x05\x06"), Buffer.alloc(18)]));
  });

  const error = await rejectionOf(() => loadFrom(indexURL, { snapshot: "none" }));
  assert.match(String(error), /python_stdlib\.zip|encodings|ExitStatus|No module named/);
});
