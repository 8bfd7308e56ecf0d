import { Op } from "#vocabulary";
import type { Asked } from "../asked.ts";
import type { OpTable } from "../object-ops.ts";
import { stateOf } from "../py-state.ts";
import { lendToResult, reactionsAdded } from "./borrowing.ts";

// Any function is called.
type AnyFunction = any;

const CONSTRUCTED =
  "This borrowed proxy was automatically destroyed. Try using create_proxy or create_once_callable.";

const PROMISE_METHODS: ReadonlySet<string> = new Set(["then", "finally"]);

/** Of other thenables not even `then` need give a promise (JP-await). */
function promiseOf(thenable: unknown): unknown {
  return thenable instanceof Promise ? thenable : Promise.resolve(thenable);
}

/** Keyword arguments become one object behind the others (CL-kwargs). */
function allArguments({ args, keywords }: Asked, skip = 0): unknown[] {
  const rest = skip === 0 ? args : args.slice(skip);
  return keywords === undefined ? rest : [...rest, keywords];
}

function called(asked: Asked, result: unknown): unknown {
  lendToResult(asked, result);
  return result;
}

function call(asked: Asked): unknown {
  return called(asked, Reflect.apply(asked.object as AnyFunction, undefined, allArguments(asked)));
}

/** Calls (CL-*). */
export const callOps: OpTable = {
  [Op.call]: call,
  [Op.callOnce]: call,
  [Op.callMethod]: (asked) => {
    const name = asked.args[0] as string;
    const object = PROMISE_METHODS.has(name) ? promiseOf(asked.object) : asked.object;
    const method = (object as AnyFunction)[name];
    if (typeof method !== "function") throw new TypeError(`${name} is not a function`);
    const result = Reflect.apply(method, object, allArguments(asked, 1));
    if (name === "then") reactionsAdded(asked.object);
    return called(asked, result);
  },
  [Op.callBound]: (asked) =>
    called(
      asked,
      Reflect.apply(asked.object as AnyFunction, asked.args[0], allArguments(asked, 1)),
    ),
  [Op.construct]: (asked) => {
    asked.message = CONSTRUCTED;
    const result = Reflect.construct(asked.object as AnyFunction, allArguments(asked));
    // A constructor's object stays as it is, even when it is thenable (CL-new).
    asked.endsResult = stateOf(result) !== undefined;
    return result;
  },
};
