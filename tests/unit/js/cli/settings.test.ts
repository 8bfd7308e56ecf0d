import assert from "node:assert/strict";
import { homedir } from "node:os";
import { test } from "node:test";
import { type CommandLine, parseCommandLine } from "../../../../js/cli/arguments.ts";
import { type HostFacts, settingsFor } from "../../../../js/cli/settings.ts";

const HOST: HostFacts = {
  environment: { HOME: "/home/me", LANG: "C.UTF-8" },
  workingFolder: "/tmp",
  executable: "/usr/bin/krait",
  isInputTerminal: true,
};

function settings(words: readonly string[], host: Partial<HostFacts> = {}) {
  const parsed = parseCommandLine(words) as CommandLine & { kind: "run" };
  return settingsFor(parsed.invocation, { ...HOST, ...host });
}

const withVariables = (environment: Record<string, string>) => ({
  environment: { ...HOST.environment, ...environment },
});

test("cli/settings: at a terminal with nothing to run the prompt opens with its banner", () => {
  const { runsProgram, opensPrompt, showsBanner } = settings([]);

  assert.deepEqual(
    { runsProgram, opensPrompt, showsBanner },
    {
      runsProgram: false,
      opensPrompt: true,
      showsBanner: true,
    },
  );
  assert.equal(settings(["-q"]).showsBanner, false);
});

test("cli/settings: from a pipe standard input is the program, and with -i the prompt's lines", () => {
  const piped = settings([], { isInputTerminal: false });
  const prompted = settings(["-i"], { isInputTerminal: false });

  assert.ok(piped.runsProgram && !piped.opensPrompt);
  assert.ok(!prompted.runsProgram && prompted.opensPrompt && prompted.showsBanner);
});

test("cli/settings: -i and PYTHONINSPECT open the prompt after a program, without a banner", () => {
  for (const inspected of [
    settings(["-i", "-c", "1"]),
    settings(["-c", "1"], withVariables({ PYTHONINSPECT: "1" })),
  ]) {
    assert.ok(inspected.runsProgram && inspected.opensPrompt && !inspected.showsBanner);
  }
  assert.equal(
    settings(["-E", "-c", "1"], withVariables({ PYTHONINSPECT: "1" })).opensPrompt,
    false,
  );
});

test("cli/settings: argv is what python would be given after its options", () => {
  assert.deepEqual(settings(["-c", "1", "a"]).argv, ["-c", "1", "a"]);
  assert.deepEqual(settings(["-m", "this"]).argv, ["-m", "this"]);
  assert.deepEqual(settings(["x.py", "-v"]).argv, ["x.py", "-v"]);
  assert.deepEqual(settings(["-", "a"]).argv, ["-", "a"]);
});

test("cli/settings: a variable that changes CPython's start rules the snapshot out", () => {
  const usesSnapshot = (environment: Record<string, string>, ...words: string[]) =>
    settings([...words, "-c", "1"], withVariables(environment)).usesSnapshot;

  assert.ok(usesSnapshot({}));
  assert.ok(usesSnapshot({ PYTHONPATH: "/x", PYTHONSTARTUP: "/y", PYTHON_COLORS: "0" }));
  assert.ok(usesSnapshot({ PYTHONOPTIMIZE: "" }));
  assert.ok(!usesSnapshot({ PYTHONOPTIMIZE: "1" }));
  assert.ok(!usesSnapshot({ PYTHONHASHSEED: "0" }));
  assert.ok(!usesSnapshot({}, "--no-snapshot"));
});

test("cli/settings: what an interpreter from the snapshot can still take does not rule it out", () => {
  const byOptions = settings(["-uB", "-c", "1"]);
  const byVariables = settings(
    ["-c", "1"],
    withVariables({ PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" }),
  );
  const late = { is_inspected: false, writes_bytecode: false, is_unbuffered: true };

  for (const { usesSnapshot, interpreterOptions, lateSettings } of [byOptions, byVariables]) {
    assert.ok(usesSnapshot);
    assert.deepEqual(interpreterOptions, []);
    assert.deepEqual(lateSettings, late);
  }
  assert.deepEqual(settings(["-uO", "-c", "1"]).interpreterOptions, ["-u", "-O"]);
});

test("cli/settings: the host's variables are passed on, save those of another Python", () => {
  const { environment } = settings(
    ["--env", "A=1", "--env", "LANG", "--env", "B=", "--env", "MISSING", "-c", "1"],
    withVariables({ A: "0", PYTHONHOME: "/usr", KEPT: "yes" }),
  );

  assert.deepEqual(environment, {
    HOME: "/home/me",
    LANG: "C.UTF-8",
    A: "1",
    B: "",
    KEPT: "yes",
  });
});

test("cli/settings: there is a home, whatever the host says", () => {
  for (const HOME of ["", undefined]) {
    const { environment } = settings(["-c", "1"], { environment: { HOME } });
    assert.equal(environment.HOME, homedir());
  }
});

test("cli/settings: folders that PYTHONPATH names are seen", () => {
  const { mounts, environment } = settings(
    ["-c", "1"],
    withVariables({ PYTHONPATH: "/usr:/nowhere" }),
  );

  assert.deepEqual(
    mounts.map((mount) => mount.path),
    ["/tmp", "/usr"],
  );
  assert.equal(environment.PYTHONPATH, "/usr:/nowhere");
});
