import assert from "node:assert/strict";
import { test } from "node:test";
import { coloured } from "../../../../js/web/colours.ts";

/** The sequence that begins a colour. */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[(\\d+)m`, "g");

/** Each colour as a letter before what it colours. */
const marked = (source: string) =>
  coloured(source)
    .replaceAll("\x1b[39m", ">")
    .replaceAll(COLOUR, (_, style: string) => `<${style} `);

test("colours: keywords, texts, numbers, names of functions and comments", () => {
  assert.equal(
    marked("def f(x): return 'a' + str(12) # why"),
    "<35 def> <34 f>(x): <35 return> <32 'a'> + <34 str>(<36 12>) <90 # why>",
  );
});

test("colours: what is unfinished or no Python keeps each character", () => {
  for (const source of ["def f(", "x = '''a\nb", "1 +", "}{", "é = 'ü'\n\n", ""]) {
    assert.equal(coloured(source).replaceAll(COLOUR, ""), source);
  }
});
