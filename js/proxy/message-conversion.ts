import type { Value } from "#protocol";
import { type Attachment, LIMITS } from "../session/frames.ts";
import type { Parts } from "../wire/parts.ts";
import { bigIntBytes, readBigInt } from "./big-int.ts";
import { ProtocolError } from "./errors.ts";
import { GraphCursor } from "./graph-bytes.ts";
import { readGraph } from "./graph-reader.ts";
import { releaseRest } from "./graph-skip.ts";
import type { ValueRecords } from "./link.ts";
import type { Handle } from "./object-table.ts";
import { stateOf, targetOf } from "./py-state.ts";
import { readText } from "./text.ts";

const NONE: Value = { which: "none" };
const JS_NULL: Value = { which: "jsNull" };
const UNDEFINED: Value = { which: "undefined" };

/**
 * The implicit conversions between JavaScript values and values of messages: the same rules as those of `Conversion`, for
 * arguments and replies alike (spec: type-conversions.md section 1).
 */
export class MessageConversion {
  readonly #values: ValueRecords;

  constructor(values: ValueRecords) {
    this.#values = values;
  }

  /**
   * JavaScript -> value (TC-js).
   * @throws {Error} when a proxy was destroyed
   */
  write(value: unknown): Value {
    switch (typeof value) {
      case "number":
        return Number.isSafeInteger(value)
          ? { which: "int", int: value }
          : { which: "float", float: value };
      case "string":
        return { which: "text", text: value };
      case "undefined":
        return UNDEFINED;
      case "boolean":
        return { which: "bool", bool: value };
      case "bigint":
        return { which: "bigInt", bigInt: bigIntBytes(value) };
      case "symbol":
        return this.mine(value);
      default:
        if (value === null) return this.#values.isNullNone ? NONE : JS_NULL;
        return this.#writeObject(value as object);
    }
  }

  /** An object of this side, even a proxy: what arrives is a JsProxy. */
  mine(object: unknown): Value {
    // Python adds its reactions in a later turn: till then nobody may find that a rejection has none.
    if (object instanceof Promise) Promise.prototype.then.call(object, undefined, () => undefined);
    return { which: "mine", ...this.#values.exportObject(object) };
  }

  /** An object of the kernel: it goes home. */
  yours({ index, generation }: Handle): Value {
    return { which: "yours", index, generation };
  }

  /**
   * The records of a deep-converted value.
   * @param attachments gets them when they are too long to travel in the message
   */
  graph(records: Parts, attachments: Attachment[]): Value {
    const [first] = records;
    if (records.length === 1 && (first as Uint8Array).length <= LIMITS.maxInlineBytes) {
      return { which: "graph", graph: first as Uint8Array };
    }
    attachments.push(records);
    return { which: "attachedGraph", attachedGraph: attachments.length - 1 };
  }

  /** Takes back the objects that were exported to values of a message that is not sent. */
  takeBack(values: readonly Value[]): void {
    for (const value of values) if (value.which === "mine") this.#values.unexport(value);
  }

  /**
   * Value -> JavaScript (TC-py).
   * @param borrowed gets the proxy, if one is made, which then lives as long as its owner says; without it the proxy
   *   is the program's own
   */
  read(value: Value, attachments: readonly Uint8Array[], borrowed?: object[]): unknown {
    switch (value.which) {
      case "none":
      case "undefined":
      case "absent":
        return undefined;
      case "jsNull":
        return null;
      case "bool":
        return value.bool;
      case "int":
        return value.int;
      case "float":
        return value.float;
      case "text":
        return value.text;
      case "attachedText": {
        const bytes = attached(value.attachment, attachments);
        return readText(bytes, 0, bytes.length, value.attachedEncoding);
      }
      case "bigInt":
        return readBigInt(value.bigInt);
      case "mine":
        return this.#readMine(value, borrowed);
      case "yours":
        return this.#values.objectOf(value.index, value.generation);
      case "blob":
      case "attachedBlob":
        return bytesIn(value, attachments).slice();
      case "graph":
      case "attachedGraph":
        return readGraph(bytesIn(value, attachments), this.#values);
      case "answer":
      case "sharedBlob":
        throw new ProtocolError(`a value of kind ${value.which} cannot be received here`);
      default:
        value satisfies never;
    }
  }

  /** Gives back what a value introduced that nobody reads. */
  discard(value: Value, attachments: readonly Uint8Array[]): void {
    if (value.which === "mine") this.#values.discard(value.index, value.generation);
    else if (value.which === "graph" || value.which === "attachedGraph") {
      releaseRest(new GraphCursor(bytesIn(value, attachments)), this.#values);
    }
  }

  #readMine(
    { index, generation, flags }: Handle & { readonly flags: number },
    borrowed: object[] | undefined,
  ): object {
    if (borrowed === undefined) return this.#values.proxyOf(index, generation, flags);
    const proxy = this.#values.borrow(index, generation, flags);
    borrowed.push(proxy);
    return proxy;
  }

  #writeObject(object: object): Value {
    const state = stateOf(object);
    if (state === undefined || !this.#values.owns(state)) return this.mine(object);
    const target = targetOf(state);
    return state.isRoundtrip ? this.mine(object) : this.yours(target);
  }
}

/** The bytes of a value that has some: a view. */
export function bytesIn(value: Value, attachments: readonly Uint8Array[]): Uint8Array {
  switch (value.which) {
    case "blob":
      return value.blob;
    case "graph":
      return value.graph;
    case "attachedBlob":
      return attached(value.attachedBlob, attachments);
    case "attachedGraph":
      return attached(value.attachedGraph, attachments);
    default:
      throw new ProtocolError(`a value of kind ${value.which} has no bytes`);
  }
}

function attached(position: number, attachments: readonly Uint8Array[]): Uint8Array {
  const bytes = attachments[position];
  if (bytes === undefined) throw new ProtocolError(`a frame has no attachment ${position}`);
  return bytes;
}
