/** From what the user said and what the host is to how Python is run. */
import { homedir } from "node:os";
import { delimiter, dirname, resolve } from "node:path";
import { type Invocation, splitOnce, type Target } from "./arguments.ts";
import type { KernelSettings } from "./messages.ts";
import { HOST_STYLE, parseMount, planMounts, toPythonPath } from "./mounts.ts";

/** What is known of the host. */
export interface HostFacts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute, as is the next. */
  readonly workingFolder: string;
  /** What was started, for `sys.executable`. */
  readonly executable: string;
  /** Whether standard input is a terminal. */
  readonly isInputTerminal: boolean;
  /** Folder of the packages of `krait install`, absolute; undefined: it is not there. */
  readonly packages?: string | undefined;
}

/** The settings of a run, save what only the running host can add. */
export type RunSettings = Omit<KernelSettings, "sharedState" | "terminals">;

/** Variables that would send this Python to the files of another one. */
const FOREIGN_VARIABLES = ["PYTHONHOME", "PYTHONPLATLIBDIR", "PYTHONEXECUTABLE"];

/** Options that an interpreter from the snapshot can still take. With any other one Python starts afresh. */
const LATE_OPTIONS = ["-B", "-u"];

/** PYTHON* variables that count after the start only, or that the command line sees to. With any other one Python starts afresh too. */
const LATE_VARIABLES = new Set([
  "PYTHONASYNCIODEBUG",
  "PYTHONBREAKPOINT",
  "PYTHONDONTWRITEBYTECODE",
  "PYTHONINSPECT",
  "PYTHONPATH",
  "PYTHONSTARTUP",
  "PYTHONUNBUFFERED",
  "PYTHON_BASIC_REPL",
  "PYTHON_COLORS",
  "PYTHON_HISTORY",
]);

/** @throws {BadMount} for a `--mount` that names nothing usable. */
export function settingsFor(invocation: Invocation, host: HostFacts): RunSettings {
  const { target } = invocation;
  const environment = environmentFor(invocation, host);
  const heeded = invocation.ignoresEnvironment ? {} : environment;
  const packages = searchesUserSite(invocation) ? host.packages : undefined;
  const runsProgram = target.kind !== "stdin" || !(host.isInputTerminal || invocation.inspects);
  return {
    argv: [...wordsOf(target), ...invocation.args],
    runsProgram,
    opensPrompt: !runsProgram || invocation.inspects || Boolean(heeded.PYTHONINSPECT),
    showsBanner: !runsProgram && !invocation.isQuiet,
    ...startOf(invocation, heeded),
    environment,
    mounts: planMounts(
      host.workingFolder,
      target.kind === "file" ? target.path : undefined,
      [...foldersNamedBy(heeded), ...(packages === undefined ? [] : [packages])],
      invocation.mounts.map((text) => parseMount(text)),
    ),
    packages: packages === undefined ? undefined : toPythonPath(packages),
    workingFolder: toPythonPath(host.workingFolder),
    executable: toPythonPath(host.executable),
  };
}

/** Not with -s, -S or -I, alone or joined with others. */
function searchesUserSite({ interpreterOptions }: Invocation): boolean {
  return !interpreterOptions.some((option) => /^-[sSI]$/.test(option));
}

function wordsOf(target: Target): string[] {
  switch (target.kind) {
    case "command":
      return ["-c", target.source];
    case "module":
      return ["-m", target.name];
    case "file":
      return [HOST_STYLE === "windows" ? target.path.replaceAll("\\", "/") : target.path];
    case "stdin":
      return ["-"];
    default:
      return target satisfies never;
  }
}

/** How CPython starts, by the options and the variables that are heeded. */
function startOf(
  { interpreterOptions: options, usesSnapshot }: Invocation,
  variables: Readonly<Record<string, string>>,
): Pick<RunSettings, "interpreterOptions" | "usesSnapshot" | "lateSettings"> {
  const isRestored =
    usesSnapshot &&
    options.every((option) => LATE_OPTIONS.includes(option)) &&
    !Object.entries(variables).some(changesStart);
  return {
    interpreterOptions: isRestored ? [] : options,
    usesSnapshot: isRestored,
    lateSettings: {
      is_inspected: Boolean(variables.PYTHONINSPECT),
      writes_bytecode: !options.includes("-B") && !variables.PYTHONDONTWRITEBYTECODE,
      is_unbuffered: options.includes("-u") || Boolean(variables.PYTHONUNBUFFERED),
    },
  };
}

function changesStart([name, value]: [string, string]): boolean {
  return name.startsWith("PYTHON") && value !== "" && !LATE_VARIABLES.has(name);
}

/** The host's variables, those of `--env` over them, and a home folder. */
function environmentFor(invocation: Invocation, host: HostFacts): Record<string, string> {
  const given = invocation.environment.map((text): [string, string | undefined] => {
    const [name, value] = splitOnce(text, "=");
    return [name, value ?? host.environment[name]];
  });
  const merged = { ...host.environment, ...Object.fromEntries(given) };
  merged.HOME ||= homedir();
  const entries = Object.entries(merged).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !FOREIGN_VARIABLES.includes(entry[0]),
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, asPythonReads(name, value)]));
}

/** Paths that Python itself reads are given as it sees them. */
function asPythonReads(name: string, value: string): string {
  if (name === "HOME" || name === "PYTHONSTARTUP") return toPythonPath(value);
  return name === "PYTHONPATH"
    ? searchPath(value)
        .map((path) => toPythonPath(path))
        .join(":")
    : value;
}

/** The folders of a PYTHONPATH of the host, absolute. */
function searchPath(value: string): string[] {
  return value
    .split(delimiter)
    .filter(Boolean)
    .map((path) => resolve(path));
}

/** Host folders that Python is sent to by variables of the host. */
function foldersNamedBy(environment: Readonly<Record<string, string>>): string[] {
  const { PYTHONPATH: path, PYTHONSTARTUP: startup } = environment;
  return [...(path ? searchPath(path) : []), ...(startup ? [dirname(resolve(startup))] : [])];
}
