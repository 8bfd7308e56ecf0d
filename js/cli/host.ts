/**
 * The main thread's side: owns the terminal, the signals and standard input, and runs the kernel in a worker thread, so
 * that Ctrl-C is heard whatever Python is doing.
 */
import { isatty } from "node:tty";
import { Worker } from "node:worker_threads";
import { INTERRUPTED_STATUS, Interrupter } from "./interrupts.ts";
import type { FromKernel, KernelSettings, ToKernel } from "./messages.ts";
import type { LinePrompt } from "./repl.ts";
import { SharedState } from "./shared-state.ts";
import { StdinWriter } from "./stdin-channel.ts";
import { StdinSource } from "./stdin-source.ts";

/** Megabytes of stack for the worker: Python's own recursion limit is met before the end of it. */
const STACK_MEGABYTES = 16;

/** The parts of the settings that this side finds out itself. */
type HostSettings = Omit<KernelSettings, "sharedState" | "terminals">;

/** Runs Python with the settings; resolves to the exit status. */
export function runKernel(settings: HostSettings): Promise<number> {
  return new Promise((resolve) => new Host(settings, resolve));
}

class Host {
  readonly #state = new SharedState();
  readonly #worker: Worker;
  readonly #exit: (status: number) => void;
  readonly #source = new StdinSource(isatty(0));
  readonly #stdin: StdinWriter;
  readonly #interrupter: Interrupter;
  #prompt: LinePrompt | undefined;
  #answerCompletion: ((found: [string[], string]) => void) | undefined;

  constructor(settings: HostSettings, exit: (status: number) => void) {
    this.#exit = exit;
    const terminals = [isatty(0), isatty(1), isatty(2)] as const;
    const workerData: KernelSettings = {
      ...settings,
      terminals,
      sharedState: this.#state.buffer,
    };
    this.#worker = new Worker(new URL("./krait-worker.mjs", import.meta.url), {
      workerData,
      resourceLimits: { stackSizeMb: STACK_MEGABYTES },
    });
    this.#stdin = new StdinWriter(this.#state, { next: () => this.#nextInput() });
    this.#interrupter = new Interrupter(this.#state);
    this.#listen();
    if (terminals[1]) this.#watchTerminalSize(process.stdout);
    else if (terminals[2]) this.#watchTerminalSize(process.stderr);
  }

  #listen(): void {
    this.#worker.on("message", (message: FromKernel) => this.#receive(message));
    this.#worker.on("error", (error) => this.#fail(error.message));
    this.#worker.on("exit", (status) => this.#exit(status));
    process.on("SIGINT", () => this.#interrupt());
  }

  #receive(message: FromKernel): void {
    switch (message.kind) {
      case "stdinWanted":
        void this.#stdin.serve();
        return;
      case "lineWanted":
        void this.#askLine(message.prompt);
        return;
      case "lineUnwanted":
        this.#prompt?.interrupt();
        return;
      case "completions":
        this.#answerCompletion?.([[...message.words], message.completed]);
        return;
      case "exited":
        this.#exit(message.status);
        return;
      case "failed":
        this.#fail(message.message);
        return;
      default:
        message satisfies never;
    }
  }

  #send(message: ToKernel): void {
    this.#worker.postMessage(message);
  }

  #fail(reason: string): void {
    process.stderr.write(`krait: ${reason}\n`);
    this.#exit(1);
  }

  #interrupt(): void {
    if (!this.#state.isStarted) this.#exit(INTERRUPTED_STATUS);
    this.#prompt?.dropWaiting();
    if (!this.#interrupter.interrupt()) {
      process.stderr.write("\nkrait: Python did not react to Ctrl-C, ending it\n");
      this.#exit(INTERRUPTED_STATUS);
    }
    this.#send({ kind: "interrupt" });
  }

  /** Standard input for the program: what was pasted at the prompt comes before what is typed now. */
  #nextInput(): Promise<Uint8Array | undefined> {
    const waiting = this.#prompt?.takeWaiting();
    if (waiting === undefined) return this.#source.next();
    return Promise.resolve(new TextEncoder().encode(`${waiting}\n`));
  }

  async #askLine(prompt: string): Promise<void> {
    this.#prompt ??= await this.#openPrompt();
    const entry = await this.#prompt.ask(prompt);
    if (entry.kind === "line") this.#send(entry);
    else this.#send({ kind: entry.kind === "end" ? "lineEnded" : "lineInterrupted" });
  }

  /** Line editing is loaded when it is first needed, so that scripts start without it. */
  async #openPrompt(): Promise<LinePrompt> {
    const [{ LinePrompt }, { History }] = await Promise.all([
      import("./repl.ts"),
      import("./history.ts"),
    ]);
    return new LinePrompt(this.#source, new History(), (source) => this.#complete(source));
  }

  #complete(source: string): Promise<[string[], string]> {
    return new Promise((resolve) => {
      this.#answerCompletion = resolve;
      this.#send({ kind: "complete", source });
    });
  }

  #watchTerminalSize(terminal: NodeJS.WriteStream): void {
    const tell = () => {
      this.#state.terminalSize = { rows: terminal.rows, columns: terminal.columns };
    };
    tell();
    terminal.on("resize", tell);
  }
}
