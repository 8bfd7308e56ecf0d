import { FailureKind, Op } from "#vocabulary";
import { AskError } from "../proxy/ask-error.ts";

/** Names by which any object leads to the engine's own: to `Function`, and so to code of the asker's choice. */
const CLOSED: ReadonlySet<unknown> = new Set([
  "__defineGetter__",
  "__defineSetter__",
  "__lookupGetter__",
  "__lookupSetter__",
  "__proto__",
  "arguments",
  "callee",
  "caller",
  "constructor",
  "prototype",
]);
/** Ops whose first argument is a name. */
const BY_NAME: ReadonlySet<Op> = new Set([
  Op.getAttr,
  Op.setAttr,
  Op.delAttr,
  Op.callMethod,
  Op.getItem,
  Op.setItem,
  Op.delItem,
]);

/**
 * Refuses what a kernel elsewhere may not ask of the objects that it was handed: it reaches what they offer, not what they are
 * made of.
 * @throws {AskError} of kind `permission`
 */
export function refuseClosed(op: Op, args: readonly unknown[], path: readonly string[]): void {
  const named = BY_NAME.has(op) ? [args[0], ...path] : path;
  for (const name of named) {
    if (!CLOSED.has(name)) continue;
    throw new AskError(FailureKind.permission, `a remote kernel may not reach '${String(name)}'`);
  }
}
