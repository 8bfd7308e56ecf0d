import { GraphKind } from "#vocabulary";
import type { Parts } from "../wire/parts.ts";
import { bigIntBytes } from "./big-int.ts";
import { bytesOf, LETTER_OF_ARRAY } from "./buffer-format.ts";
import { GraphBytes } from "./graph-bytes.ts";
import { immutableKey, keyConflict } from "./graph-keys.ts";
import type { ValueRecords } from "./link.ts";
import { typedArrayName } from "./object-flags.ts";
import { stateOf, targetOf } from "./py-state.ts";

/** Choices of a deep conversion to Python. */
export interface GraphWriting {
  /** Container levels to convert; negative: all (TC-toPy.depth). */
  readonly depth: number;
  /** What stands for an object without a conversion, given the levels left. Default: the object itself (TC-toPy.default). */
  readonly leaf?: ((object: object, depth: number) => unknown) | undefined;
}

/** Values still to be written, outermost container first: no recursion, however deep the value. */
interface Pending {
  readonly values: readonly unknown[];
  next: number;
  readonly depth: number;
}

/**
 * JavaScript values -> records (TC-toPy). Those of long buffers are views of them, so nothing may change them before they are read.
 * @throws {Error} for keys that Python cannot have (TC-toPy.keys, TC-toPy.boolInt), and what getters and the leaf
 *   function throw; then nothing stays exported
 */
export function writeGraph(value: unknown, values: ValueRecords, writing: GraphWriting): Parts {
  const writer = new GraphWriter(values, writing);
  try {
    return writer.write(value);
  } catch (error) {
    writer.takeBack();
    throw error;
  }
}

class GraphWriter {
  readonly #out = new GraphBytes();
  readonly #values: ValueRecords;
  readonly #writing: GraphWriting;
  readonly #numbers = new Map<object, number>();
  readonly #pending: Pending[] = [];
  readonly #exported: { index: number; generation: number }[] = [];

  constructor(values: ValueRecords, writing: GraphWriting) {
    this.#values = values;
    this.#writing = writing;
  }

  write(value: unknown): Parts {
    this.#pending.push({ values: [value], next: 0, depth: this.#writing.depth });
    while (this.#pending.length > 0) {
      const pending = this.#pending[this.#pending.length - 1] as Pending;
      if (pending.next < pending.values.length) {
        this.#writeValue(pending.values[pending.next++], pending.depth);
      } else {
        this.#pending.pop();
      }
    }
    return this.#out.written;
  }

  takeBack(): void {
    for (const handle of this.#exported) this.#values.unexport(handle);
  }

  #writeValue(value: unknown, depth: number): void {
    switch (typeof value) {
      case "undefined":
        return this.#out.kind(GraphKind.undefined);
      case "boolean":
        return this.#out.kind(value ? GraphKind.true : GraphKind.false);
      case "number":
        this.#out.kind(Number.isSafeInteger(value) ? GraphKind.int : GraphKind.float);
        return this.#out.float(value);
      case "string":
        this.#out.kind(GraphKind.text);
        return this.#out.text(value);
      case "bigint":
        this.#out.kind(GraphKind.bigInt);
        return this.#out.blob(bigIntBytes(value));
      case "symbol":
        return this.#writeHandle(value);
      default:
        if (value === null) return this.#writeNull();
        return this.#writeObject(value as object, depth);
    }
  }

  #writeNull(): void {
    this.#out.kind(this.#values.isNullNone ? GraphKind.none : GraphKind.jsNull);
  }

  #writeObject(object: object, depth: number): void {
    if (depth === 0 || stateOf(object) !== undefined) return this.#writeHandle(object);
    const number = this.#numbers.get(object);
    if (number !== undefined) {
      this.#out.kind(GraphKind.ref);
      return this.#out.word(number);
    }
    if (Array.isArray(object)) return this.#writeArray(object, depth);
    if (isBuffer(object)) return this.#writeBuffer(object);
    const tag = Object.prototype.toString.call(object);
    if (object instanceof Map || tag === "[object Map]") return this.#writeMap(object, depth);
    if (object instanceof Set || tag === "[object Set]") return this.#writeSet(object, depth);
    if (tag === "[object Object]" && isPlain(object)) return this.#writePlain(object, depth);
    return this.#writeLeaf(object, depth);
  }

  #writeArray(array: readonly unknown[], depth: number): void {
    const kind = numbersKind(array);
    this.#begin(array, kind, array.length);
    if (kind === GraphKind.list) this.#push(Array.from(array), depth);
    else this.#out.floats(array as number[]);
  }

  #writeMap(map: object, depth: number): void {
    const entries = Array.from(map as Map<unknown, unknown>);
    const keys = entries.map(([key]) => immutableKey(key, "dict"));
    const conflict = keyConflict(keys, "Map");
    if (conflict) throw conflict;
    this.#begin(map, GraphKind.dict, entries.length);
    this.#push(entries.flat(1), depth);
  }

  #writeSet(set: object, depth: number): void {
    const items = Array.from(set as Set<unknown>, (item) => immutableKey(item, "set"));
    const conflict = keyConflict(items, "Set");
    if (conflict) throw conflict;
    this.#begin(set, GraphKind.set, items.length);
    this.#push(items, depth);
  }

  #writePlain(object: object, depth: number): void {
    const entries = Object.entries(object);
    const parts: unknown[] = [];
    for (const [key, value] of entries) parts.push(key, value);
    this.#begin(object, GraphKind.object, entries.length);
    this.#push(parts, depth);
  }

  #writeBuffer(buffer: ArrayBufferView | ArrayBufferLike): void {
    const name = typedArrayName(buffer);
    const letter = (name && LETTER_OF_ARRAY[name]) || "B";
    this.#number(buffer);
    this.#out.kind(GraphKind.buffer);
    this.#out.word(letter.charCodeAt(0));
    this.#out.word(name === undefined ? 1 : (buffer as Uint8Array).BYTES_PER_ELEMENT);
    this.#out.blob(bytesOf(buffer));
  }

  #writeLeaf(object: object, depth: number): void {
    const { leaf } = this.#writing;
    if (leaf === undefined) return this.#writeHandle(object);
    const converted = leaf(object, depth);
    // What the converter gives is converted implicitly: an object in it stays an object (TC-toPy.default).
    if (Object(converted) === converted) this.#writeHandle(converted as object);
    else this.#writeValue(converted, 0);
  }

  /** A PyProxy goes home, everything else stays an object of this side. */
  #writeHandle(object: object | symbol): void {
    const state = stateOf(object);
    if (state !== undefined && !state.isRoundtrip && this.#values.owns(state)) {
      const target = targetOf(state);
      this.#out.kind(GraphKind.yours);
      this.#out.word(target.index);
      return this.#out.word(target.generation);
    }
    const handle = this.#values.exportObject(object);
    this.#exported.push(handle);
    this.#out.kind(GraphKind.mine);
    this.#out.word(handle.index);
    this.#out.word(handle.generation);
    this.#out.word(handle.flags);
  }

  #begin(container: object, kind: GraphKind, count: number): void {
    this.#number(container);
    this.#out.kind(kind);
    this.#out.word(count);
  }

  #number(container: object): void {
    this.#numbers.set(container, this.#numbers.size);
  }

  #push(values: readonly unknown[], depth: number): void {
    this.#pending.push({ values, next: 0, depth: depth - 1 });
  }
}

/** Whether an array is all safe integers, all numbers, or a list of anything. An empty one is a list. */
function numbersKind(array: readonly unknown[]): GraphKind {
  if (array.length === 0) return GraphKind.list;
  let kind: GraphKind = GraphKind.ints;
  for (let i = 0; i < array.length; i++) {
    const item = array[i];
    if (typeof item !== "number") return GraphKind.list;
    if (Number.isSafeInteger(item)) {
      if (kind === GraphKind.floats) return GraphKind.list;
    } else if (i > 0 && kind === GraphKind.ints) {
      return GraphKind.list;
    } else {
      kind = GraphKind.floats;
    }
  }
  return kind;
}

function isBuffer(object: object): object is ArrayBufferView | ArrayBufferLike {
  if (ArrayBuffer.isView(object) || object instanceof ArrayBuffer) return true;
  return typeof SharedArrayBuffer !== "undefined" && object instanceof SharedArrayBuffer;
}

/** TC-toPy: constructor absent or named "Object". */
function isPlain(object: object): boolean {
  const { constructor } = object;
  return constructor === undefined || constructor?.name === "Object";
}
