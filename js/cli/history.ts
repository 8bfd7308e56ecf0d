/** The lines entered at the prompt, kept between sessions. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Environment, userFolder } from "./user-folder.ts";

/** Lines kept; when twice as many have gathered the file is cut. */
export const HISTORY_LINES = 1000;

/** Where the history is kept: PYTHON_HISTORY as in CPython, else with the user's state. */
export function historyPath(environment: Environment = process.env): string {
  return environment.PYTHON_HISTORY || join(userFolder("state", environment), "history");
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
