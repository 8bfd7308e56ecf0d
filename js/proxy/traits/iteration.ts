import { Op, TypeFlag } from "#vocabulary";
import { borrowedSteps } from "../iteration.ts";
import { anyState, hasFlag, liveTarget, targetOf } from "../py-state.ts";

/** PX-present.iter */
export class IterableTrait {
  [Symbol.iterator](): Iterator<unknown> {
    const state = anyState(this);
    const target = targetOf(state);
    if (hasFlag(state, TypeFlag.iterator)) return this as unknown as Iterator<unknown>;
    return borrowedSteps(target.link.askTarget(Op.iter, target, []));
  }
}

/** PX-present.next */
export class IteratorTrait {
  next(...args: unknown[]): IteratorResult<unknown> {
    const target = liveTarget(this);
    return target.link.step(Op.next, target, sent(args));
  }

  [Symbol.iterator](): this {
    liveTarget(this);
    return this;
  }
}

/** PX-present.gen */
export class GeneratorTrait {
  /** Raises GeneratorExit inside (PX-return). */
  return(value?: unknown): IteratorResult<unknown> {
    const target = liveTarget(this);
    return target.link.step(Op.close, target, [value]);
  }

  /** Raises an exception inside (PX-throw). */
  throw(exception: unknown): IteratorResult<unknown> {
    const target = liveTarget(this);
    return target.link.step(Op.throwInto, target, [exception]);
  }
}

/** `undefined` asks for the plain next item, as no argument does (PX-next). */
export function sent(args: readonly unknown[]): readonly unknown[] {
  return args.length === 0 || args[0] === undefined ? [] : [args[0]];
}
