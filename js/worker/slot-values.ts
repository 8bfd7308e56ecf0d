import type { Value } from "#protocol";
import { ValueTag } from "#vocabulary";
import { Conversion } from "../proxy/conversion.ts";
import { ProtocolError } from "../proxy/errors.ts";
import type { Frames } from "../proxy/frame.ts";
import { bytesIn } from "../proxy/message-conversion.ts";
import { NO_OBJECTS } from "../proxy/no-objects.ts";

const MAX_INLINE_BYTES = 1 << 12;

/** Values of messages <-> slots of call frames: the same values in another layout. No object is looked at. */
export class SlotValues {
  readonly #frames: Frames;
  readonly #conversion: Conversion;

  constructor(frames: Frames) {
    this.#frames = frames;
    this.#conversion = new Conversion(frames, NO_OBJECTS);
  }

  write(slot: number, value: Value, attachments: readonly Uint8Array[], allocated: number[]): void {
    switch (value.which) {
      case "none":
      case "jsNull":
      case "undefined":
      case "absent":
        return this.#words(slot, ValueTag[value.which], 0, 0, 0);
      case "bool":
        return this.#words(slot, ValueTag.bool, value.bool ? 1 : 0, 0, 0);
      case "int":
      case "float":
        this.#frames.u32[slot >>> 2] = ValueTag[value.which];
        this.#frames.f64[(slot >>> 3) + 1] = value.which === "int" ? value.int : value.float;
        return;
      case "text":
        return this.#conversion.writeText(slot, value.text, allocated);
      case "bigInt":
        return this.#conversion.writeBytes(slot, ValueTag.bigInt, value.bigInt, allocated);
      case "blob":
      case "attachedBlob":
        return this.#bytes(slot, ValueTag.blob, value, attachments, allocated);
      case "graph":
      case "attachedGraph":
        return this.#bytes(slot, ValueTag.graph, value, attachments, allocated);
      case "yours":
        return this.#words(slot, ValueTag.yours, 0, value.index, value.generation);
      case "mine":
        return this.#words(slot, ValueTag.mine, value.flags, value.index, value.generation);
      default:
        throw new ProtocolError(`a value of kind ${value.which} cannot be received here`);
    }
  }

  read(slot: number, attachments: Uint8Array[]): Value {
    const { u32, f64 } = this.#frames;
    const at = slot >>> 2;
    const [aux, low, high] = [u32[at + 1], u32[at + 2], u32[at + 3]] as [number, number, number];
    switch (u32[at]) {
      case ValueTag.none:
        return { which: "none" };
      case ValueTag.jsNull:
        return { which: "jsNull" };
      case ValueTag.undefined:
        return { which: "undefined" };
      case ValueTag.absent:
        return { which: "absent" };
      case ValueTag.bool:
        return { which: "bool", bool: aux !== 0 };
      case ValueTag.int:
        return { which: "int", int: f64[(slot >>> 3) + 1] as number };
      case ValueTag.float:
        return { which: "float", float: f64[(slot >>> 3) + 1] as number };
      case ValueTag.text:
        return { which: "text", text: this.#conversion.readText(slot) };
      case ValueTag.bigInt:
        return { which: "bigInt", bigInt: this.#conversion.readBytes(slot) };
      case ValueTag.blob: {
        const bytes = this.#conversion.readBytes(slot);
        if (bytes.length <= MAX_INLINE_BYTES) return { which: "blob", blob: bytes };
        attachments.push(bytes);
        return { which: "attachedBlob", attachedBlob: attachments.length - 1 };
      }
      case ValueTag.graph: {
        const bytes = this.#conversion.readBytes(slot);
        if (bytes.length <= MAX_INLINE_BYTES) return { which: "graph", graph: bytes };
        attachments.push(bytes);
        return { which: "attachedGraph", attachedGraph: attachments.length - 1 };
      }
      case ValueTag.yours:
        return { which: "yours", index: low, generation: high };
      case ValueTag.mine:
        return { which: "mine", index: low, generation: high, flags: aux };
      default:
        throw new ProtocolError(`a slot has the unknown tag ${u32[at]}`);
    }
  }

  #bytes(
    slot: number,
    tag: ValueTag,
    value: Value,
    attachments: readonly Uint8Array[],
    allocated: number[],
  ): void {
    this.#conversion.writeBytes(slot, tag, bytesIn(value, attachments), allocated);
  }

  #words(slot: number, tag: ValueTag, aux: number, low: number, high: number): void {
    const { u32 } = this.#frames;
    const at = slot >>> 2;
    u32[at] = tag;
    u32[at + 1] = aux;
    u32[at + 2] = low;
    u32[at + 3] = high;
  }
}
