import { FailureKind, Op } from "#vocabulary";
import { jsonView } from "../json-view.ts";
import { DESTROYED, destroyProxy, liveTarget } from "../py-state.ts";

/** The methods of arrays that only read; each is the array's own, working through the proxy's indices (PX-seq.read). */
export const READING = [
  "slice",
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

  join(separator = ","): string {
    const target = liveTarget(this);
    const length = target.link.ask(Op.length, target, []) as number;
    const texts = Array.from({ length }, (_, index) => {
      const item = target.link.find(Op.getItem, target, [index], FailureKind.noItem);
      const text = item == null ? "" : String(item);
      destroyProxy(item, DESTROYED);
      return text;
    });
    return texts.join(separator);
  }

  /** PX-seq.toJSON: the items as `asJsJson` shows them, so that nested ones serialize too (CF-jsonNested). */
  toJSON(): unknown[] {
    return Array.from(jsonView(liveTarget(this)) as ArrayLike<unknown>);
  }
}

borrowFromArray(SequenceTrait.prototype, READING);
borrowInScope(SequenceTrait.prototype, ["indexOf", "lastIndexOf"]);

type MethodName = keyof typeof Array.prototype & string;
type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Gives `prototype` methods of Array under their own names. */
export function borrowFromArray(prototype: object, names: readonly MethodName[]): void {
  for (const name of names) defineMethod(prototype, name, Array.prototype[name] as Method);
}

/** As `borrowFromArray`, for methods that hand no item on: the proxies of items end with the call. */
export function borrowInScope(prototype: object, names: readonly MethodName[]): void {
  for (const name of names) {
    const method = Array.prototype[name] as Method;
    defineMethod(prototype, name, function (...args) {
      const { scopes } = liveTarget(this).link.proxies;
      return scopes.run(() => method.apply(this, args));
    });
  }
}

function defineMethod(prototype: object, name: string, value: Method): void {
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
}
