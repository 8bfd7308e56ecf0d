/** The lines entered at the prompt, kept between sessions. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** Lines kept; when twice as many have gathered the file is cut. */
export const HISTORY_LINES = 1000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where the history is kept: PYTHON_HISTORY as in CPython, else by the XDG base directory specification
 * (`$XDG_STATE_HOME/krait/history`), else under the user's own folder.
 */
export function historyPath(environment: Environment = process.env): string {
  const named = environment.PYTHON_HISTORY;
  if (named) return named;
  const stateFolder = environment.XDG_STATE_HOME;
  if (stateFolder?.startsWith("/")) return join(stateFolder, "krait", "history");
  if (environment.LOCALAPPDATA) return join(environment.LOCALAPPDATA, "krait", "history");
  return join(homedir(), ".local", "state", "krait", "history");
}

/** A history that cannot be read or written is an empty one: the prompt works without it. */
export class History {
  readonly #path: string;

  constructor(path = historyPath()) {
    this.#path = path;
  }

  /** The lines, newest first as `node:readline` wants them. */
  load(): string[] {
    try {
      const lines = readFileSync(this.#path, "utf8").split("\n").filter(Boolean);
      const kept = lines.slice(-HISTORY_LINES);
      if (lines.length > 2 * HISTORY_LINES) writeFileSync(this.#path, `${kept.join("\n")}\n`);
      return kept.reverse();
    } catch {
      return [];
    }
  }

  /** Adds a line; blank ones are not kept. */
  add(line: string): void {
    if (/^\s*$/.test(line)) return;
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      appendFileSync(this.#path, `${line}\n`, { mode: 0o600 });
    } catch {
      // A read-only home is no reason to bother the user at every line.
    }
  }
}
