import { TypeFlag } from "#vocabulary";
import { AttributeHandler } from "./attribute-handler.ts";
import { Births } from "./births.ts";
import { DictHandler } from "./dict-handler.ts";
import { type HandlerTarget, STATE } from "./handler-target.ts";
import {
  type Binding,
  Lifetime,
  NO_BINDING,
  type PyState,
  type PyTarget,
  releaseWhenCollected,
  setState,
} from "./py-state.ts";
import { Scopes } from "./scopes.ts";
import { SequenceHandler } from "./sequence-handler.ts";
import { traitsOf } from "./traits/index.ts";

/**
 * Makes PyProxies: one prototype and one handler a set of type flags, so that presence of methods is decided by the
 * flags alone (PX-present) and making a proxy asks nothing back.
 */
export class PyProxyFactory {
  /** When the handles of Python objects were received. */
  readonly births = new Births();
  readonly scopes = new Scopes();

  readonly #kinds = new Map<number, ProxyKind>();
  readonly #class: unknown;
  readonly #makeKind: MakeKind;

  /**
   * @param constructor the interpreter's `ffi.PyProxy`
   * @param kinds what its proxies are like
   */
  constructor(constructor: unknown, kinds: MakeKind = makeKind) {
    this.#class = constructor;
    this.#makeKind = kinds;
  }

  /** A proxy with a life of its own, of which `target.copies` already counts one. */
  make(target: PyTarget, binding: Binding = NO_BINDING, isRoundtrip = false): object {
    return this.#wrap({ life: new Lifetime(target), binding, isRoundtrip, self: undefined });
  }

  /** As `make`, for the program: it is released when it is collected, at the latest by the scope that is open. */
  makeOwn(target: PyTarget, binding: Binding = NO_BINDING): object {
    const state = { life: new Lifetime(target), binding, isRoundtrip: false, self: undefined };
    releaseWhenCollected(state);
    this.scopes.current?.add(state.life);
    return this.#wrap(state);
  }

  /** A proxy with the life of another (PX-bind). */
  alias(state: PyState, binding: Binding): object {
    return this.#wrap({ ...state, binding });
  }

  #wrap(state: PyState): object {
    const kind = this.#kindOf(state.life.target.flags);
    const target = kind.isCallable ? callableTarget(kind.prototype) : Object.create(kind.prototype);
    target[STATE] = state;
    const proxy = new Proxy(target, kind.handler);
    setState(proxy, state);
    return proxy;
  }

  #kindOf(flags: number): ProxyKind {
    const known = this.#kinds.get(flags);
    if (known !== undefined) return known;
    const kind = this.#makeKind(flags, this.#class);
    this.#kinds.set(flags, kind);
    return kind;
  }
}

function callableTarget(prototype: object): HandlerTarget {
  return Object.setPrototypeOf(function pyProxy() {}, prototype);
}

/** What proxies of one set of type flags have in common. */
export interface ProxyKind {
  readonly isCallable: boolean;
  readonly prototype: object;
  readonly handler: ProxyHandler<HandlerTarget>;
}

export type MakeKind = (flags: number, constructor: unknown) => ProxyKind;

function makeKind(flags: number, constructor: unknown): ProxyKind {
  const has = (flag: TypeFlag) => (flags & (1 << flag)) !== 0;
  const isCallable = has(TypeFlag.callable);
  const prototype = Object.create(isCallable ? Function.prototype : Object.prototype);
  for (const trait of traitsOf(flags)) {
    const { constructor: _, ...members } = Object.getOwnPropertyDescriptors(trait.prototype);
    Object.defineProperties(prototype, members);
  }
  Object.defineProperty(prototype, "constructor", {
    value: constructor,
    writable: true,
    configurable: true,
  });
  const Handler = has(TypeFlag.dict)
    ? DictHandler
    : has(TypeFlag.sequence)
      ? SequenceHandler
      : AttributeHandler;
  return { isCallable, prototype, handler: new Handler(isCallable) };
}
