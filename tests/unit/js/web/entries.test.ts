import assert from "node:assert/strict";
import { test } from "node:test";
import { goesOn, nextIndent } from "../../../../js/web/entries.ts";

const GOES_ON = [
  "for i in x:",
  "if a:  # why",
  "f(1,",
  "x = [",
  "x = '''text",
  "x = \\",
  "def f():\n    return 1",
  "@decorator",
  "for i in x:\n    pass\nelse:",
  "async def f():",
  "d = {'a': [1,",
  "with a:\n    b()",
];
const ENDS = [
  "1 + 1",
  "for i in x:\n    pass\n",
  "x = '''text\n'''",
  "f(1,\n  2)",
  "x = ':'",
  "x  # note:",
  "'it''s (fine'",
  "d = {'a': 1}",
  "x = 'open",
  "",
];

test("entries: Enter goes on where a block, a bracket or a text is open", () => {
  for (const source of GOES_ON) assert.equal(goesOn(source), true, JSON.stringify(source));
});

test("entries: Enter ends what is complete, and what is wrong", () => {
  for (const source of ENDS) assert.equal(goesOn(source), false, JSON.stringify(source));
});

test("entries: the next line is indented as the last, and a step more behind a colon", () => {
  assert.equal(nextIndent("for i in x:"), "    ");
  assert.equal(nextIndent("for i in x:\n    if i:"), "        ");
  assert.equal(nextIndent("for i in x:\n    f(i)"), "    ");
  assert.equal(nextIndent("x = {1:"), "");
  assert.equal(nextIndent("x = '''for:"), "");
});
