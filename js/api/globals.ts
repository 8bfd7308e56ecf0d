import { FailureKind, Op } from "#vocabulary";
import { type Link, NO_TARGET } from "../proxy/link.ts";
import { type PyState, type PyTarget, stateOf } from "../proxy/py-state.ts";

/**
 * The proxy of `__main__`'s dict: the same for the life of the interpreter (JS-globals). Its `get` and `has` look in
 * builtins too (JS-globals.2).
 */
export function makeGlobals(link: Link): object {
  const target = moduleDict(link, "__main__");
  const builtins = moduleDict(link, "builtins");
  const main = link.proxies.make(target);
  (stateOf(main) as PyState).life.isPermanent = true;

  const contains = (key: unknown) => link.ask(Op.contains, target, [key]) === true;
  define(main, "get", (key: unknown) => {
    const value = link.find(Op.getItem, target, [key], FailureKind.noItem);
    if (value !== undefined || contains(key)) return value;
    return link.find(Op.getItem, builtins, [key], FailureKind.noItem);
  });
  define(main, "has", (key: unknown) => {
    return contains(key) || link.ask(Op.contains, builtins, [key]) === true;
  });
  return main;
}

/** Held as a target, which no collection of a proxy releases. */
function moduleDict(link: Link, name: string): PyTarget {
  const module = link.askTarget(Op.importModule, NO_TARGET, [name]);
  try {
    return link.askTarget(Op.getAttr, module, ["__dict__"]);
  } finally {
    module.drop();
  }
}

function define(proxy: object, name: string, value: (key: unknown) => unknown): void {
  Object.defineProperty(proxy, name, { value, writable: true, configurable: true });
}
