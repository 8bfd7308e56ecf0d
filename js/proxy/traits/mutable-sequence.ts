import { FailureKind, Op } from "#vocabulary";
import { DESTROYED, destroyProxy, liveTarget, type PyTarget } from "../py-state.ts";
import { borrowFromArray, borrowInScope } from "./sequence.ts";

/** PX-seq.write. Items are removed and put in by Python, since an index past the end is no place to write to. */
export class MutableSequenceTrait {
  push(...items: unknown[]): number {
    const target = liveTarget(this);
    for (const item of items) callMethod(target, "append", item);
    return lengthOf(target);
  }

  pop(): unknown {
    const target = liveTarget(this);
    return takeItem(target, lengthOf(target) - 1);
  }

  shift(): unknown {
    return takeItem(liveTarget(this), 0);
  }

  unshift(...items: unknown[]): number {
    const target = liveTarget(this);
    insertItems(target, 0, items);
    return lengthOf(target);
  }

  /** Without `deleteCount` all from `start` on is removed, as with arrays. */
  splice(start: number, ...rest: [deleteCount?: number, ...items: unknown[]]): unknown[] {
    const target = liveTarget(this);
    const length = lengthOf(target);
    const from = clampIndex(start, length);
    const wanted = rest.length === 0 ? length : Math.trunc(Number(rest[0])) || 0;
    const count = Math.min(Math.max(wanted, 0), length - from);
    const removed: unknown[] = [];
    for (let i = 0; i < count; i++) removed.push(takeItem(target, from));
    insertItems(target, from, rest.slice(1));
    return removed;
  }

  reverse(): this {
    callMethod(liveTarget(this), "reverse");
    return this;
  }

  /** By the string forms unless `compare` is given, in place (PX-seq.sort). */
  sort(compare?: (a: unknown, b: unknown) => number): this {
    const target = liveTarget(this);
    if (target.link.ask(Op.hasAttr, target, ["sort"]) !== true) {
      throw new TypeError("the Python object has no method 'sort'");
    }
    const items: unknown[] = Array.from({ length: lengthOf(target) }, (_, index) =>
      target.link.ask(Op.getItem, target, [index]),
    );
    items.sort(compare);
    for (const [index, item] of items.entries()) target.link.ask(Op.setItem, target, [index, item]);
    // A comparison was given them, and may have kept them.
    if (compare === undefined) for (const item of items) destroyProxy(item, DESTROYED);
    return this;
  }
}

borrowFromArray(MutableSequenceTrait.prototype, ["fill"]);
borrowInScope(MutableSequenceTrait.prototype, ["copyWithin"]);

function lengthOf(target: PyTarget): number {
  return target.link.ask(Op.length, target, []) as number;
}

function callMethod(target: PyTarget, name: string, ...args: unknown[]): unknown {
  return target.link.ask(Op.callMethod, target, [name, ...args]);
}

/** Removes one item and gives it; undefined when there is none. */
function takeItem(target: PyTarget, index: number): unknown {
  if (index < 0 || index >= lengthOf(target)) return undefined;
  const item = target.link.find(Op.getItem, target, [index], FailureKind.noItem);
  target.link.ask(Op.delItem, target, [index]);
  return item;
}

function insertItems(target: PyTarget, index: number, items: readonly unknown[]): void {
  for (const [offset, item] of items.entries()) callMethod(target, "insert", index + offset, item);
}

/** A relative index as `Array.prototype.splice` takes it. */
export function clampIndex(index: unknown, length: number): number {
  const whole = Math.trunc(Number(index)) || 0;
  return whole < 0 ? Math.max(length + whole, 0) : Math.min(whole, length);
}
