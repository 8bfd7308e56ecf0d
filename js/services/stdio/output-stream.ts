import type { StandardStream } from "../../kernel/standard-streams.ts";
import type { Activity } from "./activity.ts";
import { ErrnoError } from "./errno-error.ts";
import { checkOutputOptions, type OutputOptions, type TerminalSize } from "./output-options.ts";
import { BatchedSink, type OutputSink, RawSink, WriteSink } from "./output-sinks.ts";

/** How many bytes the two streams of output may still take together. */
export interface OutputBudget {
  left: number;
}

/** Standard output or error: a sink that can be replaced at any time. */
export class OutputStream implements StandardStream {
  readonly #makeDefault: () => OutputSink;
  readonly #activity: Activity;
  #sink: OutputSink;
  /** Absent: as many as there are. */
  budget: OutputBudget | undefined;

  /** @param makeDefault the sink when no handler is set (ST-out.default) */
  constructor(makeDefault: () => OutputSink, activity: Activity) {
    this.#makeDefault = makeDefault;
    this.#activity = activity;
    this.#sink = makeDefault();
  }

  /**
   * Replaces the handler; without one the default is restored. The old handler gets its pending partial line first
   * (ST-out.replace).
   * @throws {TypeError} for options that contradict each other; nothing changes then
   */
  set(options: OutputOptions = {}): void {
    checkOutputOptions(options);
    const sink = this.#sinkOf(options);
    const former = this.#sink;
    this.#sink = sink;
    former.flush();
  }

  get isTerminal(): boolean {
    return this.#sink.isTerminal;
  }

  /** Takes bytes and returns how many, as the handler says. */
  write(bytes: Uint8Array): number {
    if (bytes.length === 0) return 0;
    const { budget } = this;
    if (budget === undefined) return this.#activity.during(() => this.#sink.write(bytes));
    if (budget.left <= 0) throw new ErrnoError("EFBIG", "the limit of output is passed");
    const count = this.#activity.during(() => this.#sink.write(bytes.subarray(0, budget.left)));
    budget.left -= count;
    return count;
  }

  /** Delivers a pending partial line (ST-batched.3). */
  flush(): void {
    this.#activity.during(() => this.#sink.flush());
  }

  terminalSize(): TerminalSize {
    return this.#sink.terminalSize?.() ?? { rows: 24, columns: 80 };
  }

  #sinkOf(options: OutputOptions): OutputSink {
    if (options.batched !== undefined) return new BatchedSink(options);
    if (options.raw !== undefined) return new RawSink(options);
    if (options.write !== undefined) return new WriteSink(options);
    return this.#makeDefault();
  }
}
