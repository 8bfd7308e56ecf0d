/** The prompt at a terminal: line editing, history and completion. What the lines mean is Python's business. */
import { createInterface, type Interface } from "node:readline";
import type { History } from "./history.ts";
import type { StdinSource } from "./stdin-source.ts";

/** What the user did at the prompt. */
export type Entry = { kind: "line"; text: string } | { kind: "end" } | { kind: "interrupted" };

/** Answers with the words that could stand at the end of a source, and the part of it that they would replace. */
export type Complete = (source: string) => Promise<[words: string[], completed: string]>;

export class LinePrompt {
  readonly #source: StdinSource;
  readonly #history: History;
  readonly #complete: Complete;
  readonly #output = process.stdout;
  #past: string[];
  /** Ends the editing of a line as Ctrl-C does. */
  #cancel = () => {};
  /** Lines that arrived together with one that was answered, as a paste does. */
  readonly #waiting: string[] = [];
  /** What was typed behind the last of them. */
  #begun = "";

  constructor(source: StdinSource, history: History, complete: Complete) {
    this.#source = source;
    this.#history = history;
    this.#complete = complete;
    this.#past = history.load();
  }

  /** Shows the prompt and resolves to what the user makes of it. The terminal is in its ordinary mode before and after. */
  async ask(prompt: string): Promise<Entry> {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      this.#output.write(`${prompt}${waiting}\n`);
      return this.#keep(waiting);
    }
    // Ctrl-D may have come before the prompt.
    if (!this.#source.takeEnd()) return this.#edit(prompt);
    this.#output.write(`${prompt}\n`);
    return { kind: "end" };
  }

  /** Does what Ctrl-C does at the prompt; nothing when it is not shown. */
  interrupt(): void {
    this.#cancel();
  }

  /** A pasted line not yet asked for; it serves `input()` too, as it would at any terminal. */
  takeWaiting(): string | undefined {
    return this.#waiting.shift();
  }

  /** Forgets what was pasted and not yet read. */
  dropWaiting(): void {
    this.#waiting.length = 0;
    this.#begun = "";
  }

  #edit(prompt: string): Promise<Entry> {
    const lines = createInterface({
      input: this.#source.stream,
      output: this.#output,
      prompt,
      // A copy, since readline adds to it.
      history: [...this.#past],
      historySize: 1000,
      removeHistoryDuplicates: true,
      tabSize: 4,
      completer: (line: string, answer: (error: null, result: [string[], string]) => void) =>
        void this.#answerTab(lines, line, answer),
    });
    lines.prompt();
    lines.write(this.#begun);
    this.#begun = "";
    return this.#entryOf(lines);
  }

  #entryOf(lines: Interface): Promise<Entry> {
    return new Promise((resolve) => {
      const onEnd = () => {
        this.#output.write("\n");
        resolve({ kind: "end" });
      };
      const leave = (entry: Entry) => {
        this.#cancel = () => {};
        lines.off("close", onEnd).close();
        resolve(entry);
      };
      this.#cancel = () => leave({ kind: "interrupted" });
      const onFurther = (line: string) => this.#waiting.push(line);
      lines.once("line", (line) => {
        lines.on("line", onFurther);
        // A paste gives all its lines in one turn of the loop; what follows the last stays for the next prompt.
        setImmediate(() => {
          this.#begun = lines.line;
          leave(this.#keep(line));
        });
      });
      lines.once("SIGINT", () => this.#cancel());
      lines.once("close", onEnd);
    });
  }

  #keep(line: string): Entry {
    if (line.trim() && this.#past[0] !== line) {
      this.#past = [line, ...this.#past];
      this.#history.add(line);
    }
    return { kind: "line", text: line };
  }

  /** TAB after nothing but blanks indents. */
  async #answerTab(
    lines: Interface,
    line: string,
    answer: (error: null, result: [string[], string]) => void,
  ): Promise<void> {
    if (line.trim() === "") {
      lines.write("    ");
      answer(null, [[], line]);
    } else {
      answer(null, await this.#complete(line));
    }
  }
}
