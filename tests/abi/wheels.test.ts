import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadWithPackages } from "../support/packages.ts";

/** Where fetch.py leaves them. */
const FOLDER = new URL("../../build/abi/", import.meta.url);

/** An entry of wheels.toml. */
interface Wheel {
  readonly name: string;
  readonly file: string;
  readonly tries: string;
  readonly needs?: readonly string[];
  readonly code: string;
}

const wheels = JSON.parse(readFileSync(new URL("wheels.json", FOLDER), "utf8")) as Wheel[];

for (const { name, file, tries, needs = [], code } of wheels) {
  test(`abi, ${name}: ${tries}`, async () => {
    const py = await loadWithPackages({ stdout() {}, stderr() {} });
    await py.loadPackage([...needs], { messageCallback() {} });
    const errors: string[] = [];
    await py.loadPackage(fileURLToPath(new URL(file, FOLDER)), {
      messageCallback() {},
      errorCallback: (text: string) => errors.push(text),
    });
    assert.deepEqual(errors, []);
    assert.equal(py.runPython(`${code}\nresult`), true);
  });
}
