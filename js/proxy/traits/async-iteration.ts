import { Op } from "#vocabulary";
import { promiseOf } from "../awaiting.ts";
import { DESTROYED, destroyProxy, liveTarget, type PyTarget } from "../py-state.ts";
import { PythonError } from "../python-error.ts";
import { sent } from "./iteration.ts";

type AsyncStep = Promise<IteratorResult<unknown>>;

/** PX-present.aiter */
export class AsyncIterableTrait {
  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    const target = liveTarget(this);
    return asyncSteps(target.link.askTarget(Op.aiter, target, []));
  }
}

/** PX-present.aiter */
export class AsyncIteratorTrait {
  next(...args: unknown[]): AsyncStep {
    return step(liveTarget(this), Op.anext, sent(args));
  }

  [Symbol.asyncIterator](): this {
    liveTarget(this);
    return this;
  }
}

/** PX-present.gen */
export class AsyncGeneratorTrait {
  /** Raises GeneratorExit inside; what the generator does not catch ends it with `value` (PX-returnAsync). */
  async return(value?: unknown): AsyncStep {
    const target = liveTarget(this);
    const builtins = target.link.askTarget(Op.importModule, target, ["builtins"]);
    const exit = target.link.ask(Op.getAttr, builtins, ["GeneratorExit"]);
    builtins.drop();
    try {
      return await step(target, Op.callMethod, ["athrow", exit]);
    } catch (error) {
      if (error instanceof PythonError && error.type === "GeneratorExit") {
        return { done: true, value };
      }
      throw error;
    } finally {
      destroyProxy(exit, DESTROYED);
    }
  }

  /** Raises an exception inside (PX-throwAsync). */
  async throw(exception: unknown): AsyncStep {
    return step(liveTarget(this), Op.callMethod, ["athrow", exception]);
  }
}

/** Waits for one step; the end of the iteration is a result, as in JavaScript (PX-next.async). */
async function step(iterator: PyTarget, op: Op, args: readonly unknown[]): AsyncStep {
  try {
    const awaitable = iterator.link.askTarget(op, iterator, args);
    const promise = promiseOf(awaitable);
    awaitable.drop();
    return { done: false, value: await promise };
  } catch (error) {
    if (error instanceof PythonError && error.type === "StopAsyncIteration") {
      return { done: true, value: undefined };
    }
    throw error;
  }
}

async function* asyncSteps(iterator: PyTarget): AsyncGenerator<unknown> {
  try {
    while (true) {
      const result = await step(iterator, Op.anext, []);
      if (result.done) return;
      yield result.value;
    }
  } finally {
    iterator.drop();
  }
}
