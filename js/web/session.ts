/** One interpreter behind the console: loads it in the place that was chosen, and runs entries in it. */
import type { PyodideAPI } from "../api/pyodide.ts";
import PYTHON_HALF from "./console.py";
import type { Place } from "./places.ts";

type Any = any;

/** What the session does to the page. */
export interface SessionHost {
  /** Bytes of standard output and standard error, in order. */
  write(bytes: Uint8Array): void;
  /** A line for `input()`; it may be rejected with `InputCancelled`. */
  readLine(): Promise<string | null>;
  showPicture(mimeType: string, data: Uint8Array | string): void;
  /** What is going on, in a few words; it replaces what was said before. */
  say(text: string): void;
}

/** Rejects a promised line: Python asks again when it reads the next time (ST-err). */
export class InputCancelled extends Error {
  readonly code = "EINTR";
}

export class Session {
  readonly place: Place;
  /** The promising form of the API, in each place. */
  readonly pyodide: Any;
  readonly banner: string;
  readonly #prompt: Any;

  private constructor(place: Place, pyodide: Any, prompt: Any, banner: string) {
    this.place = place;
    this.pyodide = pyodide;
    this.#prompt = prompt;
    this.banner = banner;
  }

  /** @throws what `loadPyodide` fails with */
  static async open(place: Place, host: SessionHost, lockFileURL?: string): Promise<Session> {
    const { loadPyodide } = (await import(PACKAGE)) as {
      loadPyodide: (options: object) => Promise<PyodideAPI>;
    };
    const pyodide: Any = await loadPyodide({
      ...place.options,
      sync: false,
      ...(lockFileURL === undefined ? {} : { lockFileURL }),
    });
    const write = (bytes: Uint8Array) => {
      host.write(bytes.slice());
      return bytes.length;
    };
    await pyodide.setStdout({ write, isatty: true });
    await pyodide.setStderr({ write, isatty: true });
    // On the page's own thread Python cannot wait: there the browser's dialog asks.
    if (place.name !== "in-page") await pyodide.setStdin({ stdin: host.readLine, isatty: true });
    const page = {
      // A server has the packages that are installed there.
      loadImports: async (source: string) => {
        if (place.name !== "remote") await loadImports(pyodide, source, host);
      },
      showPicture: (mimeType: string, data: Uint8Array | string) =>
        host.showPicture(mimeType, data),
    };
    const globals = await pyodide.runPython("{}");
    await pyodide.runPython(PYTHON_HALF, { globals, filename: "krait-console.py" });
    const prompt = await globals.get("make_prompt")(page);
    const banner = await globals.get("banner");
    return new Session(place, pyodide, prompt, banner);
  }

  /** Runs an entry; the exit status when it ended the program. */
  run(source: string): Promise<number | undefined> {
    return this.#prompt.run(source);
  }

  /** The words that may stand at the end of `source`, and the part of it that they replace. */
  async complete(source: string): Promise<{ words: string[]; part: string }> {
    const [words, part] = await this.#prompt.find_completions(source).toJs();
    return { words, part };
  }

  /** Raises KeyboardInterrupt in what runs. On the page's own thread only what awaits can be reached. */
  interrupt(): void {
    if (this.pyodide.interrupt === undefined) void this.#prompt.interrupt();
    else this.pyodide.interrupt();
  }

  /** Ends the interpreter, where it is not the page's own. */
  close(): void {
    this.pyodide.terminate?.();
  }
}

/** Loads the packages of the lock file that a source imports, and says how far it is. */
function loadImports(pyodide: Any, source: string, host: SessionHost): Promise<unknown> {
  return pyodide.loadPackagesFromImports(source, {
    messageCallback: (text: string) => host.say(text),
    errorCallback: (text: string) => host.write(new TextEncoder().encode(`${text}\n`)),
    progressCallback({ name, loadedBytes, totalBytes }: LoadProgress) {
      const of = totalBytes ? ` of ${megabytes(totalBytes)}` : "";
      host.say(`${name}: ${megabytes(loadedBytes)}${of} MB`);
    },
  });
}

interface LoadProgress {
  readonly name: string;
  readonly loadedBytes: number;
  readonly totalBytes: number | undefined;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** The package that this page is part of. */
const PACKAGE = "./pyodide.mjs";
