import type { Source } from "./source.ts";

const sources = new WeakMap<object, Source>();

/** To be called for every lazy proxy that is made: as an argument it stands for what its source gives. */
export function noteLazy(proxy: object, source: Source): void {
  sources.set(proxy, source);
}

function sourceOf(value: unknown): Source | undefined {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return isObject ? sources.get(value as object) : undefined;
}

/** The arguments with what a call can name in the place of each lazy proxy; undefined when one has nothing such yet. */
export function namedNow(args: readonly unknown[]): readonly unknown[] | undefined {
  const values: unknown[] = [];
  for (const value of args) {
    const source = sourceOf(value);
    const named = source === undefined ? { value } : source.argument;
    if (named === undefined) return undefined;
    values.push(named.value);
  }
  return values;
}

/** The arguments once all of them are known. A promise that is no lazy proxy stays one. */
export function known(args: readonly unknown[]): Promise<readonly unknown[]> {
  return Promise.all(
    args.map(async (value) => {
      const source = sourceOf(value);
      return source === undefined ? { value } : source.boxed();
    }),
  ).then((boxes) => boxes.map(({ value }) => value));
}
