import { Op } from "#vocabulary";
import { steps } from "./iteration.ts";
import type { PyTarget } from "./py-state.ts";
import { DESTROYED, destroyProxy } from "./py-state.ts";

/** A dict's string and number keys, as property names. */
export function itemKeys(object: PyTarget): string[] {
  const names: string[] = [];
  const iterator = object.link.askTarget(Op.iter, object, []);
  for (const key of steps(iterator)) {
    if (typeof key === "string" || typeof key === "number") names.push(String(key));
    else destroyProxy(key, DESTROYED);
  }
  return names;
}
