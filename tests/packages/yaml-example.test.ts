import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(
  new URL("../../examples/yaml-to-json/yaml-to-json.mjs", import.meta.url),
);

function convert(input: string) {
  return spawnSync(process.execPath, [PROGRAM], { input, encoding: "utf8", timeout: 60_000 });
}

test("example yaml-to-json: YAML in, JSON out, and what is wrong with the rest", () => {
  const { status, stdout } = convert("a: [1, é]\nwhen: 2026-01-02\n");
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(stdout), { a: [1, "é"], when: "2026-01-02" });

  const wrong = convert("a: [");
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /^yaml-to-json: ParserError: while parsing a flow node/);
});
