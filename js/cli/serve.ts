/** `krait serve`: hosts native kernels for programs that connect (docs/remote.md). */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The status of shells for a command that cannot be started. */
const NOT_STARTED = 127;
const BY_SIGNAL = 128;
/** Passed on to the server, which then ends its kernels. */
const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const MISSING = `the native server kraitd is not here, and the npm package holds no native code. Unpack the archive krait-server of a release and put
its folder bin into PATH, or name its bin/kraitd in the variable KRAITD. A checkout of krait makes the archive by tools/release`;

/** What is started: a program, and what goes in front of the user's words. */
interface Server {
  readonly program: string;
  readonly args: readonly string[];
}

/** Runs the server with the words of the command line until it ends; gives the exit status. */
export async function serve(words: readonly string[]): Promise<number> {
  const server = findServer(process.env);
  if (server === undefined) return failed(MISSING);
  const child = spawn(server.program, [...server.args, ...words], { stdio: "inherit" });
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  return statusOf(child);
}

/** The server that the environment names, one of the user's, or that of the checkout which this package was built in. */
export function findServer(environment: NodeJS.ProcessEnv): Server | undefined {
  const named = environment.KRAITD;
  if (named) return { program: named, args: [] };
  for (const folder of (environment.PATH ?? "").split(delimiter)) {
    const program = join(folder, "kraitd");
    if (folder !== "" && existsSync(program)) return { program, args: [] };
  }
  const checkout = fileURLToPath(new URL("../../..", import.meta.url));
  const program = join(checkout, "build/native/services/sessions/kraitd");
  const python = join(checkout, "kernel/python");
  return existsSync(program) ? { program, args: ["--python-path", python] } : undefined;
}

function statusOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(failed(`kraitd cannot be started: ${error.message}`)));
    child.on("exit", (status, signal) => {
      resolve(status ?? BY_SIGNAL + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

function failed(message: string): number {
  process.stderr.write(`krait: ${message}\n`);
  return NOT_STARTED;
}
