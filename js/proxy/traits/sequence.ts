import { Op } from "#vocabulary";
import { jsonView } from "../json-view.ts";
import { liveTarget } from "../py-state.ts";

/** The methods of arrays that only read; each is the array's own, working through the proxy's indices (PX-seq.read). */
const READING = [
  "join",
  "slice",
  "indexOf",
  "lastIndexOf",
  "forEach",
  "map",
  "filter",
  "some",
  "every",
  "reduce",
  "reduceRight",
  "at",
  "concat",
  "entries",
  "keys",
  "values",
  "find",
  "findIndex",
] as const;

/** PX-present.seq */
export class SequenceTrait {
  get [Symbol.isConcatSpreadable](): boolean {
    return true;
  }

  /** Equality is Python's (PX-seq.read). */
  includes(item: unknown): boolean {
    const target = liveTarget(this);
    return target.link.ask(Op.contains, target, [item]) as boolean;
  }

  /** PX-seq.toJSON: the items as `asJsJson` shows them, so that nested ones serialize too (CF-jsonNested). */
  toJSON(): unknown[] {
    return Array.from(jsonView(liveTarget(this)) as ArrayLike<unknown>);
  }
}

borrowFromArray(SequenceTrait.prototype, READING);

/** Gives `prototype` methods of Array under their own names. */
export function borrowFromArray(
  prototype: object,
  names: readonly (keyof typeof Array.prototype & string)[],
): void {
  for (const name of names) {
    const method = Array.prototype[name] as (...args: unknown[]) => unknown;
    Object.defineProperty(prototype, name, {
      value: method,
      writable: true,
      configurable: true,
    });
  }
}
