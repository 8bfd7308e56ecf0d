import { noConversion } from "./conversion-errors.ts";
import { convertWith } from "./converters.ts";
import type { DictConverter } from "./graph-containers.ts";
import { type GraphReading, readGraph } from "./graph-reader.ts";
import type { PyTarget } from "./py-state.ts";

/** Called for objects without a conversion (TC-toJs.default_converter). */
export type Converter = (
  object: object,
  convert: (value: unknown) => unknown,
  cacheConversion: (object: unknown, result: unknown) => void,
) => unknown;

/** Options of `toJs` (PX-toJs). Unknown ones are ignored. */
export interface ToJsOptions {
  /** Container levels to convert; negative: all. Default -1. */
  depth?: number;
  /** False throws a ConversionError instead of making a proxy. Default true. */
  create_pyproxies?: boolean;
  /** Gets every proxy that is made. */
  pyproxies?: object[];
  dict_converter?: DictConverter;
  default_converter?: Converter;
  /** As `default_converter`, but asked before the conversions of containers (TC-toJs.eager_converter). */
  eager_converter?: Converter;
}

/** A deep copy of a Python object (TC-toJs). Converters are the program's, and may call Python. */
export function toJs(target: PyTarget, options: ToJsOptions): unknown {
  const depth = Math.trunc(options.depth ?? -1);
  if (options.default_converter != null || options.eager_converter != null) {
    return convertWith(target, options, depth);
  }
  if (depth === 0) return leafOf(target, options);
  return readRecords(target, depth, options);
}

/** One conversion by the kernel, the leaves as proxies. */
export function readRecords(
  target: PyTarget,
  depth: number,
  options: ToJsOptions & Pick<GraphReading, "areMaps">,
): unknown {
  const records = target.link.toNative(target, depth);
  // A converter may call Python, which would overwrite the records.
  const own = options.dict_converter == null ? records : records.slice();
  return readGraph(own, target.link.values, {
    dictConverter: options.dict_converter ?? undefined,
    areMaps: options.areMaps,
    leaf: leafMaker(target, options),
  });
}

/** Makes proxies for what has no conversion, or refuses to (TC-toJs.create_pyproxies). */
function leafMaker(target: PyTarget, options: ToJsOptions) {
  const { values } = target.link;
  return (index: number, generation: number, flags: number): object => {
    if (options.create_pyproxies === false) {
      values.discard(index, generation);
      throw noConversion();
    }
    const proxy = values.proxyOf(index, generation, flags);
    options.pyproxies?.push(proxy);
    return proxy;
  };
}

/** The object as it is, for depth 0. */
export function leafOf(target: PyTarget, options: ToJsOptions): object {
  if (options.create_pyproxies === false) throw noConversion();
  target.copies++;
  const proxy = target.link.proxies.makeOwn(target);
  options.pyproxies?.push(proxy);
  return proxy;
}
