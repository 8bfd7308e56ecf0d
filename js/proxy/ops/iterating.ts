import { Op } from "#vocabulary";
import { writeGraph } from "../graph-writer.ts";
import type { OpTable, ServeOp } from "../object-ops.ts";
import { AsGraph, Stopped } from "../object-reply.ts";
import type { Asked } from "../object-server.ts";
import { generatorEnded, isThenable, lendToIterator } from "./borrowing.ts";

// biome-ignore lint/suspicious/noExplicitAny: any iterator is asked
type AnyIterator = any;

/** Map-like objects iterate their keys (JP-iter). */
function iteratorOf(object: AnyIterator): unknown {
  const isMapLike =
    !Array.isArray(object) &&
    typeof object.get === "function" &&
    typeof object.keys === "function" &&
    (typeof object.size === "number" || typeof object.length === "number");
  return isMapLike ? object.keys() : object[Symbol.iterator]();
}

/** What a step of an iterator gave. A promise is the step of an asynchronous one, and goes to Python as it is. */
function stepped(asked: Asked, result: AnyIterator): unknown {
  if (isThenable(result)) {
    const ended = (step?: { done?: boolean }) => {
      if (step === undefined || step.done) generatorEnded(asked.object);
    };
    (result as PromiseLike<{ done?: boolean }>).then(ended, () => ended());
    return result;
  }
  if (Object(result) !== result) {
    throw new TypeError(`Result should have type "object" not "${typeof result}"`);
  }
  if (!result.done) return result.value;
  generatorEnded(asked.object);
  return new Stopped(result.value);
}

/** A step by the iterator's method of that name. What it throws ends a generator. */
function stepBy(method: "next" | "throw" | "return"): ServeOp {
  return (asked) => {
    lendToIterator(asked);
    try {
      return stepped(asked, (asked.object as AnyIterator)[method](...asked.args));
    } catch (error) {
      generatorEnded(asked.object);
      throw error;
    }
  };
}

/** At most so many items; fewer mean the end. Objects stay objects. */
const nextBatch: ServeOp = ({ object, args, link }) => {
  const items: unknown[] = [];
  for (let left = Number(args[0]); left > 0; left--) {
    const step = (object as AnyIterator).next();
    if (step.done) return new Stopped(new AsGraph(writeGraph(items, link.values, { depth: 1 })));
    items.push(step.value);
  }
  return new AsGraph(writeGraph(items, link.values, { depth: 1 }));
};

/** Iteration (JP-iter, JP-next, JP-aiter, JP-generator, JP-agenerator). */
export const iterationOps: OpTable = {
  [Op.iter]: ({ object }) => iteratorOf(object),
  [Op.aiter]: ({ object }) => (object as AnyIterator)[Symbol.asyncIterator](),
  [Op.next]: stepBy("next"),
  [Op.send]: stepBy("next"),
  [Op.anext]: stepBy("next"),
  [Op.throwInto]: stepBy("throw"),
  [Op.close]: stepBy("return"),
  [Op.nextBatch]: nextBatch,
};
