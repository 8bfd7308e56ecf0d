import { Op } from "#vocabulary";
import { pythonName } from "../attribute-handler.ts";
import { noteLazy } from "./arguments.ts";
import { asyncSteps } from "./iteration.ts";
import { BASE_MEMBERS, CALLABLE_MEMBERS, syncUnavailable } from "./members.ts";
import { CONDITIONAL_NAMES } from "./object-handler.ts";
import { PromisedSource } from "./promised.ts";
import type { Source } from "./source.ts";

/**
 * A proxy of what `source` will give: `await` makes its steps and gives the value; a property, a call, an item is one step
 * more (BY-async). All steps that were made go to the kernel at once, whose answer is one round trip (BY-pipeline).
 */
export function lazy(source: Source): any {
  const proxy = new Proxy(function lazyPyProxy() {}, new LazyHandler(source));
  noteLazy(proxy, source);
  return proxy;
}

/** Members of some proxies that the kernel finds by the object (`getMember`, `callMember`). */
const KERNEL_MEMBERS: ReadonlySet<string> = new Set([
  "length",
  "get",
  "set",
  "delete",
  "has",
  "includes",
]);

type Settled<T> = (value: unknown) => T;

class LazyHandler implements ProxyHandler<() => void> {
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  get(_target: object, key: PropertyKey): unknown {
    const source = this.#source;
    switch (key) {
      case "then":
        return (fulfilled: Settled<unknown>, rejected: Settled<unknown>) =>
          source.settle().then(fulfilled, rejected);
      case "catch":
        return (rejected: Settled<unknown>) => source.settle().catch(rejected);
      case "finally":
        return (done: () => void) => source.settle().finally(done);
      case Symbol.asyncIterator:
        return () => asyncSteps(source);
      case Symbol.toStringTag:
        return "LazyPyProxy";
      case Symbol.iterator:
      case Symbol.toPrimitive:
        return () => {
          throw syncUnavailable(`a lazy proxy has no value before it is awaited`);
        };
    }
    if (typeof key !== "string") return undefined;
    if (source instanceof PromisedSource) return lazy(source.member(key));
    const member = BASE_MEMBERS.get(key) ?? CALLABLE_MEMBERS.get(key);
    if (member !== undefined) return member(source);
    // Whether the object has such a member is not known yet, and no single op is one.
    if (CONDITIONAL_NAMES.has(key) && !KERNEL_MEMBERS.has(key)) {
      return lazy(new PromisedSource(source.side, source.settle()).member(key));
    }
    return lazy(source.member(key));
  }

  apply(_target: object, _this: unknown, args: unknown[]): unknown {
    return lazy(this.#source.call(args));
  }

  set(_target: object, key: PropertyKey, value: unknown): boolean {
    setMember(this.#source, key, value);
    return true;
  }

  deleteProperty(_target: object, key: PropertyKey): boolean {
    deleteMember(this.#source, key);
    return true;
  }

  has(): boolean {
    throw syncUnavailable("`in` cannot be asked of an async proxy");
  }

  getOwnPropertyDescriptor(): undefined {
    return undefined;
  }

  ownKeys(): never {
    throw syncUnavailable("the keys of an async proxy cannot be listed");
  }
}

/** Nobody can wait for an assignment: when it fails, that is an unhandled rejection. */
export function setMember(source: Source, key: PropertyKey, value: unknown): void {
  const name = nameOf(key);
  const isForced = name.startsWith("$");
  source.ask(isForced ? Op.setAttr : Op.setMember, [pythonName(name), value]);
}

export function deleteMember(source: Source, key: PropertyKey): void {
  const name = nameOf(key);
  const isForced = name.startsWith("$");
  source.ask(isForced ? Op.delAttr : Op.delMember, [pythonName(name)]);
}

function nameOf(key: PropertyKey): string {
  if (typeof key !== "symbol") return String(key);
  throw new TypeError("a Python object has no attributes that are named by symbols");
}
