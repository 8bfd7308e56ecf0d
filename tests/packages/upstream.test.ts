import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "../support/test.ts";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const LIMIT_MS = 240_000;

test(
  "packages pass the tests that they bring, but for what is known and why",
  () => {
    // Those that take seconds; the others are for the command.
    const names = ["kiwisolver", "msgpack", "regex", "zstandard"];
    const { status, stdout, stderr } = spawnSync(
      "python3",
      ["tools/recipes/upstream.py", ...names],
      { cwd: CHECKOUT, encoding: "utf8" },
    );

    assert.equal(status, 0, `${stdout}\n${stderr}`);
    for (const name of names) assert.match(stdout, new RegExp(`^\\| ${name} \\| [1-9]\\d`, "m"));
  },
  LIMIT_MS,
);
