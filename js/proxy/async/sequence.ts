import { FailureKind, Op } from "#vocabulary";
import { DESTROYED, destroyProxy } from "../py-state.ts";
import { clampIndex } from "../traits/mutable-sequence.ts";
import { READING } from "../traits/sequence.ts";
import { allItems } from "./iteration.ts";
import type { Source } from "./source.ts";

type Method = (source: Source, args: readonly unknown[]) => Promise<unknown>;
type ArrayMethod = (this: unknown[], ...args: unknown[]) => unknown;

/** Works on the items as they are when the kernel is asked (PX-seq.read). */
function reading(name: (typeof READING)[number]): Method {
  const method = Array.prototype[name] as ArrayMethod;
  return async (source, args) => method.apply(await allItems(source), [...args]);
}

/** As `reading`, of methods that hand no item on: the proxies of items end with the call. */
function looking(name: "indexOf" | "lastIndexOf"): Method {
  const method = Array.prototype[name] as ArrayMethod;
  return async (source, args) => {
    const items = await allItems(source);
    const result = method.apply(items, [...args]);
    endAll(items);
    return result;
  };
}

function endAll(items: readonly unknown[]): void {
  for (const item of items) destroyProxy(item, DESTROYED);
}

/** PX-present.seq */
export const SEQUENCE_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ...READING.filter((name) => name !== "at").map((name) => [name, reading(name)] as const),
  ["indexOf", looking("indexOf")],
  ["lastIndexOf", looking("lastIndexOf")],
  ["includes", (source, [item]) => source.ask(Op.contains, [item]).settle()],
  ["at", at],
  ["join", join],
  ["toJSON", (source) => allItems(source)],
]);

async function at(source: Source, [index]: readonly unknown[]): Promise<unknown> {
  const whole = Math.trunc(Number(index)) || 0;
  const from = whole < 0 ? (await lengthOf(source)) + whole : whole;
  if (from < 0) return undefined;
  return source.ask(Op.getItem, [from], { absent: FailureKind.noItem }).settle();
}

async function join(source: Source, [separator = ","]: readonly unknown[]): Promise<string> {
  const items = await allItems(source);
  const texts = items.map((item) => {
    if (item === undefined || item === null) return "";
    // Proxies among them tell their text later.
    const isProxy = typeof item === "object" || typeof item === "function";
    return isProxy ? (item as { toString(): Promise<string> }).toString() : String(item);
  });
  const joined = (await Promise.all(texts)).join(String(separator));
  endAll(items);
  return joined;
}

/** PX-present.seq, of what can be changed. All that is asked of Python starts in one turn, in order. */
export const MUTABLE_SEQUENCE_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["push", push],
  ["unshift", (source, items) => insert(source, 0, items)],
  ["pop", async (source) => take(source, (await lengthOf(source)) - 1)],
  ["shift", async (source) => ((await lengthOf(source)) > 0 ? take(source, 0) : undefined)],
  ["splice", splice],
  ["reverse", reverse],
  ["sort", sort],
  ["fill", (source, args) => rewrite(source, "fill", args)],
  ["copyWithin", (source, args) => rewrite(source, "copyWithin", args)],
]);

function lengthOf(source: Source): Promise<number> {
  return source.ask(Op.length, []).settle() as Promise<number>;
}

/** Waits for all of what was asked. */
async function done(asked: readonly Source[]): Promise<void> {
  await Promise.all(asked.map((call) => call.settle()));
}

async function push(source: Source, items: readonly unknown[]): Promise<number> {
  const asked = items.map((item) => source.ask(Op.callMethod, ["append", item]));
  const length = lengthOf(source);
  await done(asked);
  return length;
}

async function insert(source: Source, at: number, items: readonly unknown[]): Promise<number> {
  const asked = items.map((item, i) => source.ask(Op.callMethod, ["insert", at + i, item]));
  const length = lengthOf(source);
  await done(asked);
  return length;
}

/** Removes one item and gives it. */
async function take(source: Source, index: number): Promise<unknown> {
  if (index < 0) return undefined;
  const item = source.ask(Op.getItem, [index], { absent: FailureKind.noItem }).settle();
  await done([source.ask(Op.delItem, [index])]);
  return item;
}

/** Without a count all from the start on is removed, as with arrays. */
async function splice(source: Source, args: readonly unknown[]): Promise<unknown[]> {
  const before = await allItems(source);
  const after = before.slice();
  const removed = (after.splice as (...args: unknown[]) => unknown[])(...args);
  const from = before.length === 0 ? 0 : clampIndex(args[0], before.length);
  const deleted = removed.map(() => source.ask(Op.delItem, [from]));
  await insert(source, from, args.slice(2));
  await done(deleted);
  return removed;
}

async function reverse(source: Source): Promise<unknown> {
  await done([source.ask(Op.callMethod, ["reverse"])]);
  return source.settle();
}

/** By the string forms unless `compare` is given, in place (PX-seq.sort). */
async function sort(source: Source, [compare]: readonly unknown[]): Promise<unknown> {
  if ((await source.ask(Op.hasAttr, ["sort"]).settle()) !== true) {
    throw new TypeError("the Python object has no method 'sort'");
  }
  const items = await allItems(source);
  const keys = await Promise.all(items.map((item) => (compare ? item : textOf(item))));
  const order = items.map((_, i) => i);
  const byText = (a: number, b: number) => (String(keys[a]) < String(keys[b]) ? -1 : 1);
  const byProgram = (a: number, b: number) =>
    (compare as (a: unknown, b: unknown) => number)(items[a], items[b]);
  order.sort(compare ? byProgram : byText);
  await done(order.map((from, to) => source.ask(Op.setItem, [to, items[from]])));
  // A comparison was given them, and may have kept them.
  if (compare === undefined) endAll(items);
  return source.settle();
}

function textOf(item: unknown): unknown {
  const isProxy = typeof item === "object" || typeof item === "function";
  return isProxy && item !== null ? (item as { toString(): Promise<string> }).toString() : item;
}

/** As the method of arrays does it with the items; those that change are set. */
async function rewrite(
  source: Source,
  name: "fill" | "copyWithin",
  args: readonly unknown[],
): Promise<unknown> {
  const before = await allItems(source);
  const after = (Array.prototype[name] as ArrayMethod).apply(before.slice(), [
    ...args,
  ]) as unknown[];
  const changed = after.flatMap((item, i) => (item === before[i] ? [] : [[i, item]]));
  await done(changed.map((change) => source.ask(Op.setItem, change)));
  endAll(before);
  return source.settle();
}
