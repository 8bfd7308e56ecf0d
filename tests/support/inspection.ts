import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { outcomeOf, start } from "./command-line.ts";
import { temporaryFolder } from "./temporary.ts";

/** `krait inspect` between programs and a server. */
export class Inspection {
  /** Where programs connect. */
  readonly address: string;
  /** The page, without a slash at its end. */
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #outcome: ReturnType<typeof outcomeOf>;

  private constructor(process: ChildProcess, address: string, url: string) {
    this.#process = process;
    this.#outcome = outcomeOf(process);
    this.address = address;
    this.url = url;
  }

  static async start(server: string, ...options: string[]): Promise<Inspection> {
    const address = `unix:${join(await temporaryFolder(), "inspect.sock")}`;
    const args = ["inspect", "--server", server, "--listen", address, ...options];
    const child = start(args, { timeout: 0 });
    let text = "";
    for (;;) {
      const [chunk] = await Promise.race([
        once(child.stderr as NodeJS.ReadableStream, "data"),
        once(child, "exit"),
      ]);
      text += chunk;
      const url = /http:\S+(?=\/ )/.exec(text)?.[0];
      if (url !== undefined) return new Inspection(child, address, url);
      if (child.exitCode !== null) throw new Error(`krait inspect did not begin: ${text}`);
    }
  }

  /** Ends it; gives what it wrote since it began. */
  async stop(): ReturnType<typeof outcomeOf> {
    this.#process.kill("SIGINT");
    return this.#outcome;
  }
}
