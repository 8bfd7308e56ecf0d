import { destroyProxy, type PyTarget, stateOf } from "./py-state.ts";
import { makePythonError, PythonError } from "./python-error.ts";
import { type Converter, leafOf, readRecords, type ToJsOptions } from "./to-js.ts";

const CONVERTED = "This borrowed proxy was automatically destroyed at the end of a conversion.";

/** Deep conversion with the program's converters: one level of the kernel's conversion at a time. */
export function convertWith(target: PyTarget, options: ToJsOptions, depth: number): unknown {
  const conversion = new Conversion(options);
  try {
    return conversion.convert(target, depth);
  } catch (error) {
    throw conversionError(error);
  } finally {
    conversion.close();
  }
}

class Conversion {
  readonly #options: ToJsOptions;
  /** Results by object, for shared and cyclic structure. Handles name objects as long as the proxies below live. */
  readonly #results = new Map<string, unknown>();
  readonly #held: object[] = [];
  /** Objects that the eager converter is being asked about: `convert` of them is the normal conversion. */
  readonly #asked = new Set<string>();

  constructor(options: ToJsOptions) {
    this.#options = options;
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
    return this.#convertLevel(target, depth);
  }

  /** Ends the proxies that only the conversion needed. */
  close(): void {
    for (const proxy of this.#held) destroyProxy(proxy, CONVERTED);
  }

  /** One level by the kernel; its leaves are converted in turn and put in their places. */
  #convertLevel(target: PyTarget, depth: number): unknown {
    const level = readRecords(target, 1, {});
    const state = stateOf(level);
    if (state !== undefined) {
      // The kernel has no conversion for it and gave it back.
      this.#held.push(level as object);
      return this.#convertLeaf(target, depth);
    }
    if (Object(level) !== level) return level;
    return this.#fill(target, level as object, depth - 1);
  }

  #fill(target: PyTarget, level: object, depth: number): unknown {
    const inner = (value: unknown): unknown => {
      const state = stateOf(value);
      if (state === undefined) return value;
      this.#held.push(value as object);
      return this.convert(state.life.target, depth);
    };
    if (level instanceof Map && this.#options.dict_converter != null) {
      const pairs = Array.from(level, ([key, value]): [unknown, unknown] => [key, inner(value)]);
      return this.#remember(target, this.#options.dict_converter(pairs));
    }
    this.#remember(target, level);
    if (level instanceof Map) for (const [key, value] of level) level.set(key, inner(value));
    else if (Array.isArray(level)) level.forEach((value, index) => (level[index] = inner(value)));
    return level;
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

/** What a converter threw, as a ConversionError with the original as its cause (TC-toJs.default_converter.err). */
function conversionError(error: unknown): unknown {
  if (error instanceof PythonError && error.type === "ConversionError") return error;
  const wrapped = makePythonError(
    "ConversionError",
    `pyodide.ffi.ConversionError: Conversion from python to javascript failed: ${String(error)}`,
  );
  wrapped.cause = error;
  return wrapped;
}
