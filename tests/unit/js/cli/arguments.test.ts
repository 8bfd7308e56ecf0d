import assert from "node:assert/strict";
import { test } from "node:test";
import { type Invocation, parseCommandLine } from "../../../../js/cli/arguments.ts";

function invocationOf(...words: string[]): Invocation {
  const parsed = parseCommandLine(words);
  assert.equal(parsed.kind, "run", JSON.stringify(parsed));
  return (parsed as { invocation: Invocation }).invocation;
}

test("cli/arguments: a plain word is the script, and all that follows is its own", () => {
  const { target, args } = invocationOf("-q", "script.py", "-q", "--mount", "-c");

  assert.deepEqual(target, { kind: "file", path: "script.py" });
  assert.deepEqual(args, ["-q", "--mount", "-c"]);
});

test("cli/arguments: -c and -m end the options", () => {
  assert.deepEqual(invocationOf("-c", "print(1)", "-V").target, {
    kind: "command",
    source: "print(1)",
  });
  assert.deepEqual(invocationOf("-c", "print(1)", "-V").args, ["-V"]);
  assert.deepEqual(invocationOf("-m", "json.tool", "--help").target, {
    kind: "module",
    name: "json.tool",
  });
  assert.deepEqual(invocationOf("-m", "json.tool", "--help").args, ["--help"]);
});

test("cli/arguments: short options may be joined, and a value may stick to its option", () => {
  const joined = invocationOf("-Bqic", "x = 1", "a");

  assert.deepEqual(joined.interpreterOptions, ["-B"]);
  assert.ok(joined.isQuiet && joined.inspects);
  assert.deepEqual(joined.target, { kind: "command", source: "x = 1" });
  assert.deepEqual(invocationOf("-cprint(2)").target, { kind: "command", source: "print(2)" });
  assert.deepEqual(invocationOf("-Werror", "-X", "dev", "-OO", "-").interpreterOptions, [
    "-Werror",
    "-Xdev",
    "-O",
    "-O",
  ]);
});

test("cli/arguments: standard input is the target by name and by default", () => {
  assert.deepEqual(invocationOf().target, { kind: "stdin", isNamed: false });
  assert.deepEqual(invocationOf("-", "a"), { ...invocationOf("-"), args: ["a"] });
  assert.deepEqual(invocationOf("-").target, { kind: "stdin", isNamed: true });
});

test("cli/arguments: -- ends the options", () => {
  assert.deepEqual(invocationOf("--", "-odd.py").target, { kind: "file", path: "-odd.py" });
});

test("cli/arguments: krait's own options take their values either way and repeat", () => {
  const invocation = invocationOf("--mount", "/a", "--mount=/b:/c", "--env=A=1=2", "--no-snapshot");

  assert.deepEqual(invocation.mounts, ["/a", "/b:/c"]);
  assert.deepEqual(invocation.environment, ["A=1=2"]);
  assert.equal(invocation.usesSnapshot, false);
});

test("cli/arguments: help and version are found before what would be run", () => {
  assert.deepEqual(parseCommandLine(["-qh", "x.py"]), { kind: "help", topic: "options" });
  assert.deepEqual(parseCommandLine(["--help-env"]), { kind: "help", topic: "environment" });
  assert.deepEqual(parseCommandLine(["-V"]), { kind: "version", isDetailed: false });
  assert.deepEqual(parseCommandLine(["-VV"]), { kind: "version", isDetailed: true });
  assert.deepEqual(parseCommandLine(["--version", "-c", "1"]), {
    kind: "version",
    isDetailed: false,
  });
});

test("cli/arguments: what cannot be followed is a usage error that names it", () => {
  for (const [words, named] of [
    [["-Z"], "-Z"],
    [["-qZ"], "-Z"],
    [["--nonsense"], "--nonsense"],
    [["--mount"], "--mount"],
    [["-c"], "-c"],
    [["-m"], "-m"],
    [["-W"], "-W"],
    [["--check-hash-based-pycs"], "--check-hash-based-pycs"],
  ] as const) {
    const parsed = parseCommandLine(words);
    assert.equal(parsed.kind, "usageError", words.join(" "));
    assert.match((parsed as { message: string }).message, new RegExp(`${named}\\b`));
  }
});
