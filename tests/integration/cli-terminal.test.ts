import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cleanEnvironment, KRAIT } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

const DRIVER = fileURLToPath(new URL("../support/terminal.py", import.meta.url));
const LIMIT_MS = 60_000;
const state = await temporaryFolder();

type Step = ["see" | "type", string] | ["size", number, number];

interface Session {
  readonly output: string;
  readonly status: number;
}

/** Plays the steps with `krait` at a terminal (see terminal.py), and waits for its end. */
function play(args: readonly string[], steps: readonly Step[]): Session {
  const told = execFileSync("python3", [DRIVER, process.execPath, KRAIT, ...args], {
    input: JSON.stringify(steps),
    encoding: "utf8",
    timeout: LIMIT_MS,
    env: { ...cleanEnvironment(), XDG_STATE_HOME: state, TERM: "xterm" },
  });
  const { missed, ...session } = JSON.parse(told) as Session & { missed: string | null };
  assert.equal(missed, null, `did not come: ${missed}, in: ${session.output}`);
  return session;
}

/** At the prompt: enters each line and waits for what must come of it. */
function dialogue(...turns: readonly (readonly [entered: string, seen: string])[]): Step[] {
  return turns.flatMap(([entered, seen]): Step[] => [
    ["see", ">>> "],
    ["type", `${entered}\r`],
    ["see", seen],
  ]);
}

const EXIT: Step[] = [
  ["see", ">>> "],
  ["type", "\u0004"],
];

test(
  "cli terminal: the prompt greets, shows values, awaits, and goes on after errors",
  () => {
    const { status } = play(
      [],
      [
        ["see", "Python 3.13."],
        ...dialogue(
          ["20 + 1", "21\r\n"],
          ["import asyncio", "\n"],
          ["await asyncio.sleep(0.01, 'slept')", "'slept'"],
          ["1 / 0", "ZeroDivisionError: division by zero"],
          ["def :", "SyntaxError"],
          ["_ + '!'", "'slept!'"],
        ),
        ...EXIT,
      ],
    );

    assert.equal(status, 0);
  },
  LIMIT_MS,
);

test(
  "cli terminal: a block is entered line by line and ends with an empty one",
  () => {
    play(
      [],
      [
        ...dialogue(["def f():", "... "]),
        ["type", "    return 6 * 7\r"],
        ["see", "... "],
        ["type", "\r"],
        ...dialogue(["f()", "42\r\n"]),
        ...EXIT,
      ],
    );
  },
  LIMIT_MS,
);

test(
  "cli terminal: pasted lines are taken one after another, by input() too",
  () => {
    play(
      ["-q"],
      [
        ["see", ">>> "],
        ["type", "a = input()\rtyped ahead\ra.upper()\r"],
        ["see", "'TYPED AHEAD'"],
        ...EXIT,
      ],
    );
  },
  LIMIT_MS,
);

test(
  "cli terminal: TAB completes",
  () => {
    play(
      ["-q"],
      [
        ["see", ">>> "],
        ["type", "str.swapc\t"],
        ["see", "str.swapcase("],
        ["type", "'aB')\r"],
        ["see", "'Ab'"],
        ...EXIT,
      ],
    );
  },
  LIMIT_MS,
);

test(
  "cli terminal: Ctrl-C drops the line, stops code and stops waiting, and the prompt returns",
  () => {
    play(
      ["-q"],
      [
        ["see", ">>> "],
        ["type", "half a li"],
        ["see", "half a li"],
        ["type", "\u0003"],
        ["see", "KeyboardInterrupt"],
        // One line, so that what it prints tells that it runs.
        ...dialogue(["exec(\"print('o' + 'n')\\nwhile True: pass\")", "on\r\n"]),
        ["type", "\u0003"],
        ["see", "KeyboardInterrupt"],
        ...dialogue(["import asyncio; print('o' + 'n'); await asyncio.sleep(60)", "on\r\n"]),
        ["type", "\u0003"],
        ["see", "KeyboardInterrupt"],
        ...dialogue(["'still ' + 'here'", "'still here'"]),
        ...EXIT,
      ],
    );
  },
  LIMIT_MS,
);

test(
  "cli terminal: input() asks at the terminal, and its end is not the prompt's",
  () => {
    play(
      ["-q"],
      [
        ...dialogue(["input('na' + 'me? ')", "name? "]),
        ["type", "Ada\r"],
        ["see", "'Ada'"],
        ...dialogue(["input('mo' + 're? ')", "more? "]),
        ["type", "\u0004"],
        ["see", "EOFError"],
        ...dialogue(["'still ' + 'here'", "'still here'"]),
        ...EXIT,
      ],
    );
  },
  LIMIT_MS,
);

test(
  "cli terminal: exit() and quit() end it with their status",
  () => {
    assert.equal(play(["-q"], dialogue(["exit()", "\n"])).status, 0);
    assert.equal(play(["-q"], dialogue(["quit(5)", "\n"])).status, 5);
  },
  LIMIT_MS,
);

test(
  "cli terminal: what was entered is kept for the next session",
  () => {
    play(["-q"], [...dialogue(["remembered = 'from before'", "\n"]), ...EXIT]);
    const path = join(state, "krait", "history");
    assert.ok(existsSync(path));
    assert.match(readFileSync(path, "utf8"), /^remembered = 'from before'$/m);

    play(
      ["-q"],
      [["see", ">>> "], ["type", "\u001b[A"], ["see", "remembered"], ["type", "\u0003"], ...EXIT],
    );
  },
  LIMIT_MS,
);

test(
  "cli terminal: Python sees a terminal and its size, as it is now",
  () => {
    play(
      ["-q"],
      [
        ["size", 33, 99],
        ...dialogue(["import os, sys; sys.stdin.isatty(), sys.stdout.isatty()", "(True, True)"]),
        ["size", 44, 88],
        ...dialogue(["tuple(os.get_terminal_size())", "(88, 44)"]),
        ...EXIT,
      ],
    );
  },
  LIMIT_MS,
);

test(
  "cli terminal: a script is interrupted by the key",
  () => {
    const { status, output } = play(
      ["-c", "print('o' + 'n')\nwhile True: pass"],
      [
        ["see", "on\r\n"],
        ["type", "\u0003"],
        ["see", "KeyboardInterrupt"],
      ],
    );

    assert.match(output, /Traceback/);
    assert.equal(status, 130);
  },
  LIMIT_MS,
);

test(
  "cli terminal: an error in a callback of JavaScript is shown, and the prompt goes on",
  () => {
    play(
      ["-q"],
      [
        ...dialogue(
          ["from js import setTimeout; from pyodide.ffi import create_once_callable", "\n"],
          ["setTimeout(create_once_callable(lambda: 1 / 0), 1) and None", "ZeroDivisionError"],
        ),
        ["type", "'still ' + 'here'\r"],
        ["see", "'still here'"],
        ...EXIT,
      ],
    );
  },
  LIMIT_MS,
);
