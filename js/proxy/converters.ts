import { converterFailed } from "./conversion-errors.ts";
import { type DictConverter, objectOfPairs, setEntry } from "./graph-containers.ts";
import { destroyProxy, type PyTarget, stateOf } from "./py-state.ts";
import { type Converter, leafOf, readRecords, type ToJsOptions } from "./to-js.ts";

export const CONVERTED =
  "This borrowed proxy was automatically destroyed at the end of a conversion.";

/** Deep conversion with the program's converters: one level of the kernel's conversion at a time. */
export function convertWith(target: PyTarget, options: ToJsOptions, depth: number): unknown {
  const conversion = new Conversion(options, target.link.values.areDictsObjects);
  try {
    return conversion.convert(target, depth);
  } catch (error) {
    throw converterFailed(error);
  } finally {
    conversion.close();
  }
}

/** Levels of containers: JavaScript's stack bounds a walk that asks the program at each of them. */
const MAX_LEVELS = 400;

/** Puts a conversion in its place. */
type Store = (converted: unknown) => void;

class Conversion {
  readonly #options: ToJsOptions;
  /** Results by object, for shared and cyclic structure. Handles name objects as long as the proxies below live. */
  readonly #results = new Map<string, unknown>();
  readonly #held: object[] = [];
  /** Dicts that a converter makes something of, and what waits for it: they contain themselves (TC-toJs.shared). */
  readonly #unfinished = new Map<string, Store[]>();
  readonly #dictConverter: DictConverter | undefined;
  /** Objects that the eager converter is being asked about: `convert` of them is the normal conversion. */
  readonly #asked = new Set<string>();

  /** Levels that are being converted. */
  #levels = 0;

  constructor(options: ToJsOptions, areDictsObjects: boolean) {
    this.#options = options;
    this.#dictConverter = options.dict_converter ?? (areDictsObjects ? objectOfPairs : undefined);
  }

  convert(target: PyTarget, depth: number): unknown {
    const key = keyOf(target);
    if (this.#results.has(key)) return this.#results.get(key);
    const { eager_converter: eager } = this.#options;
    if (eager != null && !this.#asked.has(key)) {
      this.#asked.add(key);
      return this.#remember(target, this.#ask(eager, target, depth));
    }
    if (depth === 0) return this.#convertLeaf(target, depth);
    if (this.#levels === MAX_LEVELS) {
      throw new RangeError(`with converters, at most ${MAX_LEVELS} levels of containers convert`);
    }
    this.#levels++;
    try {
      return this.#convertLevel(target, depth);
    } finally {
      this.#levels--;
    }
  }

  /** Ends the proxies that only the conversion needed. */
  close(): void {
    for (const proxy of this.#held) destroyProxy(proxy, CONVERTED);
  }

  /** One level by the kernel; its leaves are converted in turn and put in their places. */
  #convertLevel(target: PyTarget, depth: number): unknown {
    const level = readRecords(target, 1, { areMaps: true });
    const state = stateOf(level);
    if (state !== undefined) {
      // The kernel has no conversion for it and gave it back.
      this.#held.push(level as object);
      return this.#convertLeaf(target, depth);
    }
    if (Object(level) !== level) return level;
    this.#hold(level as object);
    return this.#fill(target, level as object, depth - 1);
  }

  /** The proxies of a level end with the conversion, reached or not. */
  #hold(level: object): void {
    const values = level instanceof Map || Array.isArray(level) ? level.values() : [];
    for (const value of values) if (stateOf(value) !== undefined) this.#held.push(value as object);
  }

  #fill(target: PyTarget, level: object, depth: number): unknown {
    if (level instanceof Map && this.#dictConverter !== undefined) {
      return this.#fillPairs(target, level, depth, this.#dictConverter);
    }
    this.#remember(target, level);
    if (level instanceof Map) {
      for (const [key, value] of level) this.#put(value, depth, (done) => level.set(key, done));
    } else if (Array.isArray(level)) {
      for (const [at, value] of level.entries()) {
        this.#put(value, depth, (done) => {
          level[at] = done;
        });
      }
    }
    return level;
  }

  /** Pairs whose value contains the dict itself are set when the converter has made something of the others. */
  #fillPairs(
    target: PyTarget,
    level: Map<unknown, unknown>,
    depth: number,
    converter: DictConverter,
  ): unknown {
    const key = keyOf(target);
    const waiting: Store[] = [];
    this.#unfinished.set(key, waiting);
    const pairs: [unknown, unknown][] = [];
    let result: unknown;
    for (const [name, value] of level) {
      const pair: [unknown, unknown] = [name, value];
      const isLater = this.#isUnfinished(value);
      if (!isLater) pairs.push(pair);
      this.#put(value, depth, (done) => {
        if (isLater) setEntry(result, name, done);
        else pair[1] = done;
      });
    }
    result = converter(pairs);
    this.#unfinished.delete(key);
    for (const store of waiting) store(result);
    return this.#remember(target, result);
  }

  /** Stores the conversion of an inner value, at once or when the dict that it is has been made. */
  #put(value: unknown, depth: number, store: Store): void {
    const state = stateOf(value);
    if (state === undefined) return;
    const waiting = this.#unfinished.get(keyOf(state.life.target));
    if (waiting !== undefined) waiting.push(store);
    else store(this.convert(state.life.target, depth));
  }

  #isUnfinished(value: unknown): boolean {
    const state = stateOf(value);
    return state !== undefined && this.#unfinished.has(keyOf(state.life.target));
  }

  #convertLeaf(target: PyTarget, depth: number): unknown {
    const { default_converter: converter } = this.#options;
    if (converter == null) return leafOf(target, this.#options);
    return this.#remember(target, this.#ask(converter, target, depth));
  }

  /** Asks a converter with a proxy that ends when it returns. */
  #ask(converter: Converter, target: PyTarget, depth: number): unknown {
    target.copies++;
    const proxy = target.link.proxies.make(target);
    const convert = (value: unknown): unknown => {
      const state = stateOf(value);
      return state === undefined ? value : this.convert(state.life.target, depth);
    };
    const cacheConversion = (object: unknown, result: unknown): void => {
      const state = stateOf(object);
      if (state === undefined) throw new TypeError("First argument should be a PyProxy!");
      this.#remember(state.life.target, result);
    };
    try {
      return converter(proxy, convert, cacheConversion);
    } finally {
      destroyProxy(proxy, CONVERTED);
    }
  }

  #remember(target: PyTarget, result: unknown): unknown {
    this.#results.set(keyOf(target), result);
    return result;
  }
}

function keyOf(target: PyTarget): string {
  return `${target.index}:${target.generation}`;
}
