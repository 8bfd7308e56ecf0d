/** The command `krait`: what `python` does, on CPython in WebAssembly. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isatty } from "node:tty";
import { type CommandLine, parseCommandLine } from "./arguments.ts";
import { helpText, SEE_HELP, USAGE } from "./help.ts";
import { runKernel } from "./host.ts";
import { inspect } from "./inspect/inspect.ts";
import { BadMount } from "./mounts.ts";
import { install, lock } from "./packages/packages.ts";
import { packagesFolder } from "./packages/packages-folder.ts";
import { serve } from "./serve.ts";
import { settingsFor } from "./settings.ts";
import { refuse } from "./subcommand.ts";
import { web } from "./web.ts";

/** Commands in place of a program; a file of such a name is run as `./serve`. */
const COMMANDS: Readonly<Record<string, (words: readonly string[]) => Promise<number>>> = {
  inspect,
  install,
  lock,
  serve,
  web,
};

/** What `-V` and `-VV` run: only Python knows which Python it is. */
const VERSION_SOURCE = "import sys; print('Python', sys.version.split()[0])";
const DETAILED_VERSION_SOURCE =
  "import sys, pyodide; print('Python', sys.version, '\\nkrait', pyodide.__version__)";

function main(): Promise<number> {
  const words = process.argv.slice(2);
  const [first = "", ...others] = words;
  if (Object.hasOwn(COMMANDS, first)) return (COMMANDS[first] as typeof serve)(others);
  try {
    return follow(parseCommandLine(words));
  } catch (error) {
    if (error instanceof BadMount) return Promise.resolve(refuse("krait", error.message));
    throw error;
  }
}

/** @throws {BadMount} */
function follow(commandLine: CommandLine): Promise<number> {
  switch (commandLine.kind) {
    case "help":
      process.stdout.write(helpText(commandLine.topic));
      return Promise.resolve(0);
    case "version": {
      const source = commandLine.isDetailed ? DETAILED_VERSION_SOURCE : VERSION_SOURCE;
      return follow(parseCommandLine(["-c", source]));
    }
    case "usageError":
      return Promise.resolve(refuse("krait", `${commandLine.message}\n${USAGE}\n${SEE_HELP}`));
    case "run":
      return runKernel(
        settingsFor(commandLine.invocation, {
          environment: process.env,
          workingFolder: workingFolder(),
          executable: process.argv[1] ?? "krait",
          isInputTerminal: isatty(0),
          packages: existingFolder(resolve(packagesFolder())),
        }),
      );
    default:
      return commandLine satisfies never;
  }
}

function existingFolder(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

/** The root when the folder is gone. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return "/";
  }
}

process.exit(await main());
