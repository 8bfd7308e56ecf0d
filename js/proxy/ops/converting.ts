import { Op } from "#vocabulary";
import { bytesOf, LETTER_OF_ARRAY } from "../buffer-format.ts";
import { writeGraph } from "../graph-writer.ts";
import { typedArrayName } from "../object-flags.ts";
import type { OpTable } from "../object-ops.ts";
import { AsGraph, AsObject } from "../object-reply.ts";
import type { Asked } from "../object-server.ts";
import { onceCallable } from "../once-callable.ts";
import { NO_BINDING, type PyState, releaseWhenCollected, stateOf } from "../py-state.ts";
import { converterLeaf } from "../to-py.ts";

// biome-ignore lint/suspicious/noExplicitAny: any converter is called
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
  if (isOnce === true) return new AsObject(onceCallable(value as object));
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

/** Conversions and proxies (TC-toPy, TC-to_js, CL-create_proxy, JP-buffer). */
export const conversionOps: OpTable = {
  [Op.toNative]: toNative,
  // Its one argument, the graph, was read with the others.
  [Op.fromGraph]: ({ args }) => args[0],
  [Op.proxyOf]: proxyOf,
  [Op.getBuffer]: getBuffer,
  [Op.putBuffer]: putBuffer,
};
