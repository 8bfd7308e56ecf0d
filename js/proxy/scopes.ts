import type { PyBufferView } from "./py-buffer.ts";
import { Lifetime, stateOf } from "./py-state.ts";

const CLOSED =
  "This proxy was destroyed at the end of the scope that it was made in. Try using the scope's 'keep' method.";
const DISPOSE: typeof Symbol.dispose | undefined = Symbol.dispose;

/** What a scope ends: lives of proxies, and buffer views. */
type Held = Lifetime | PyBufferView;

/**
 * Destroys what was made while it was open: every proxy that the program got, and every buffer view. Proxies that
 * Python hands over to keep (arguments, `create_proxy`) have owners of their own and are left alone.
 */
export class Scope {
  readonly #scopes: Scopes;
  readonly #held = new Set<Held>();

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
  }

  /** Leaves these alive at the end, and gives the first back. */
  keep<T>(value: T, ...more: unknown[]): T {
    for (const kept of [value, ...more]) this.forget(heldOf(kept));
    return value;
  }

  /** Ends everything that was made inside and not kept. Safe to repeat. */
  close(): void {
    this.#scopes.remove(this);
    for (const held of this.#held) {
      if (held instanceof Lifetime) held.end(CLOSED);
      else held.release();
    }
    this.#held.clear();
  }

  /** For `Scopes` and what it holds. */
  add(held: Held): void {
    this.#held.add(held);
    if (held instanceof Lifetime) held.scope = this;
  }

  /** It is no longer to be ended. */
  forget(held: Held): void {
    if (this.#held.delete(held) && held instanceof Lifetime) held.scope = undefined;
  }
}

if (DISPOSE !== undefined) {
  // `using s = pyodide.scope()` closes it.
  Object.defineProperty(Scope.prototype, DISPOSE, {
    value(this: Scope): void {
      this.close();
    },
    writable: true,
    configurable: true,
  });
}

/** @throws {TypeError} for what no scope holds */
function heldOf(value: unknown): Held {
  const life = stateOf(value)?.life;
  if (life !== undefined) return life;
  if (typeof (value as PyBufferView | undefined)?.release === "function")
    return value as PyBufferView;
  throw new TypeError("a scope keeps proxies and buffer views");
}

/** The open scopes of an interpreter. What is made belongs to the one that was opened last. */
export class Scopes {
  /** Undefined when none is open. */
  current: Scope | undefined;
  readonly #open: Scope[] = [];

  open(): Scope {
    const scope = new Scope(this);
    this.#open.push(scope);
    this.current = scope;
    return scope;
  }

  /**
   * Calls `body` in a scope, which ends with it; for an asynchronous one when its promise settles. Until then what
   * other code makes belongs to the scope as well.
   */
  run<T>(body: (scope: Scope) => T): T {
    const scope = this.open();
    let result: T;
    try {
      result = body(scope);
    } catch (error) {
      scope.close();
      throw error;
    }
    if (!(result instanceof Promise)) {
      scope.close();
      return result;
    }
    return result.finally(() => scope.close()) as T;
  }

  remove(scope: Scope): void {
    const at = this.#open.lastIndexOf(scope);
    if (at < 0) return;
    this.#open.splice(at, 1);
    this.current = this.#open.at(-1);
  }
}
