import { giveBack } from "./graph-bytes.ts";
import { writeGraph } from "./graph-writer.ts";
import type { Link } from "./link.ts";
import { stateOf } from "./py-state.ts";

/** Called for objects without a conversion (TC-toPy.default). */
export type ToPyConverter = (
  value: unknown,
  converter: (value: unknown) => unknown,
  cacheConversion: (input: unknown, output: unknown) => void,
) => unknown;

/** Options of `toPy` (JS-toPy). */
export interface ToPyOptions {
  /** Container levels to convert; negative: all. Default -1. */
  depth?: number;
  defaultConverter?: ToPyConverter;
}

/**
 * A JavaScript value as a Python object (TC-toPy). What Python would take over unchanged is returned as it is:
 * primitives, proxies, and objects without a conversion (JS-toPy.2).
 */
export function toPy(value: unknown, link: Link, options: ToPyOptions = {}): unknown {
  if (Object(value) !== value || stateOf(value) !== undefined) return value;
  const { depth = -1, defaultConverter } = options;
  const leaf =
    defaultConverter == null
      ? undefined
      : converterLeaf(defaultConverter, link, { isFromJs: true });
  const records = writeGraph(value, link.values, { depth, leaf });
  const made = link.fromGraph(records);
  giveBack(records);
  return made;
}

/**
 * The leaf function of a graph writer that asks a converter. Each object is converted once; `cacheConversion` records
 * what stands for one before its parts are converted.
 */
export function converterLeaf(
  converter: ToPyConverter,
  link: Link,
  { isFromJs }: { isFromJs: boolean },
): (object: object, depth: number) => unknown {
  const results = new Map<unknown, unknown>();
  const cache = (input: unknown, output: unknown): void => {
    if (isFromJs && stateOf(output) === undefined) {
      throw new Error("Second argument should be a PyProxy!");
    }
    results.set(input, keep(output));
  };
  const leaf = (object: object, depth: number): unknown => {
    if (results.has(object)) return results.get(object);
    const convert = (value: unknown): unknown => {
      if (Object(value) !== value || stateOf(value) !== undefined) return value;
      if (results.has(value)) return results.get(value);
      return link.fromGraph(writeGraph(value, link.values, { depth, leaf }));
    };
    const result = keep(converter(object, convert, cache));
    results.set(object, result);
    return result;
  };
  return leaf;
}

/** A copy of a proxy that the converter's call may end. */
function keep(value: unknown): unknown {
  const state = stateOf(value);
  if (state === undefined) return value;
  return (value as { copy(): object }).copy();
}
