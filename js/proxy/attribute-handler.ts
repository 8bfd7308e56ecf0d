import { Op } from "#vocabulary";
import { callProxy } from "./call.ts";
import { type HandlerTarget, STATE } from "./handler-target.ts";
import { expectCall, targetOf } from "./py-state.ts";

/** Names that a function has, or inherits, and that yet belong to Python (PX-attr.order). */
export const FUNCTION_NAMES: ReadonlySet<PropertyKey> = new Set([
  "name",
  "length",
  "caller",
  "arguments",
  "prototype",
]);
const DOLLAR = 36;

/** Attribute access through a proxy (PX-attr): the proxy's own API first, then Python attributes. */
export class AttributeHandler implements ProxyHandler<HandlerTarget> {
  readonly #isCallable: boolean;

  constructor(isCallable: boolean) {
    this.#isCallable = isCallable;
  }

  get(target: HandlerTarget, key: PropertyKey, receiver: unknown): unknown {
    if (!this.isApi(target, key)) return this.getPython(target, key as string);
    expectCall(receiver, target[STATE]);
    return Reflect.get(target, key, receiver);
  }

  set(target: HandlerTarget, key: PropertyKey, value: unknown): boolean {
    if (this.isApi(target, key)) return Reflect.set(target, key, value);
    return this.setPython(target, key as string, value);
  }

  has(target: HandlerTarget, key: PropertyKey): boolean {
    if (typeof key === "symbol") return key in target && key !== STATE;
    if (this.isApi(target, key) || (this.#isCallable && key === "prototype")) return true;
    return this.hasPython(target, key as string);
  }

  deleteProperty(target: HandlerTarget, key: PropertyKey): boolean {
    if (this.isApi(target, key)) return Reflect.deleteProperty(target, key);
    return this.deletePython(target, key as string);
  }

  ownKeys(target: HandlerTarget): (string | symbol)[] {
    const own = Reflect.ownKeys(target).filter((key) => this.#isOwn(target, key));
    return [...new Set([...own, ...this.pythonKeys(target)])];
  }

  getOwnPropertyDescriptor(
    target: HandlerTarget,
    key: PropertyKey,
  ): PropertyDescriptor | undefined {
    return this.#isOwn(target, key) ? Reflect.getOwnPropertyDescriptor(target, key) : undefined;
  }

  apply(target: HandlerTarget, thisArg: unknown, args: unknown[]): unknown {
    return callProxy(target[STATE], thisArg, args);
  }

  /** Whether the proxy itself has the property: the API, a symbol, or what a program set under an API name. */
  protected isApi(target: HandlerTarget, key: PropertyKey): boolean {
    if (typeof key === "symbol") return true;
    return key in target && !(this.#isCallable && FUNCTION_NAMES.has(key));
  }

  protected getPython(target: HandlerTarget, key: string): unknown {
    const object = targetOf(target[STATE]);
    return object.link.getAttribute(object, pythonName(key));
  }

  protected setPython(target: HandlerTarget, key: string, value: unknown): boolean {
    const object = targetOf(target[STATE]);
    object.link.ask(Op.setAttr, object, [pythonName(key), value]);
    return true;
  }

  protected hasPython(target: HandlerTarget, key: string): boolean {
    const object = targetOf(target[STATE]);
    try {
      return object.link.ask(Op.hasAttr, object, [pythonName(key)]) === true;
    } catch {
      return false; // PX-attr.in: an exception inside a property counts as missing
    }
  }

  protected deletePython(target: HandlerTarget, key: string): boolean {
    const object = targetOf(target[STATE]);
    object.link.ask(Op.delAttr, object, [pythonName(key)]);
    return true;
  }

  /** The names that Python knows (PX-attr.keys). */
  protected pythonKeys(target: HandlerTarget): string[] {
    const object = targetOf(target[STATE]);
    return object.link.ask(Op.dir, object, []) as string[];
  }

  /** Own properties that programs may see: not the state, nor what every function has. */
  #isOwn(target: HandlerTarget, key: PropertyKey): boolean {
    if (key === STATE) return false;
    // An own property that cannot be configured may not be hidden (ECMA-262, Proxy invariants).
    return (
      key === "prototype" || !(this.#isCallable && FUNCTION_NAMES.has(key)) || !(key in target)
    );
  }
}

/** A leading `$` is stripped: it forces the Python attribute (PX-attr.dollar). */
export function pythonName(key: string): string {
  return key.charCodeAt(0) === DOLLAR && key.length > 1 ? key.slice(1) : key;
}
