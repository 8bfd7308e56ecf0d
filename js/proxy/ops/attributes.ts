import { FailureKind, Op } from "#vocabulary";
import { writeGraph } from "../graph-writer.ts";
import { typedArrayName } from "../object-flags.ts";
import type { OpTable } from "../object-ops.ts";
import { AsGraph, Missing } from "../object-reply.ts";
import { keepProxies } from "./borrowing.ts";

// Any property of any object is asked for.
type AnyObject = any;

/** On arrays `keys` is hidden, so that Python does not take them for mappings (JP-getattr.keys). */
function isHidden(object: AnyObject, name: string): boolean {
  return name === "keys" && (Array.isArray(object) || typedArrayName(object) !== undefined);
}

/** Whether the object has the property, for primitives (symbols) too. */
function has(object: AnyObject, name: string): boolean {
  return name in Object(object) && !isHidden(object, name);
}

/** Own property names along the prototype chain (JP-dir). */
function propertyNames(object: AnyObject): string[] {
  const names = new Set<string>();
  for (let at = Object(object); at !== null; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  return [...names].filter((name) => !isHidden(object, name));
}

/** JP-getattr: a property that is there may be undefined. */
export function getAttribute(object: AnyObject, name: string): unknown {
  const value = object[name];
  const isMissing = value === undefined ? !has(object, name) : isHidden(object, name);
  return isMissing ? NO_ATTRIBUTE : value;
}

/** JP-setattr */
export function setAttribute(object: AnyObject, name: string, value: unknown): void {
  try {
    object[name] = value;
  } catch (error) {
    // An import of a submodule sets it on its parent (IM-submodule): it is there already, read-only or not.
    if (Object(value) !== value || object[name] !== value) throw error;
  }
}

const NO_ATTRIBUTE = new Missing(FailureKind.noAttribute);

/** Attribute access (JP-getattr, JP-setattr, JP-delattr, JP-dir). */
export const attributeOps: OpTable = {
  [Op.getAttr]: ({ object, args }) => getAttribute(object, args[0] as string),
  [Op.setAttr]: (asked) => {
    keepProxies(asked);
    setAttribute(asked.object, asked.args[0] as string, asked.args[1]);
  },
  [Op.delAttr]: ({ object, args }) => {
    delete (object as AnyObject)[args[0] as string];
  },
  [Op.hasAttr]: ({ object, args }) => has(object, args[0] as string),
  [Op.dir]: ({ object, link }) =>
    new AsGraph(writeGraph(propertyNames(object), link.values, { depth: -1 })),
};
