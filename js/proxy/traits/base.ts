import { Op, TypeFlag } from "#vocabulary";
import { anyState, DESTROYED, hasFlag, liveTarget, targetOf } from "../py-state.ts";
import { type ToJsOptions, toJs } from "../to-js.ts";

const MAX_SHOWN_UNITS = 1000;
/** Symbols that engines gained late. */
const DISPOSE: typeof Symbol.dispose | undefined = Symbol.dispose;

/** Options of `destroy` (PX-destroy). */
export interface DestroyOptions {
  /** First line of the error that later uses throw. */
  message?: string;
  /** False leaves a proxy made with `create_proxy(…, roundtrip=True)` alive. Default true. */
  destroyRoundtrip?: boolean;
}

/** What every proxy has (spec: js-api.md section 4.1). */
export class BaseTrait {
  get [Symbol.toStringTag](): string {
    return "PyProxy";
  }

  /** The name of the Python type (PX-type). */
  get type(): string {
    const target = liveTarget(this);
    return target.link.ask(Op.typeName, target, []) as string;
  }

  /** Python's `str`, or `repr` by option (PX-toString). */
  toString(): string {
    const target = liveTarget(this);
    const op = target.link.settings.isToStringRepr ? Op.repr : Op.str;
    return target.link.ask(op, target, []) as string;
  }

  /** An async proxy of the same object, with a life of its own (BY-async). */
  get $async(): object {
    const target = liveTarget(this);
    target.copies++;
    return target.link.async.proxies.makeOwn(target, anyState(this).binding);
  }

  /** A proxy of the same object with a life of its own (PX-copy). */
  copy(): object {
    const state = anyState(this);
    const target = targetOf(state);
    target.copies++;
    return target.link.proxies.makeOwn(target, state.binding);
  }

  /** Releases the object; later uses throw (PX-destroy). Safe to repeat. */
  destroy(options: DestroyOptions = {}): void {
    const state = anyState(this);
    if (state.isRoundtrip && options.destroyRoundtrip === false) return;
    state.life.end(options.message ?? DESTROYED);
  }

  /** A deep copy as JavaScript objects (TC-toJs). */
  toJs(options: ToJsOptions = {}): unknown {
    return toJs(liveTarget(this), options);
  }

  /** Whether it has `then`. This and the next eight work on destroyed proxies too (PX-tests.destroyed). */
  isAwaitable(): boolean {
    return hasFlag(anyState(this), TypeFlag.awaitable);
  }

  isBuffer(): boolean {
    return hasFlag(anyState(this), TypeFlag.buffer);
  }

  isCallable(): boolean {
    return hasFlag(anyState(this), TypeFlag.callable);
  }

  isIterable(): boolean {
    const state = anyState(this);
    return hasFlag(state, TypeFlag.iterable) || hasFlag(state, TypeFlag.iterator);
  }

  isIterator(): boolean {
    return hasFlag(anyState(this), TypeFlag.iterator);
  }

  supportsGet(): boolean {
    return hasFlag(anyState(this), TypeFlag.hasGet);
  }

  supportsHas(): boolean {
    return hasFlag(anyState(this), TypeFlag.hasContains);
  }

  supportsLength(): boolean {
    return hasFlag(anyState(this), TypeFlag.hasLength);
  }

  supportsSet(): boolean {
    return hasFlag(anyState(this), TypeFlag.hasSet);
  }
}

/** What Node's console shows: the repr, for a look at what is behind a proxy. */
function inspect(this: BaseTrait): string {
  const state = anyState(this);
  if (state.life.message !== undefined) return "[PyProxy, destroyed]";
  try {
    const target = targetOf(state);
    const text = target.link.ask(Op.repr, target, []) as string;
    const shown = text.length > MAX_SHOWN_UNITS ? `${text.slice(0, MAX_SHOWN_UNITS)}…` : text;
    return `[PyProxy ${this.type}: ${shown}]`;
  } catch {
    return "[PyProxy]";
  }
}

Object.defineProperty(BaseTrait.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value: inspect,
  writable: true,
  configurable: true,
});

if (DISPOSE !== undefined) {
  // PX-dispose: `using p = …` destroys.
  Object.defineProperty(BaseTrait.prototype, DISPOSE, {
    value(this: BaseTrait): void {
      this.destroy();
    },
    writable: true,
    configurable: true,
  });
}
