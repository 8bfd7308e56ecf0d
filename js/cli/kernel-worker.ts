/** The worker's side: loads the kernel, gives it the host's streams and folders, and runs what the command line says. */
import { parentPort, workerData } from "node:worker_threads";
import type { PyodideAPI } from "../api/pyodide.ts";
import { showFolder } from "./folders.ts";
import { INTERRUPTED_STATUS } from "./interrupts.ts";
import type { FromKernel, KernelSettings, ToKernel } from "./messages.ts";
import { writeSome } from "./output.ts";
import { SharedState } from "./shared-state.ts";
import { StdinReader } from "./stdin-channel.ts";

const settings = workerData as KernelSettings;
const state = new SharedState(settings.sharedState);

function send(message: FromKernel): void {
  parentPort?.postMessage(message);
}

async function load(): Promise<PyodideAPI> {
  const runtime = new URL("../pyodide.mjs", import.meta.url).href;
  const { loadPyodide } = await import(runtime);
  return loadPyodide({
    args: settings.interpreterOptions,
    // An empty PYTHONINSPECT is none; without it loadPyodide would set one.
    env: { PYTHONINSPECT: "", ...settings.environment },
    _sysExecutable: settings.executable,
    snapshot: settings.usesSnapshot ? "built-in" : "none",
  });
}

function connectStreams(pyodide: PyodideAPI): void {
  const checkInterrupt = () => pyodide.checkInterrupt();
  const stdin = new StdinReader(state, () => send({ kind: "stdinWanted" }), checkInterrupt);
  const output = (fd: 1 | 2) => ({
    write: (bytes: Uint8Array) => writeSome(fd, bytes, state, checkInterrupt),
    isatty: settings.terminals[fd],
    getTerminalSize: () => state.terminalSize,
  });
  pyodide.setStdin({ read: (buffer) => stdin.read(buffer), isatty: settings.terminals[0] });
  pyodide.setStdout(output(1));
  pyodide.setStderr(output(2));
}

/** What the prompt asks of this side: `Lines` of `_pyodide/_prompt.py`. */
class Terminal {
  #settle: { resolve(line: string | undefined): void; reject(reason: Error): void } | undefined;

  readLine(prompt: string): Promise<string | undefined> {
    send({ kind: "lineWanted", prompt });
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  dropLine(): void {
    send({ kind: "lineUnwanted" });
  }

  settle(message: Exclude<ToKernel, { kind: "complete" | "interrupt" }>): void {
    if (message.kind === "lineInterrupted") this.#settle?.reject(new Error("interrupted"));
    else this.#settle?.resolve(message.kind === "line" ? message.text : undefined);
  }
}

/** `_pyodide._prompt.Prompt`. */
interface Prompt {
  interact(): Promise<number>;
  interrupt(): void;
  find_completions(source: string): {
    toJs(): [words: string[], completed: string];
    destroy(): void;
  };
}

/** Runs the prompt to its end; resolves to the exit status. */
async function interact(pyodide: PyodideAPI): Promise<number> {
  const terminal = new Terminal();
  const prompt: Prompt = pyodide
    .pyimport("_pyodide._prompt")
    .open_prompt(settings.terminals[0] ? terminal : undefined, settings.showsBanner);
  parentPort?.on("message", (message: ToKernel) => {
    if (message.kind === "complete") {
      const found = prompt.find_completions(message.source);
      const [words, completed] = found.toJs();
      found.destroy();
      send({ kind: "completions", words, completed });
    } else if (message.kind === "interrupt") {
      takeInterrupt(pyodide, prompt);
    } else {
      terminal.settle(message);
    }
  });
  // What goes wrong in a callback of JavaScript is nobody's; the prompt goes on.
  process.on("uncaughtException", (error: Error) => console.error(error.message));
  return prompt.interact();
}

/** An interrupt that no running Python took is handled now; what handles it may raise, with no code to raise in. */
function takeInterrupt(pyodide: PyodideAPI, prompt: Prompt): void {
  try {
    pyodide.checkInterrupt();
  } catch {
    prompt.interrupt();
  }
}

async function run(pyodide: PyodideAPI): Promise<number> {
  pyodide.setInterruptBuffer(state.interruptBuffer);
  connectStreams(pyodide);
  for (const mount of settings.mounts) showFolder(pyodide, mount);
  pyodide.FS.chdir(settings.workingFolder);
  const commandLine = pyodide.pyimport("_pyodide._command_line");
  commandLine.prepare.callKwargs(settings.lateSettings);
  if (settings.packages !== undefined) commandLine.add_packages(settings.packages);
  state.setStarted();
  const ran: number = settings.runsProgram ? commandLine.run(settings.argv) : 0;
  return commandLine.finish(settings.opensPrompt ? await interact(pyodide) : ran);
}

async function main(): Promise<void> {
  try {
    send({ kind: "exited", status: await run(await load()) });
  } catch (error) {
    send(endBy(error as Ending));
  }
}

/** What reaches this side instead of a status. */
interface Ending extends Error {
  /** Of "ExitStatus", an end while starting (JS-loadPyodide.3), and of "Exit", by `os._exit` (JS-exit). */
  readonly status?: number;
  /** Of a PythonError. */
  readonly type?: string;
}

function endBy({ name, status, type, message }: Ending): FromKernel {
  if (["ExitStatus", "Exit"].includes(name)) return { kind: "exited", status: status ?? 1 };
  // Ctrl-C in the moment before the program or after it.
  if (type === "KeyboardInterrupt") return { kind: "exited", status: INTERRUPTED_STATUS };
  return { kind: "failed", message };
}

await main();
