import { FailureKind, Op } from "#vocabulary";
import { AskError } from "../ask-error.ts";
import type { Asked } from "../asked.ts";
import { writeGraph } from "../graph-writer.ts";
import type { OpTable, ServeOp } from "../object-ops.ts";
import { AsGraph, Stopped } from "../object-reply.ts";
import { makePythonError } from "../python-error.ts";
import { generatorEnded, isThenable, lendToIterator } from "./borrowing.ts";

// Any iterator is asked.
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

const UNSUPPORTED = FailureKind.unsupported;
const PROMISED = "Result was a promise, use anext() / asend() / athrow() instead.";
const NOT_PROMISED = "Result of anext() was not a promise, use next() / send() / throw() instead.";

/** The promise of an asynchronous iterator's step goes to Python unread. */
function promised(asked: Asked, result: PromiseLike<{ done?: boolean }>): unknown {
  const ended = (step?: { done?: boolean }) => {
    if (step === undefined || step.done) generatorEnded(asked.object);
  };
  result.then(ended, () => ended());
  return result;
}

/** What a step of a synchronous iterator gave. */
function stepped(asked: Asked, result: AnyIterator): unknown {
  if (Object(result) !== result) {
    throw new TypeError(`Result should have type "object" not "${typeof result}"`);
  }
  if (!result.done) return result.value;
  generatorEnded(asked.object);
  return new Stopped(result.value);
}

/** How a step may answer. */
type StepKind = "synchronous" | "asynchronous" | "either";

/** A step by the iterator's method of that name. What it throws ends a generator. */
function stepBy(method: "next" | "throw" | "return", kind: StepKind): ServeOp {
  return (asked) => {
    lendToIterator(asked);
    try {
      const args = method === "throw" ? [thrown(asked.args)] : asked.args;
      const result = (asked.object as AnyIterator)[method](...args);
      const isPromise = isThenable(result);
      if (isPromise && kind === "synchronous") throw new AskError(UNSUPPORTED, PROMISED);
      if (!isPromise && kind === "asynchronous") throw new AskError(UNSUPPORTED, NOT_PROMISED);
      return isPromise ? promised(asked, result as PromiseLike<object>) : stepped(asked, result);
    } catch (error) {
      generatorEnded(asked.object);
      throw error;
    }
  };
}

/** A step of a synchronous iterator, with nothing sent in. */
export const nextStep = stepBy("next", "synchronous");

/** A JavaScript error goes as it is; a Python exception comes as type name, message and serial. */
function thrown(args: readonly unknown[]): unknown {
  if (args.length < 3) return args[0];
  const [type, message, serial] = args;
  return makePythonError(String(type), String(message), Number(serial));
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
  [Op.next]: nextStep,
  [Op.send]: stepBy("next", "synchronous"),
  [Op.anext]: stepBy("next", "asynchronous"),
  [Op.throwInto]: stepBy("throw", "either"),
  [Op.close]: stepBy("return", "either"),
  [Op.nextBatch]: nextBatch,
};
