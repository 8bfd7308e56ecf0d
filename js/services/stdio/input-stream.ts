import type { StandardStream } from "../../kernel/standard-streams.ts";
import type { Activity } from "./activity.ts";
import { checkInputOptions, type InputOptions } from "./input-options.ts";
import { failingSource, type InputSource, ReadSource, ValueSource } from "./input-sources.ts";

/** Standard input: a source that can be replaced at any time. */
export class InputStream implements StandardStream {
  readonly #makeDefault: () => InputSource;
  readonly #activity: Activity;
  #source: InputSource;

  /** @param makeDefault the source when no handler is set (ST-stdin.default) */
  constructor(makeDefault: () => InputSource, activity: Activity) {
    this.#makeDefault = makeDefault;
    this.#activity = activity;
    this.#source = makeDefault();
  }

  /**
   * Replaces the handler; without one the default is restored.
   * @throws {TypeError} for options that contradict each other; nothing changes then
   */
  set(options: InputOptions = {}): void {
    checkInputOptions(options);
    if (options.stdin !== undefined) this.#source = new ValueSource(options);
    else if (options.read !== undefined) this.#source = new ReadSource(options);
    else if (options.error) this.#source = failingSource;
    else this.#source = this.#makeDefault();
  }

  get isTerminal(): boolean {
    return this.#source.isTerminal;
  }

  read(buffer: Uint8Array): number {
    return buffer.length === 0 ? 0 : this.#activity.during(() => this.#source.read(buffer));
  }

  readLater(buffer: Uint8Array): number | Promise<number> {
    const source = this.#source;
    if (buffer.length === 0 || source.readLater === undefined) return this.read(buffer);
    return this.#activity.during(() => source.readLater?.(buffer) ?? 0);
  }

  flush(): void {
    this.#activity.during(() => this.#source.flush?.());
  }
}
