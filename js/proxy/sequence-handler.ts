import { FailureKind, Op } from "#vocabulary";
import { AttributeHandler } from "./attribute-handler.ts";
import { type HandlerTarget, STATE } from "./handler-target.ts";
import { type PyTarget, targetOf } from "./py-state.ts";
import { PythonError } from "./python-error.ts";

/** The number that a property key spells, when it is an array index; else -1. */
export function indexOf(key: PropertyKey): number {
  if (typeof key !== "string" || key.length > 10) return -1;
  const first = key.charCodeAt(0);
  if (first < 48 || first > 57) return -1;
  const index = Number(key);
  return Number.isInteger(index) && String(index) === key ? index : -1;
}

/** A range may have more items than there is memory for their keys. */
const MAX_INDEX_KEYS = 1 << 24;

/** The property names of so many items. */
export function indexKeys(length: number): string[] {
  if (length > MAX_INDEX_KEYS) {
    throw new RangeError(`${length} items are too many to list their keys`);
  }
  return Array.from({ length }, (_, index) => String(index));
}

/** Attribute access and item access by index (PX-seq.index). */
export class SequenceHandler extends AttributeHandler {
  override get(target: HandlerTarget, key: PropertyKey, receiver: unknown): unknown {
    const index = indexOf(key);
    if (index < 0) return super.get(target, key, receiver);
    const object = targetOf(target[STATE]);
    return object.link.find(Op.getItem, object, [index], FailureKind.noItem);
  }

  override set(target: HandlerTarget, key: PropertyKey, value: unknown): boolean {
    const index = indexOf(key);
    if (index < 0) return super.set(target, key, value);
    return changeItem(targetOf(target[STATE]), Op.setItem, [index, value]);
  }

  override has(target: HandlerTarget, key: PropertyKey): boolean {
    const index = indexOf(key);
    if (index < 0) return super.has(target, key);
    return index < lengthOf(targetOf(target[STATE]));
  }

  override deleteProperty(target: HandlerTarget, key: PropertyKey): boolean {
    const index = indexOf(key);
    if (index < 0) return super.deleteProperty(target, key);
    return changeItem(targetOf(target[STATE]), Op.delItem, [index]);
  }

  override getOwnPropertyDescriptor(
    target: HandlerTarget,
    key: PropertyKey,
  ): PropertyDescriptor | undefined {
    const index = indexOf(key);
    if (index < 0) return super.getOwnPropertyDescriptor(target, key);
    if (!this.has(target, key)) return undefined;
    const value = this.get(target, key, undefined);
    return { value, writable: true, enumerable: true, configurable: true };
  }

  protected override pythonKeys(target: HandlerTarget): string[] {
    const indices = indexKeys(lengthOf(targetOf(target[STATE])));
    return [...indices, "length", ...super.pythonKeys(target)];
  }
}

function lengthOf(object: PyTarget): number {
  return object.link.ask(Op.length, object, []) as number;
}

/** Whether the item is there to be changed: false makes the engine throw TypeError in strict mode. */
function changeItem(object: PyTarget, op: Op, args: unknown[]): boolean {
  try {
    object.link.ask(op, object, args);
    return true;
  } catch (error) {
    if (error instanceof PythonError && error.type === "IndexError") return false;
    throw error;
  }
}
