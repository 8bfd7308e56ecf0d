import { Op } from "#vocabulary";
import { bytesOf } from "../buffer-format.ts";
import { objectFlags } from "../object-flags.ts";
import type { OpTable } from "../object-ops.ts";

// Any object is described.
type AnyObject = any;

/** Numbers that stay with objects as long as they live (JP-hash). */
const identities = new WeakMap<object, number>();
const symbolIdentities = new Map<symbol, number>();
let lastIdentity = 0;

function identityOf(object: unknown): number {
  const known =
    typeof object === "symbol" ? symbolIdentities.get(object) : identities.get(object as object);
  if (known !== undefined) return known;
  lastIdentity++;
  if (typeof object === "symbol") symbolIdentities.set(object, lastIdentity);
  else identities.set(object as object, lastIdentity);
  return lastIdentity;
}

/** JP-repr */
function textOf(object: AnyObject): string {
  if (typeof object === "symbol") return object.toString();
  const { toString } = object;
  return typeof toString === "function"
    ? String(Reflect.apply(toString, object, []))
    : Object.prototype.toString.call(object);
}

/** The text of a buffer, null if it cannot be decoded (JP-buffer). A RangeError tells of an unknown label. */
function decoded(object: unknown, encoding: unknown): string | null {
  const label = typeof encoding === "string" ? encoding : "utf-8";
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  const bytes = bytesOf(object as ArrayBufferView).slice();
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** JP-eq */
function compare(left: AnyObject, right: AnyObject, operator: unknown): boolean {
  switch (operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      throw new TypeError(`no comparison ${String(operator)}`);
  }
}

/** JP-object_keys */
function ownProperties(object: object, which: unknown): unknown[] {
  switch (which) {
    case "keys":
      return Object.keys(object);
    case "values":
      return Object.values(object);
    case "entries":
      return Object.entries(object);
    default:
      throw new TypeError(`no list of own properties is called ${String(which)}`);
  }
}

/** What an object is (JP-repr, JP-typeof, JP-eq, JP-hash). */
export const describingOps: OpTable = {
  [Op.repr]: ({ object }) => textOf(object),
  [Op.str]: ({ object, args }) => (args.length > 0 ? decoded(object, args[0]) : textOf(object)),
  [Op.typeOf]: ({ object }) => typeof object,
  [Op.typeName]: ({ object }) => String((object as AnyObject)?.constructor?.name ?? "Object"),
  [Op.identity]: ({ object }) => identityOf(object),
  [Op.hash]: ({ object }) => identityOf(object),
  [Op.compare]: ({ object, args }) => compare(object, args[0], args[1]),
  [Op.isInstance]: ({ object, args }) => (object as AnyObject) instanceof (args[0] as AnyObject),
  [Op.ownProperties]: ({ object, args }) => ownProperties(object as object, args[0]),
  [Op.weakRef]: ({ object }) => new WeakRef(object as object),
  [Op.flags]: ({ object }) => objectFlags(object),
};
