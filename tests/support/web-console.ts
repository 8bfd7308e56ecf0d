import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { start } from "./command-line.ts";

/** `krait web` on a free port. */
export class WebConsole {
  /** Of the page, with a slash at its end. */
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  static async start(...options: string[]): Promise<WebConsole> {
    const child = start(["web", "--port", "0", ...options], { timeout: 0 });
    let text = "";
    child.stdout?.setEncoding("utf8");
    while (!/http:\S+\//.test(text)) {
      const [chunk] = await once(child.stdout as NodeJS.ReadableStream, "data");
      text += chunk;
    }
    return new WebConsole(/http:\S+\//.exec(text)?.[0] as string, child);
  }

  get origin(): string {
    return new URL(this.url).origin;
  }

  /** @returns the exit status */
  async stop(): Promise<number | null> {
    const ended = once(this.#process, "exit") as Promise<[number | null]>;
    this.#process.kill("SIGTERM");
    return (await ended)[0];
  }
}
