/** What the two threads of the CLI tell each other; `shared-state.ts` has what they share. */
import type { Mount } from "./mounts.ts";

/** See `prepare` in `_pyodide/_command_line.py`. */
export interface LateSettings {
  /** PYTHONINSPECT is set. */
  readonly is_inspected: boolean;
  /** Neither `-B` nor PYTHONDONTWRITEBYTECODE. */
  readonly writes_bytecode: boolean;
  /** `-u` or PYTHONUNBUFFERED. */
  readonly is_unbuffered: boolean;
}

/** All that the worker needs to know: its `workerData`. */
export interface KernelSettings {
  readonly sharedState: SharedArrayBuffer;
  /** `sys.argv` with what is run before it: `["script.py", "a"]`, `["-c", "pass"]`, `["-m", "this"]`, `["-"]`. */
  readonly argv: readonly string[];
  /** What happens: the program is run, the prompt opens, or first the one and then the other. */
  readonly runsProgram: boolean;
  readonly opensPrompt: boolean;
  readonly showsBanner: boolean;
  /** CPython's own start options; with any, the snapshot cannot serve. */
  readonly interpreterOptions: readonly string[];
  readonly usesSnapshot: boolean;
  /** What of the options and variables is set on an interpreter that runs already. */
  readonly lateSettings: LateSettings;
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** Folder of packages, as Python sees it; undefined: there is none. */
  readonly packages: string | undefined;
  /** Where Python starts, as it sees it. */
  readonly workingFolder: string;
  readonly executable: string;
  /** Which of the standard streams are terminals. */
  readonly terminals: readonly [boolean, boolean, boolean];
}

export type FromKernel =
  /** Python waits for standard input, see `StdinReader`. */
  | { readonly kind: "stdinWanted" }
  /** The prompt waits for a line; answered by `line`. */
  | { readonly kind: "lineWanted"; readonly prompt: string }
  /** The prompt was interrupted by a signal and waits no longer. */
  | { readonly kind: "lineUnwanted" }
  | {
      readonly kind: "completions";
      readonly words: readonly string[];
      /** The part of the source that the words complete. */
      readonly completed: string;
    }
  /** Python has ended. */
  | { readonly kind: "exited"; readonly status: number }
  /** Python could not start, or broke. */
  | { readonly kind: "failed"; readonly message: string };

export type ToKernel =
  | { readonly kind: "line"; readonly text: string }
  /** Ctrl-D or Ctrl-C instead of a line. */
  | { readonly kind: "lineEnded" }
  | { readonly kind: "lineInterrupted" }
  | { readonly kind: "complete"; readonly source: string }
  /** An interrupt is in the mailbox; says so to a worker that runs no Python just now. */
  | { readonly kind: "interrupt" };
