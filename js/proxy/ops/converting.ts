import { Op } from "#vocabulary";
import type { Asked } from "../asked.ts";
import { bytesOf, LETTER_OF_ARRAY } from "../buffer-format.ts";
import { writeGraph } from "../graph-writer.ts";
import type { Link } from "../link.ts";
import { typedArrayName } from "../object-flags.ts";
import type { OpTable } from "../object-ops.ts";
import { AsGraph, AsObject, ObjectOf } from "../object-reply.ts";
import { onceCallable } from "../once-callable.ts";
import {
  NO_BINDING,
  type PyState,
  type PyTarget,
  releaseWhenCollected,
  stateOf,
  targetOf,
} from "../py-state.ts";
import { converterLeaf } from "../to-py.ts";

// Any converter is called.
type AnyFunction = any;

/** depth [, default converter] -> the records of the object (TC-to_py). */
function toNative(asked: Asked): AsGraph {
  const [depth, converter] = asked.args;
  const leaf =
    converter == null
      ? undefined
      : converterLeaf(converter as AnyFunction, asked.link, { isFromJs: false });
  return new AsGraph(
    writeGraph(asked.object, asked.link.values, { depth: Number(depth ?? -1), leaf }),
  );
}

/** value, captureThis, roundtrip, once -> its proxy as a JavaScript object (CL-create_proxy, CL-create_once_callable). */
function proxyOf(asked: Asked): AsObject {
  const [value, capturesThis, isRoundtrip, isOnce] = asked.args;
  const state = stateOf(value);
  if (state === undefined) return new AsObject(value);
  asked.borrowed = asked.borrowed.filter((proxy) => proxy !== value);
  if (isOnce === true) return new AsObject(onceCallable(value as never));
  const { target } = state.life;
  const binding = capturesThis === true ? { ...NO_BINDING, capturesThis: true } : NO_BINDING;
  const proxy = asked.link.proxies.make(target, binding, isRoundtrip === true);
  releaseWhenCollected(stateOf(proxy) as PyState);
  return new AsObject(proxy);
}

/** What Python needs to know to copy a buffer: format letter, item size, and the bytes (JP-buffer). */
function getBuffer({ object, link }: Asked): AsGraph {
  const name = typedArrayName(object);
  const letter = (name && LETTER_OF_ARRAY[name]) || "B";
  const itemBytes = name === undefined ? 1 : (object as Uint8Array).BYTES_PER_ELEMENT;
  const bytes = bytesOf(object as ArrayBufferView);
  return new AsGraph(
    writeGraph([letter, itemBytes, bytes.length, bytes], link.values, { depth: -1 }),
  );
}

/** offset in bytes, bytes -> none: writes into a buffer (JP-buffer.assign). */
function putBuffer({ object, args }: Asked): void {
  bytesOf(object as ArrayBufferView).set(args[1] as Uint8Array, Number(args[0]));
}

/** The live target inside a proxy that Python holds as a JsProxy. */
function objectTarget(object: unknown, link: Link): PyTarget {
  const state = stateOf(object);
  if (state === undefined || !link.values.owns(state)) {
    throw new TypeError("the object is not a proxy of a Python object");
  }
  return targetOf(state);
}

type Disposing = { [Symbol.dispose](): unknown; [Symbol.asyncDispose](): unknown };

/** JP-dispose */
function dispose(object: Disposing, isAsync: boolean): unknown {
  return isAsync ? object[Symbol.asyncDispose]() : object[Symbol.dispose]();
}

/** A native error of that name if there is one (ER-pickle). */
function makeError(name: string, message: string, stack: string): Error {
  const native = (globalThis as Record<string, unknown>)[name];
  const isNative = typeof native === "function" && native.prototype instanceof Error;
  const error: Error = isNative ? new (native as ErrorConstructor)(message) : new Error(message);
  if (error.name !== name) error.name = name;
  if (stack !== "") error.stack = stack;
  return error;
}

/** Conversions and proxies (TC-toPy, TC-to_js, CL-create_proxy, JP-buffer). */
export const conversionOps: OpTable = {
  [Op.toNative]: toNative,
  // Its one argument, the graph, was read with the others.
  [Op.fromGraph]: ({ args }) => args[0],
  [Op.proxyOf]: proxyOf,
  // The Python object inside a proxy goes home (JP-double).
  [Op.unwrap]: ({ object, link }) => new ObjectOf(objectTarget(object, link)),
  [Op.dispose]: ({ object, args }) => dispose(object as Disposing, args[0] === true),
  [Op.makeError]: ({ args }) => makeError(String(args[0]), String(args[1]), String(args[2])),
  [Op.getBuffer]: getBuffer,
  [Op.putBuffer]: putBuffer,
};
