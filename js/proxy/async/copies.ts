import { Op } from "#vocabulary";
import { converterFailed, noConversion } from "../conversion-errors.ts";
import { CONVERTED } from "../converters.ts";
import { giveBack } from "../graph-bytes.ts";
import { readGraph } from "../graph-reader.ts";
import { writeGraph } from "../graph-writer.ts";
import { NO_TARGET } from "../link.ts";
import { destroyProxy, PyTarget, stateOf } from "../py-state.ts";
import type { ToJsOptions } from "../to-js.ts";
import { converterLeaf, type ToPyOptions } from "../to-py.ts";
import type { AsyncSide } from "./async-side.ts";
import { lazy } from "./lazy.ts";
import { syncUnavailable } from "./members.ts";
import type { Source } from "./source.ts";
import { started } from "./steps.ts";

/**
 * A deep copy as JavaScript objects (TC-toJs). A `default_converter` gets async proxies; an `eager_converter` would have to
 * be asked between two steps of the kernel, and cannot be given here.
 */
export async function toJsLater(source: Source, options: ToJsOptions): Promise<unknown> {
  if (options.eager_converter != null) throw syncUnavailable("eager_converter");
  const depth = Math.trunc(options.depth ?? -1);
  if (depth === 0) {
    if (options.create_pyproxies === false) throw noConversion();
    const proxy = (await source.settle()) as { copy(): Promise<object> };
    const copy = await proxy.copy();
    options.pyproxies?.push(copy);
    return copy;
  }
  const { records, side } = await source.records(Op.toNative, [depth]);
  const read = () =>
    readGraph(records, side.link.values, {
      dictConverter: options.dict_converter ?? undefined,
      leaf: leafMaker(side, options),
    });
  if (options.default_converter == null) return read();
  try {
    return read();
  } catch (error) {
    throw converterFailed(error);
  }
}

function leafMaker(side: AsyncSide, options: ToJsOptions) {
  const {
    create_pyproxies: makesProxies = true,
    default_converter: converter,
    pyproxies,
  } = options;
  /** The same object is converted once. */
  const results = new Map<string, unknown>();
  return (index: number, generation: number, flags: number): unknown => {
    const key = `${index}:${generation}`;
    if (results.has(key)) {
      side.link.values.discard(index, generation);
      return results.get(key);
    }
    if (converter != null) {
      const proxy = side.proxies.make(new PyTarget(side.link, index, generation, flags));
      try {
        const same = (value: unknown) => value;
        const cache = (object: unknown, result: unknown) => {
          if (object === proxy) results.set(key, result);
        };
        const result = converter(proxy, same, cache);
        results.set(key, result);
        return result;
      } finally {
        destroyProxy(proxy, CONVERTED);
      }
    }
    if (!makesProxies) {
      side.link.values.discard(index, generation);
      throw noConversion();
    }
    const proxy = side.proxies.makeOwn(new PyTarget(side.link, index, generation, flags));
    pyproxies?.push(proxy);
    return proxy;
  };
}

/** As `toPy`; what Python would take over unchanged is given back as a promise of it. */
export function toPyLater(side: AsyncSide, value: unknown, options: ToPyOptions = {}): unknown {
  if (Object(value) !== value || stateOf(value) !== undefined) return Promise.resolve(value);
  const { depth = -1, defaultConverter } = options;
  const { link } = side;
  const leaf = defaultConverter && converterLeaf(defaultConverter, link, { isFromJs: true });
  const records = writeGraph(value, link.values, { depth, leaf });
  const own = records.map((part) => part.slice());
  giveBack(records);
  return lazy(started(side, { op: Op.fromGraph, target: NO_TARGET, args: [], graph: own }));
}
