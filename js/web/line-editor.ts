/** The terminal with its editor of entries: several lines, history, completion, colours; and what is written between them. */
import { FitAddon } from "@xterm/addon-fit";
import { ImageAddon } from "@xterm/addon-image";
import { Terminal } from "@xterm/xterm";
import { Readline } from "xterm-readline";
import { coloured } from "./colours.ts";
import { goesOn, INDENT, nextIndent } from "./entries.ts";
import { InputCancelled } from "./session.ts";

const PROMPT = ">>> ";

export interface EditorHost {
  complete(source: string): Promise<{ words: string[]; part: string }>;
  interrupt(): void;
}

export class LineEditor {
  readonly terminal: Terminal;
  readonly #host: EditorHost;
  readonly #lines = new Readline();
  readonly #decoder = new TextDecoder();
  /** What was written since the last newline: a prompt of `input()` stands there. */
  #tail = "";
  #isEntry = false;
  #isReading = false;
  /** What was typed while nothing was read. */
  readonly #ahead: string[] = [];
  #cancelInput: (() => void) | undefined;
  #leavesByTab = false;

  constructor(element: HTMLElement, host: EditorHost) {
    this.#host = host;
    const terminal = new Terminal({
      convertEol: true,
      cursorBlink: true,
      fontFamily: "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
      fontSize: 14,
      lineHeight: 1.15,
      scrollback: 10_000,
      minimumContrastRatio: 4.5,
      screenReaderMode: true,
    });
    this.terminal = terminal;
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.loadAddon(new ImageAddon());
    // Before the editor hears of it: the key that ends a line is the editor's alone.
    terminal.onData((data) => this.#keepAhead(data));
    terminal.loadAddon(this.#lines);
    terminal.attachCustomKeyEventHandler((event) => this.#onKey(event));
    this.#lines.setHighlighter({
      highlight: (line) => (this.#isEntry ? coloured(line) : line),
      highlightPrompt: (prompt) => prompt,
      highlightChar: () => this.#isEntry,
    });
    this.#lines.setCheckHandler((text) => this.#isComplete(text));
    this.#lines.setCtrlCHandler(() => host.interrupt());
    terminal.open(element);
    new ResizeObserver(() => fit.fit()).observe(element);
    fit.fit();
    terminal.focus();
  }

  /** Shows bytes of Python's output. */
  write(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    this.terminal.write(text);
    this.#tail = (this.#tail + text).slice((this.#tail + text).lastIndexOf("\n") + 1);
  }

  /** Shows a line of the console's own. */
  tell(text: string): void {
    const line = `\x1b[90m${text}\x1b[39m\n`;
    if (this.#isEntry && this.#isReading) return this.#writeAbove(`\r\x1b[K${line}`);
    this.#endLine();
    this.terminal.write(line);
  }

  /** Shows what is no text. */
  async show(sequence: Promise<string>): Promise<void> {
    this.#endLine();
    this.terminal.write(await sequence);
  }

  /** The next entry. */
  async readEntry(): Promise<string> {
    this.#endLine();
    this.#isEntry = true;
    const entry = await this.#read(PROMPT);
    this.#isEntry = false;
    return entry;
  }

  /** A line for `input()`, behind what Python wrote as its prompt. Ctrl-C interrupts Python and rejects with InputCancelled. */
  readLine(): Promise<string> {
    const prompt = this.#tail;
    this.#tail = "";
    this.terminal.write("\r\x1b[2K");
    return new Promise((resolve, reject) => {
      this.#cancelInput = () => reject(new InputCancelled("the input was interrupted"));
      this.#read(prompt).then((line) => {
        this.#cancelInput = undefined;
        resolve(`${line}\n`);
      }, reject);
    });
  }

  #read(prompt: string): Promise<string> {
    const line = this.#lines.read(prompt);
    // The editor takes keys from when all that was written before is shown.
    this.terminal.write("", () => {
      this.#isReading = true;
      // Behind the key that ends this line they are kept again.
      for (const keys of this.#ahead.splice(0)) this.terminal.input(keys);
    });
    return line;
  }

  #keepAhead(data: string): void {
    if (this.#isReading) return;
    if (data === CTRL_C) this.#ahead.length = 0;
    else if (this.#ahead.length < MAX_AHEAD) this.#ahead.push(data);
  }

  /** Whether Enter ends what is read; where it does not, the next line is indented as Python wants it. */
  #isComplete(text: string): boolean {
    if (!this.#isEntry || !goesOn(text)) {
      this.#isReading = false;
      return true;
    }
    const indent = nextIndent(text);
    if (indent !== "") queueMicrotask(() => this.terminal.input(indent));
    return false;
  }

  #endLine(): void {
    if (this.#tail !== "") this.terminal.write("\n");
    this.#tail = "";
  }

  /** False: the key is done with. */
  #onKey(event: KeyboardEvent): boolean {
    if (event.type !== "keydown") return event.key !== "Tab" && event.key !== "Enter";
    const leaves = this.#leavesByTab;
    this.#leavesByTab = event.key === "Escape";
    if (event.key === "Tab") {
      if (leaves || event.shiftKey) return false; // the browser moves the focus
      event.preventDefault();
      if (this.#isEntry) void this.#complete();
      return false;
    }
    if (event.key === "Enter" && event.shiftKey) {
      this.terminal.input("\x1b\r");
      event.preventDefault();
      return false;
    }
    if (event.key.toLowerCase() === "c" && event.ctrlKey && this.#cancelInput !== undefined) {
      if (this.terminal.hasSelection()) return true;
      this.#interruptInput();
      return false;
    }
    return true;
  }

  #interruptInput(): void {
    this.terminal.write("^C\n");
    this.#host.interrupt();
    this.#cancelInput?.();
    this.#cancelInput = undefined;
    this.#isReading = false;
  }

  /** Completes the end of the entry, or shows what it could be; behind nothing but blanks, indents. */
  async #complete(): Promise<void> {
    const entry = this.#lines.getLine();
    const line = entry.slice(entry.lastIndexOf("\n") + 1);
    if (line.trim() === "") {
      this.terminal.input(INDENT);
      return;
    }
    const { words, part } = await this.#host.complete(line).catch(() => ({ words: [], part: "" }));
    if (this.#lines.getLine() !== entry) return; // typed on meanwhile
    const common = commonStart(words);
    if (common.length > part.length) this.terminal.input(common.slice(part.length));
    else if (words.length > 1) this.#showChoices(words);
  }

  #showChoices(words: readonly string[]): void {
    const shown = words.slice(0, MAX_CHOICES).map((word) => word.slice(word.lastIndexOf(".") + 1));
    const width = Math.max(...shown.map((word) => word.length)) + 2;
    const columns = Math.max(1, Math.floor(this.terminal.cols / width));
    let text = "";
    for (let at = 0; at < shown.length; at += columns) {
      const row = shown.slice(at, at + columns).map((word) => word.padEnd(width));
      text += `\n${row.join("").trimEnd()}`;
    }
    if (words.length > MAX_CHOICES) text += `\n… and ${words.length - MAX_CHOICES} more`;
    this.#writeAbove(`${text}\n`);
  }

  /** Writes, and shows the entry that is being edited below that. */
  #writeAbove(text: string): void {
    const entry = this.#lines.getLine();
    this.terminal.write(text, () => {
      this.terminal.input("\x15");
      if (entry !== "") this.terminal.input(entry.replaceAll("\n", "\x1b\r"));
    });
  }
}

const MAX_CHOICES = 60;
const CTRL_C = "\x03";
/** Of keys, or texts that were pasted. */
const MAX_AHEAD = 1000;

function commonStart(words: readonly string[]): string {
  const [first = "", ...others] = words;
  let length = first.length;
  for (const word of others) {
    while (!word.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}
