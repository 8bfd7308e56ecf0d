import { FailureKind, Op, TypeFlag } from "#vocabulary";
import { itemKeys } from "./dict-keys.ts";
import { destroyProxy, type PyState, type PyTarget, stateOf, targetOf } from "./py-state.ts";
import { indexKeys, indexOf } from "./sequence-handler.ts";

/** Names that are the view's own and not items (PX-asJsJson). */
const OWN_NAMES: ReadonlySet<PropertyKey> = new Set(["copy", "constructor", "toString", "destroy"]);
const CLOSED = "This view was destroyed with the view that it was read from.";

/** A view whose properties are the object's items, recursively; inner views are cached and die with the root. */
export function jsonView(target: PyTarget): object {
  target.copies++;
  return makeView(stateOf(target.link.proxies.makeOwn(target)) as PyState, new Map());
}

interface View {
  readonly state: PyState;
  readonly isArray: boolean;
  /** Views of items by key, so that the same item gives the same view. */
  readonly inner: Map<string, { view: object; proxy: object }>;
}

function makeView(state: PyState, inner: View["inner"]): object {
  const target = targetOf(state);
  const isArray = target.is(TypeFlag.sequence);
  const shape = isArray ? [] : Object.create(viewPrototype);
  return new Proxy(shape, new ViewHandler({ state, isArray, inner }));
}

const viewPrototype = Object.create(Object.prototype, {
  toString: { value: () => "[object PyJsonView]", configurable: true, writable: true },
});

class ViewHandler implements ProxyHandler<object> {
  readonly #view: View;

  constructor(view: View) {
    this.#view = view;
  }

  get(shape: object, key: PropertyKey): unknown {
    if (key === "copy") return () => jsonView(this.#target());
    if (key === "destroy") return () => this.#destroy();
    if (typeof key === "symbol" || OWN_NAMES.has(key) || this.#isArrayName(shape, key)) {
      return key === "length" ? this.#length() : Reflect.get(shape, key);
    }
    return this.#item(key as string);
  }

  set(_shape: object, key: PropertyKey, value: unknown): boolean {
    if (typeof key === "symbol") return false;
    const target = this.#target();
    target.link.ask(Op.setItem, target, [this.#keyOf(key as string) ?? key, value]);
    return true;
  }

  has(shape: object, key: PropertyKey): boolean {
    if (typeof key === "symbol" || OWN_NAMES.has(key)) return Reflect.has(shape, key);
    return this.#isArrayName(shape, key) || this.#keyOf(key as string) !== undefined;
  }

  deleteProperty(_shape: object, key: PropertyKey): boolean {
    const item = typeof key === "string" ? this.#keyOf(key) : undefined;
    if (item === undefined) return false;
    const target = this.#target();
    target.link.ask(Op.delItem, target, [item]);
    return true;
  }

  ownKeys(): string[] {
    if (!this.#view.isArray) return [...new Set(itemKeys(this.#target()))];
    return [...indexKeys(this.#length()), "length"];
  }

  getOwnPropertyDescriptor(shape: object, key: PropertyKey): PropertyDescriptor | undefined {
    if (this.#view.isArray && key === "length") {
      return { ...Reflect.getOwnPropertyDescriptor(shape, key), value: this.#length() };
    }
    if (typeof key === "symbol" || this.#keyOf(key as string) === undefined) return undefined;
    const value = this.get(shape, key);
    return { value, writable: true, enumerable: true, configurable: true };
  }

  #target(): PyTarget {
    return targetOf(this.#view.state);
  }

  #length(): number {
    const target = this.#target();
    return target.link.ask(Op.length, target, []) as number;
  }

  #isArrayName(shape: object, key: PropertyKey): boolean {
    return this.#view.isArray && typeof key === "string" && indexOf(key) < 0 && key in shape;
  }

  /** The item's own key that a property name means, or undefined. */
  #keyOf(key: string): string | number | undefined {
    const target = this.#target();
    const index = indexOf(key);
    if (this.#view.isArray) return index >= 0 && index < this.#length() ? index : undefined;
    if (target.link.ask(Op.contains, target, [key]) === true) return key;
    return index >= 0 && target.link.ask(Op.contains, target, [index]) === true ? index : undefined;
  }

  #item(key: string): unknown {
    const item = this.#keyOf(key);
    if (item === undefined) return undefined;
    const target = this.#target();
    const value = target.link.find(Op.getItem, target, [item], FailureKind.noItem);
    const state = stateOf(value);
    if (state === undefined) return value;
    return this.#innerView(key, value as object, state);
  }

  #innerView(key: string, proxy: object, state: PyState): object {
    const object = state.life.target;
    if (!object.is(TypeFlag.dict) && !object.is(TypeFlag.sequence)) return proxy;
    const known = this.#view.inner.get(key);
    const knownTarget = known && stateOf(known.proxy)?.life.target;
    if (known && knownTarget?.index === object.index) {
      if (knownTarget.generation === object.generation) {
        destroyProxy(proxy, CLOSED);
        return known.view;
      }
    }
    if (known) destroyProxy(known.proxy, CLOSED);
    const view = makeView(state, new Map());
    this.#view.inner.set(key, { view, proxy });
    return view;
  }

  #destroy(): void {
    for (const { view, proxy } of this.#view.inner.values()) {
      (view as { destroy(): void }).destroy();
      destroyProxy(proxy, CLOSED);
    }
    this.#view.inner.clear();
    this.#view.state.life.end(CLOSED);
  }
}
