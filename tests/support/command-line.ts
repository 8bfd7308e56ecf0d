import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DIST_PATH } from "./dist.ts";

/** The command under test. */
export const KRAIT = join(DIST_PATH, "bin", "krait.mjs");

/** A command that has not ended by then is ended, and has no status. */
const LIMIT_MS = 30_000;

/** How a command ended. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Standard input: a text or bytes, and then its end. Default: at its end. */
  readonly input?: string | Uint8Array;
  /** Over the environment of the test, without its PYTHON* variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment of the test without what would steer Python. */
export function cleanEnvironment(): Record<string, string | undefined> {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith("PYTHON"));
  return Object.fromEntries(entries);
}

/** Starts `krait` with the arguments. */
export function start(args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  return spawn(process.execPath, [KRAIT, ...args], { timeout: LIMIT_MS, ...options });
}

/** Runs `krait` to its end. */
export async function krait(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const child = start(args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...cleanEnvironment(), ...options.env },
  });
  // The program may end before it has read all of it.
  child.stdin?.on("error", () => {});
  child.stdin?.end(options.input ?? "");
  return outcomeOf(child);
}

/** Collects what a started command writes, until it has ended. */
export async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  const [status] = (await once(child, "close")) as [number | null];
  return { status, ...texts };
}

/** Resolves once the output has a text; rejects when it ends without. */
export async function waitForOutput(child: ChildProcess, text: string): Promise<void> {
  let seen = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on("data", (chunk) => {
      seen += chunk;
      if (seen.includes(text)) resolve();
    });
    child.once("close", () => reject(new Error(`'${text}' is not in the output: ${seen}`)));
  });
}
