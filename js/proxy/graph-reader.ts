import { GraphKind } from "#vocabulary";
import { readBigInt } from "./big-int.ts";
import { ProtocolError } from "./errors.ts";
import { readBuffer } from "./graph-buffer.ts";
import { GraphCursor } from "./graph-bytes.ts";
import {
  type DictConverter,
  type Filling,
  FillingConvertedDict,
  FillingList,
  FillingMap,
  FillingObject,
  FillingSet,
} from "./graph-containers.ts";
import { releaseRest } from "./graph-skip.ts";
import type { ValueRecords } from "./link.ts";

/** Choices of a deep conversion to JavaScript. */
export interface GraphReading {
  /** Builds what a dict becomes from its `[key, value]` pairs, inner dicts first (TC-toJs.dict_converter). */
  readonly dictConverter?: DictConverter | undefined;
  /** Whether other dicts become maps. Default: what the interpreter's settings say. */
  readonly areMaps?: boolean | undefined;
  /** Makes what stands for a Python object without a conversion. Default: an own proxy. */
  readonly leaf?: ((index: number, generation: number, flags: number) => unknown) | undefined;
}

/**
 * Records -> JavaScript values (TC-toJs). Handles that were not taken over when it fails are released.
 * @throws {ProtocolError} on malformed records
 */
export function readGraph(
  records: Uint8Array,
  values: ValueRecords,
  reading: GraphReading = {},
): unknown {
  return new GraphReader(records, values, reading).read();
}

class GraphReader {
  readonly #cursor: GraphCursor;
  readonly #values: ValueRecords;
  readonly #reading: GraphReading;
  /** What each container became, by its number. */
  readonly #containers: (Filling | { readonly value: unknown })[] = [];
  /** The containers that are being filled, outermost first: no recursion, however deep the value. */
  readonly #open: Filling[] = [];

  constructor(records: Uint8Array, values: ValueRecords, reading: GraphReading) {
    this.#cursor = new GraphCursor(records);
    this.#values = values;
    this.#reading = reading;
  }

  read(): unknown {
    try {
      const value = this.#readAll();
      if (!this.#cursor.isAtEnd) throw new ProtocolError("a graph has records behind its value");
      return value;
    } catch (error) {
      releaseRest(this.#cursor, this.#values);
      throw error;
    }
  }

  #readAll(): unknown {
    const root = new FillingList(1);
    this.#open.push(root);
    while (this.#open.length > 0) {
      const filling = this.#open[this.#open.length - 1] as Filling;
      if (filling.left > 0) {
        filling.left--;
        this.#readValue(filling);
        continue;
      }
      this.#open.pop();
      filling.finish();
      this.#open[this.#open.length - 1]?.add(filling.value);
    }
    return root.value[0];
  }

  #readValue(parent: Filling): void {
    const cursor = this.#cursor;
    const kind = cursor.word();
    switch (kind) {
      case GraphKind.none:
      case GraphKind.undefined:
        return parent.add(undefined);
      case GraphKind.jsNull:
        return parent.add(null);
      case GraphKind.false:
        return parent.add(false);
      case GraphKind.true:
        return parent.add(true);
      case GraphKind.int:
      case GraphKind.float:
        return parent.add(cursor.float());
      case GraphKind.bigInt:
        return parent.add(readBigInt(cursor.blob()));
      case GraphKind.text:
        return parent.add(cursor.text());
      case GraphKind.yours:
        return parent.add(this.#values.objectOf(cursor.word(), cursor.word()));
      case GraphKind.mine:
        return parent.add(this.#readLeaf());
      case GraphKind.ref:
        return this.#readRef(parent);
      case GraphKind.list:
      case GraphKind.tuple:
        return this.#fill(new FillingList(cursor.count(4)));
      case GraphKind.set:
        return this.#fill(new FillingSet(cursor.count(4)));
      case GraphKind.dict:
      case GraphKind.object:
        return this.#fill(this.#newDict(cursor.count(8)));
      case GraphKind.buffer:
        return parent.add(this.#complete(readBuffer(cursor)));
      case GraphKind.ints:
      case GraphKind.floats:
        return parent.add(this.#complete(cursor.floats()));
      default:
        throw new ProtocolError(`a graph has a record of unknown kind ${kind}`);
    }
  }

  #readLeaf(): unknown {
    const index = this.#cursor.word();
    const generation = this.#cursor.word();
    const flags = this.#cursor.word();
    const make = this.#reading.leaf ?? this.#values.proxyOf;
    return make(index, generation, flags);
  }

  #newDict(count: number): Filling {
    const { dictConverter, areMaps = !this.#values.areDictsObjects } = this.#reading;
    if (dictConverter) return new FillingConvertedDict(count, dictConverter);
    return areMaps ? new FillingMap(count) : new FillingObject(count);
  }

  #fill(container: Filling): void {
    this.#containers.push(container);
    this.#open.push(container);
  }

  /** Numbers a container that is read at once. */
  #complete(value: unknown): unknown {
    this.#containers.push({ value });
    return value;
  }

  #readRef(parent: Filling): void {
    const number = this.#cursor.word();
    const container = this.#containers[number];
    if (container === undefined) throw new ProtocolError(`no container ${number} yet`);
    if (container instanceof FillingConvertedDict && !container.isFinished) {
      container.whenFinished(parent.addLater());
    } else {
      parent.add(container.value);
    }
  }
}
