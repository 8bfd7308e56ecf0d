import { Op, TypeFlag } from "#vocabulary";
import type { Link } from "./link.ts";
import type { Handle } from "./object-table.ts";
import type { Scope } from "./scopes.ts";

export const DESTROYED = "Object has already been destroyed";
const BORROWED_ATTRIBUTE =
  "This borrowed attribute proxy was automatically destroyed in the process of destroying the proxy " +
  "it was borrowed from. Try using the 'copy' method.";
const DEBUG_HINT =
  "For more information about the cause of this error, use `pyodide.setDebug(true)`";

/** What bound methods' types are called (PX-type). */
const METHOD_TYPES: ReadonlySet<string> = new Set([
  "method",
  "builtin_function_or_method",
  "method-wrapper",
]);

/**
 * A Python object as copies of one proxy share it: the handle with the references that this side has to give back, and
 * the cache of borrowed attributes (PX-attr.cache, PX-copy).
 */
export class PyTarget implements Handle {
  readonly link: Link;
  readonly index: number;
  readonly generation: number;
  /** Bits of TypeFlag. */
  readonly flags: number;
  /** Introductions received and not yet given back. */
  references = 1;
  /** Live proxies of this target, aliases not counted. */
  copies = 1;
  /** What is behind proxies of attributes, by name: they live no longer than this target. */
  attributes: Map<string, PyState> | undefined;
  /** The one promise of an awaitable (PX-then.2). */
  promise: Promise<unknown> | undefined;
  /** Whether the object is a bound method, once it was asked. */
  #isMethod: boolean | undefined;

  /** @param stack of who asked for the object, where it came later */
  constructor(link: Link, index: number, generation: number, flags: number, stack?: string) {
    this.link = link;
    this.index = index;
    this.generation = generation;
    this.flags = flags;
    link.proxies.births.note(index, generation, stack);
  }

  is(flag: TypeFlag): boolean {
    return (this.flags & (1 << flag)) !== 0;
  }

  isSameAs(other: PyTarget): boolean {
    return this.index === other.index && this.generation === other.generation;
  }

  /** What is behind the proxy of the attribute `name` that is in the cache and alive. */
  cached(name: string): PyState | undefined {
    const state = this.attributes?.get(name);
    return state?.life.message === undefined ? state : undefined;
  }

  /**
   * The proxy of the attribute `name`, whose value `fresh` was just received: the cached one as long as Python gives
   * the same value and it is alive (PX-attr.cache). A bound method is the same when it has the same self and function.
   */
  cachedAttribute(name: string, fresh: PyTarget): object {
    const state = this.cached(name);
    if (state !== undefined) {
      const known = state.life.target;
      if (known.isSameAs(fresh)) {
        known.references += fresh.references;
        return state.self as object;
      }
      if (known.#isSameMethod(fresh)) {
        fresh.drop();
        return state.self as object;
      }
      releaseWhenCollected(state); // no longer in the cache, so nobody else ends it
    }
    const proxy = this.link.proxies.make(fresh);
    this.link.proxies.scopes.current?.add((stateOf(proxy) as PyState).life);
    this.attributes ??= new Map();
    this.attributes.set(name, stateOf(proxy) as PyState);
    return proxy;
  }

  #isSameMethod(fresh: PyTarget): boolean {
    if (this.flags !== fresh.flags || !this.is(TypeFlag.callable)) return false;
    this.#isMethod ??= METHOD_TYPES.has(this.link.ask(Op.typeName, this, []) as string);
    return this.#isMethod && this.link.ask(Op.compare, this, [fresh.borrowed(), "=="]) === true;
  }

  /** A proxy for one use by krait itself; it is never destroyed, and so releases nothing. */
  borrowed(): object {
    return this.link.proxies.make(this);
  }

  /** One copy less. The last one gives the object back and ends the cached attributes. */
  drop(): void {
    if (--this.copies > 0) return;
    this.link.release(this, this.references);
    this.references = 0;
    if (this.attributes === undefined) return;
    for (const { life } of this.attributes.values()) life.end(BORROWED_ATTRIBUTE);
    this.attributes = undefined;
  }
}

/** One life of a proxy: shared by it and its aliases (`bind`, `captureThis`), ended by `destroy`. */
export class Lifetime {
  readonly target: PyTarget;
  /** `destroy` does nothing: the proxy lives as long as its interpreter (JS-globals). */
  isPermanent = false;
  /** What later uses throw; undefined while alive. */
  message: string | undefined;
  /** What ends it at the latest. */
  scope: Scope | undefined;
  /** What the finalizer of this life would let go of, once it has one. */
  held: Held | undefined;

  constructor(target: PyTarget) {
    this.target = target;
  }

  /**
   * Ends the life. Safe to repeat.
   * @param message the first line of what later uses throw (PX-destroy.message)
   */
  end(message: string): void {
    if (this.endLater(message)) this.target.drop();
  }

  /** As `end`, but the target stays: when true, the caller drops it. */
  endLater(message: string): boolean {
    if (this.message !== undefined || this.isPermanent) return false;
    this.message = `${message}\n${this.#explanation()}`;
    if (this.held !== undefined) this.held.target = undefined;
    this.scope?.forget(this);
    return true;
  }

  #explanation(): string {
    if (!this.target.link.settings.isDebug) return DEBUG_HINT;
    try {
      const { link } = this.target;
      const type = link.ask(Op.typeName, this.target, []);
      return `The object was of type "${type}" and had repr "${link.ask(Op.repr, this.target, [])}"`;
    } catch {
      return "The object's type and repr cannot be told";
    }
  }
}

/** How a callable's alias completes a call (PX-bind, PX-captureThis). */
export interface Binding {
  readonly capturesThis: boolean;
  readonly hasBoundThis: boolean;
  readonly boundThis: unknown;
  readonly boundArgs: readonly unknown[];
}

export const NO_BINDING: Binding = {
  capturesThis: false,
  hasBoundThis: false,
  boundThis: undefined,
  boundArgs: [],
};

/** What is behind one proxy. */
export interface PyState {
  readonly life: Lifetime;
  readonly binding: Binding;
  /** Handed to Python it is a JsProxy, not its object (CL-create_proxy). */
  readonly isRoundtrip: boolean;
  /** The proxy. */
  self: object | undefined;
}

/** A constructor may return any object; the fields of its subclasses are then put on that one. */
class AnyObject {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is what it is for
    return object;
  }
}

/**
 * Puts the state on a proxy as a private field, which no program can reach, no trap sees, and no other object has. A
 * WeakMap would do the same, and costs many times as much a proxy: each entry waits for a collection of everything.
 */
class ProxyMark extends AnyObject {
  readonly #state: PyState;

  constructor(proxy: object, state: PyState) {
    super(proxy);
    this.#state = state;
  }

  static stateOf(object: object): PyState | undefined {
    return #state in object ? (object as ProxyMark).#state : undefined;
  }
}

/** What a finalizer gets. Unregistering costs more than all else about a proxy, so an ended life only empties it. */
interface Held {
  target: PyTarget | undefined;
}

/** Lets go of the objects of proxies that nobody destroyed (PX-gc). */
const finalizers = new FinalizationRegistry<Held>(({ target }) => target?.drop());

export function setState(proxy: object, state: PyState): void {
  new ProxyMark(proxy, state);
  state.self = proxy;
}

/** The proxy whose method was read last, and its state: it is about to be called, and asks for the state then. */
let receiving: object | undefined;
let receivingState: PyState | undefined;

/** To be called when a method of a proxy is read. `receiver` may be an object that inherits from the proxy. */
export function expectCall(receiver: unknown, state: PyState): void {
  if (state.self !== receiver) return;
  receiving = receiver as object;
  receivingState = state;
}

/** No call follows: nothing is kept from being collected. */
export function expectNoCall(): void {
  receiving = undefined;
  receivingState = undefined;
}

/** The state behind a proxy of any interpreter, destroyed or not; undefined for everything else. Never throws. */
export function stateOf(value: unknown): PyState | undefined {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return isObject ? ProxyMark.stateOf(value) : undefined;
}

/** Has the proxy's object released when the proxy is collected. Borrowed proxies that surely end need it not. */
export function releaseWhenCollected(state: PyState): void {
  const { life } = state;
  if (life.message !== undefined || life.held !== undefined) return;
  life.held = { target: life.target };
  finalizers.register(life, life.held);
}

/** The state of a receiver of a proxy's method, destroyed or not. */
export function anyState(receiver: unknown): PyState {
  if (receiver === receiving && receivingState !== undefined) {
    const state = receivingState;
    expectNoCall();
    return state;
  }
  const state = stateOf(receiver);
  if (state === undefined) throw new TypeError("the receiver is not a PyProxy");
  return state;
}

/** The Python object behind the receiver of a proxy's method. */
export function liveTarget(receiver: unknown): PyTarget {
  return targetOf(anyState(receiver));
}

/** A proxy was used after its end. To programs it is an ordinary Error (PX-destroy). */
export class DestroyedError extends Error {}

/** @throws {DestroyedError} when the proxy was destroyed */
export function targetOf(state: PyState): PyTarget {
  const { life } = state;
  if (life.message !== undefined) throw new DestroyedError(life.message);
  return life.target;
}

/** Ends a proxy's life; nothing happens to what is no proxy, or is destroyed already. */
export function destroyProxy(proxy: unknown, message: string): void {
  stateOf(proxy)?.life.end(message);
}

export function hasFlag(state: PyState, flag: TypeFlag): boolean {
  return state.life.target.is(flag);
}
