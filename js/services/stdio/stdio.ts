import type { StandardStreams } from "../../kernel/standard-streams.ts";
import { Activity } from "./activity.ts";
import {
  consoleSink,
  type NodeHost,
  nodeHost,
  nodeSink,
  nodeSource,
  promptSource,
} from "./defaults.ts";
import { InputStream } from "./input-stream.ts";
import { OutputStream } from "./output-stream.ts";

/** The handlers that `loadPyodide` was given (JS-opt-stdout and the like). */
export interface StdioOptions {
  readonly stdin?: (() => unknown) | undefined;
  readonly stdout?: ((message: string) => void) | undefined;
  readonly stderr?: ((message: string) => void) | undefined;
}

/** The standard streams of one interpreter. */
export class Stdio implements StandardStreams {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Is told when Python enters a handler, and when it is out again. */
  onBusy: ((isBusy: boolean) => void) | undefined;

  /** Lets the two streams of output take so many bytes more. */
  limitOutput(bytes: number): void {
    const budget = { left: Math.ceil(bytes) };
    this.stdout.budget = budget;
    this.stderr.budget = budget;
  }

  constructor(host: NodeHost | undefined) {
    const activity = new Activity((isBusy) => this.onBusy?.(isBusy));
    this.stdin = new InputStream(() => (host ? nodeSource(host) : promptSource()), activity);
    this.stdout = new OutputStream(() => (host ? nodeSink(host, 1) : consoleSink("log")), activity);
    this.stderr = new OutputStream(
      () => (host ? nodeSink(host, 2) : consoleSink("warn")),
      activity,
    );
  }
}

/** Makes the streams, with the platform's defaults where an option is missing. */
export async function createStdio(options: StdioOptions = {}): Promise<Stdio> {
  const stdio = new Stdio(await nodeHost());
  if (options.stdin != null) stdio.stdin.set({ stdin: options.stdin as () => undefined });
  if (options.stdout != null) stdio.stdout.set({ batched: options.stdout });
  if (options.stderr != null) stdio.stderr.set({ batched: options.stderr });
  return stdio;
}
