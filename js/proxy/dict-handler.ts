import { FailureKind, Op } from "#vocabulary";
import { AttributeHandler } from "./attribute-handler.ts";
import { itemKeys } from "./dict-keys.ts";
import { type HandlerTarget, STATE } from "./handler-target.ts";
import { type PyTarget, targetOf } from "./py-state.ts";
import { indexOf } from "./sequence-handler.ts";

/** Attribute access on an exact dict, which falls back to items (PX-dict). Attributes stay ahead of keys (PX-dict.2). */
export class DictHandler extends AttributeHandler {
  protected override getPython(target: HandlerTarget, key: string): unknown {
    const value = super.getPython(target, key);
    if (value !== undefined || isForced(key)) return value;
    const object = targetOf(target[STATE]);
    const item = object.link.find(Op.getItem, object, [key], FailureKind.noItem);
    if (item !== undefined || indexOf(key) < 0) return item;
    return object.link.find(Op.getItem, object, [indexOf(key)], FailureKind.noItem);
  }

  protected override setPython(target: HandlerTarget, key: string, value: unknown): boolean {
    if (isForced(key) || super.hasPython(target, key)) return super.setPython(target, key, value);
    const object = targetOf(target[STATE]);
    const isNumber = indexOf(key) >= 0 && !contains(object, key);
    object.link.ask(Op.setItem, object, [isNumber ? indexOf(key) : key, value]);
    return true;
  }

  protected override hasPython(target: HandlerTarget, key: string): boolean {
    if (super.hasPython(target, key)) return true;
    return !isForced(key) && itemKey(targetOf(target[STATE]), key) !== undefined;
  }

  protected override deletePython(target: HandlerTarget, key: string): boolean {
    if (isForced(key) || super.hasPython(target, key)) return super.deletePython(target, key);
    const object = targetOf(target[STATE]);
    const item = itemKey(object, key);
    if (item === undefined) return false;
    object.link.ask(Op.delItem, object, [item]);
    return true;
  }

  override getOwnPropertyDescriptor(
    target: HandlerTarget,
    key: PropertyKey,
  ): PropertyDescriptor | undefined {
    if (typeof key !== "string" || this.isApi(target, key)) {
      return super.getOwnPropertyDescriptor(target, key);
    }
    const object = targetOf(target[STATE]);
    const item = itemKey(object, key);
    if (item === undefined) return undefined;
    const value = object.link.find(Op.getItem, object, [item], FailureKind.noItem);
    return { value, writable: true, enumerable: true, configurable: true };
  }

  protected override pythonKeys(target: HandlerTarget): string[] {
    return [...itemKeys(targetOf(target[STATE])), ...super.pythonKeys(target)];
  }
}

function isForced(key: string): boolean {
  return key.startsWith("$");
}

function contains(object: PyTarget, key: unknown): boolean {
  return object.link.ask(Op.contains, object, [key]) === true;
}

/** The dict's own key that a property name means: the text, or the integer it spells. */
function itemKey(object: PyTarget, key: string): string | number | undefined {
  if (contains(object, key)) return key;
  const index = indexOf(key);
  return index >= 0 && contains(object, index) ? index : undefined;
}
