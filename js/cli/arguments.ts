/**
 * The command line, by the grammar of `python`: short options may be joined (`-Bq`), an option's value may stick to it
 * (`-Wignore`), and `-c`, `-m`, `-` or the first plain word end the options: all that follows belongs to the program.
 */

/** What is run. */
export type Target =
  | { readonly kind: "command"; readonly source: string }
  | { readonly kind: "module"; readonly name: string }
  | { readonly kind: "file"; readonly path: string }
  /** Standard input: given as `-` (`isNamed`), or because nothing was given. */
  | { readonly kind: "stdin"; readonly isNamed: boolean };

export interface Invocation {
  readonly target: Target;
  /** `sys.argv` without its first item. */
  readonly args: readonly string[];
  /** Python's own options that change how CPython starts, one word each, as CPython reads them. */
  readonly interpreterOptions: readonly string[];
  /** `-i`: go on at the prompt after the target. */
  readonly inspects: boolean;
  /** `-q`: no banner. */
  readonly isQuiet: boolean;
  /** `-E` or `-I`: PYTHON* variables say nothing. */
  readonly ignoresEnvironment: boolean;
  /** The values of `--mount`, as given. */
  readonly mounts: readonly string[];
  /** The values of `--env`, as given. */
  readonly environment: readonly string[];
  /** False after `--no-snapshot`. */
  readonly usesSnapshot: boolean;
}

export type CommandLine =
  | { readonly kind: "run"; readonly invocation: Invocation }
  | { readonly kind: "help"; readonly topic: "options" | "environment" | "extensions" | "all" }
  | { readonly kind: "version"; readonly isDetailed: boolean }
  | { readonly kind: "usageError"; readonly message: string };

/** Options of CPython's start that stand alone. */
const STANDALONE = "bBdEIOPRsSuv";
const HELP_TOPICS: Readonly<Record<string, "options" | "environment" | "extensions" | "all">> = {
  "--help": "options",
  "--help-env": "environment",
  "--help-xoptions": "extensions",
  "--help-all": "all",
};

class UsageError extends Error {}

/** Reads the words after the program's name. Never throws: what is wrong is a `usageError`. */
export function parseCommandLine(words: readonly string[]): CommandLine {
  try {
    return new Parser(words).parse();
  } catch (error) {
    if (error instanceof UsageError) return { kind: "usageError", message: error.message };
    throw error;
  }
}

class Parser {
  readonly #words: readonly string[];
  #next = 0;
  #answer: CommandLine | undefined;
  #versions = 0;
  #target: Target | undefined;
  readonly #interpreterOptions: string[] = [];
  readonly #mounts: string[] = [];
  readonly #environment: string[] = [];
  readonly #flags = new Set<string>();

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  parse(): CommandLine {
    while (!this.#target) {
      const word = this.#words[this.#next];
      if (word === undefined || !word.startsWith("-") || word === "-") break;
      this.#next += 1;
      if (word === "--") break;
      if (word.startsWith("--")) this.#long(word);
      else this.#shorts(word.slice(1));
    }
    if (this.#answer) return this.#answer;
    if (this.#versions) return { kind: "version", isDetailed: this.#versions > 1 };
    return { kind: "run", invocation: this.#invocation() };
  }

  #invocation(): Invocation {
    const target = this.#target ?? this.#plainTarget();
    return {
      target,
      args: this.#words.slice(this.#next),
      interpreterOptions: this.#interpreterOptions,
      inspects: this.#flags.has("i"),
      isQuiet: this.#flags.has("q"),
      ignoresEnvironment: this.#flags.has("E") || this.#flags.has("I"),
      mounts: this.#mounts,
      environment: this.#environment,
      usesSnapshot: !this.#flags.has("no-snapshot"),
    };
  }

  #plainTarget(): Target {
    const word = this.#words[this.#next];
    if (word === undefined) return { kind: "stdin", isNamed: false };
    this.#next += 1;
    return word === "-" ? { kind: "stdin", isNamed: true } : { kind: "file", path: word };
  }

  #shorts(letters: string): void {
    for (let at = 0; at < letters.length; at += 1) {
      const letter = letters.charAt(at);
      const rest = letters.slice(at + 1);
      if ("cmWX".includes(letter)) {
        this.#withValue(letter, this.#value(`-${letter}`, rest || undefined));
        return;
      }
      this.#alone(letter);
    }
  }

  #alone(letter: string): void {
    if (letter === "h" || letter === "?") this.#answer ??= { kind: "help", topic: "options" };
    else if (letter === "V") this.#versions += 1;
    else if ("iq".includes(letter)) this.#flags.add(letter);
    else if (STANDALONE.includes(letter)) {
      this.#flags.add(letter);
      this.#interpreterOptions.push(`-${letter}`);
    } else throw new UsageError(`unknown option: -${letter}`);
  }

  #withValue(letter: string, value: string): void {
    if (letter === "c") this.#target = { kind: "command", source: value };
    else if (letter === "m") this.#target = { kind: "module", name: value };
    else this.#interpreterOptions.push(`-${letter}${value}`);
  }

  #long(word: string): void {
    const [name = "", value] = splitOnce(word, "=");
    const topic = HELP_TOPICS[word];
    if (topic) this.#answer ??= { kind: "help", topic };
    else if (word === "--version") this.#versions += 1;
    else if (word === "--no-snapshot") this.#flags.add("no-snapshot");
    else if (name === "--mount") this.#mounts.push(this.#value(name, value));
    else if (name === "--env") this.#environment.push(this.#value(name, value));
    else if (word === "--check-hash-based-pycs") {
      this.#interpreterOptions.push(word, this.#value(word, undefined));
    } else throw new UsageError(`unknown option: ${word}`);
  }

  /** The value that sticks to an option, else the next word. */
  #value(option: string, sticking: string | undefined): string {
    if (sticking !== undefined) return sticking;
    const word = this.#words[this.#next];
    if (word === undefined) throw new UsageError(`the option ${option} needs an argument`);
    this.#next += 1;
    return word;
  }
}

/** Splits at the first separator; one item when there is none. */
export function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
