import { FailureKind, Op } from "#vocabulary";
import { typedArrayName } from "../object-flags.ts";
import type { OpTable } from "../object-ops.ts";
import { Missing } from "../object-reply.ts";
import { keepProxies } from "./borrowing.ts";

// Any property of any object is used.
type AnyObject = any;

const NO_ITEM = new Missing(FailureKind.noItem);

/** Arrays, typed arrays and what has `length` but no `get` are read by index; the rest by its `get`. */
function isIndexed(object: AnyObject): boolean {
  return (
    Array.isArray(object) ||
    typedArrayName(object) !== undefined ||
    typeof object?.get !== "function"
  );
}

/** A Python index as a JavaScript one: negative ones count from the end. -1 when it is out of range. */
function toIndex(object: AnyObject, key: unknown): number {
  const index = Number(key);
  return index < 0 ? Math.max(index + object.length, -1) : index;
}

/** An item by its position; a hole is none. */
export function getIndexed(object: AnyObject, key: unknown): unknown {
  const index = toIndex(object, key);
  if (index < 0 || index >= object.length) return NO_ITEM;
  const item = object[index];
  return item === undefined && Array.isArray(object) && !(index in object) ? NO_ITEM : item;
}

/** JP-get: `undefined` is a missing key when `has` says so. */
function getByMethod(object: AnyObject, key: unknown): unknown {
  const item = object.get(key);
  if (item === undefined && typeof object.has === "function" && !object.has(key)) return NO_ITEM;
  return item;
}

/** JP-len */
function lengthOf(object: AnyObject): unknown {
  return typeof object.size === "number" ? object.size : object.length;
}

/** JP-bool */
function truthOf(object: AnyObject): boolean {
  if (!object) return false;
  if (object.size === 0 && !(typeof HTMLElement !== "undefined" && object instanceof HTMLElement)) {
    return false;
  }
  if (Array.isArray(object) || typedArrayName(object) !== undefined) return object.length > 0;
  return object.byteLength !== 0;
}

/** Items, length, membership (JP-get, JP-set, JP-array, JP-contains, JP-len, JP-bool). */
export const itemOps: OpTable = {
  [Op.getItem]: ({ object, args }) =>
    isIndexed(object) ? getIndexed(object, args[0]) : getByMethod(object, args[0]),
  [Op.setItem]: (asked) => {
    const object = asked.object as AnyObject;
    keepProxies(asked);
    if (typeof object.set === "function" && typedArrayName(object) === undefined) {
      object.set(asked.args[0], asked.args[1]);
      return undefined;
    }
    const index = toIndex(object, asked.args[0]);
    const isPast = index >= object.length && !Array.isArray(object);
    if (index < 0 || isPast) return NO_ITEM;
    object[index] = asked.args[1];
    return undefined;
  },
  [Op.delItem]: ({ object, args }) => {
    const target = object as AnyObject;
    if (!Array.isArray(target)) return target.delete(args[0]) ? undefined : NO_ITEM;
    const index = toIndex(target, args[0]);
    if (index < 0 || index >= target.length) return NO_ITEM;
    target.splice(index, 1);
    return undefined;
  },
  [Op.contains]: ({ object, args }) => {
    const target = object as AnyObject;
    return Boolean(
      typeof target.has === "function" ? target.has(args[0]) : target.includes(args[0]),
    );
  },
  [Op.length]: ({ object }) => lengthOf(object),
  [Op.truth]: ({ object }) => truthOf(object),
};
