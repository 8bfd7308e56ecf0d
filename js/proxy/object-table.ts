import { Births } from "./births.ts";
import { LimitPassed, ProtocolError, StaleHandle } from "./errors.ts";

/** Stands for an object on the other side. All zero is never issued. */
export interface Handle {
  readonly index: number;
  readonly generation: number;
}

/** One row. The generation is advanced by the last release; a row that would wrap is retired. */
interface Row {
  object: unknown;
  generation: number;
  /** Sent to the kernel and not yet released by it; 0: the row is free. */
  references: number;
  /** Bits of TypeFlag, decided when the object was inserted (JP-*: presence is decided when the proxy is made). */
  flags: number;
}

const MAX_GENERATION = 0xffffffff;

/**
 * The JavaScript objects that the kernel holds: one row an object, whatever number of times it was sent. The twin of
 * the kernel's HandleTable, with the same rules: a stale handle is an error and never another object, each insert is
 * one introduction that is given back by `release` in any grouping, and the same object inserted twice has one handle.
 */
export class ObjectTable {
  /** When the rows were first used for what they hold. */
  readonly births = new Births();
  readonly #rows: Row[] = [{ object: undefined, generation: 0, references: 0, flags: 0 }];
  readonly #rowOf = new Map<unknown, number>();
  readonly #free: number[] = [];
  readonly #maxHandles: number;

  /** @param maxHandles rows beyond this fail `insert` */
  constructor(maxHandles = 1 << 24) {
    this.#maxHandles = maxHandles;
  }

  /** Number of live rows. */
  get size(): number {
    return this.#rowOf.size;
  }

  /**
   * The row of `object`, with one more reference counted. `flagsOf` is asked only for an object that has no row.
   * @throws {LimitPassed} when the table is full
   */
  insert(object: unknown, flagsOf: (object: unknown) => number): number {
    const known = this.#rowOf.get(object);
    if (known !== undefined) {
      (this.#rows[known] as Row).references++;
      return known;
    }
    // Asked first: it may run the program's getters, which may insert the object themselves.
    const flags = flagsOf(object);
    if (this.#rowOf.has(object)) return this.insert(object, flagsOf);
    if (this.#rowOf.size >= this.#maxHandles) {
      throw new LimitPassed(`Python holds ${this.#maxHandles} JavaScript objects, the limit`);
    }
    const index = this.#free.pop() ?? this.#rows.length;
    const row = this.#rows[index];
    if (row === undefined) this.#rows.push({ object, generation: 1, references: 1, flags });
    else Object.assign(row, { object, references: 1, flags });
    this.#rowOf.set(object, index);
    this.births.note(index, this.generationOf(index));
    return index;
  }

  generationOf(index: number): number {
    return (this.#rows[index] as Row).generation;
  }

  flagsOf(index: number): number {
    return (this.#rows[index] as Row).flags;
  }

  /** @throws {StaleHandle} when the handle was released, or never issued */
  find(index: number, generation: number): unknown {
    return this.#live(index, generation).object;
  }

  /**
   * Gives back `count` references.
   * @throws {StaleHandle} as `find`
   * @throws {ProtocolError} when more is released than was sent; nothing is released then
   */
  release(index: number, generation: number, count: number): void {
    const row = this.#live(index, generation);
    if (count > row.references) {
      throw new ProtocolError(`release of ${count} references where ${row.references} were sent`);
    }
    row.references -= count;
    if (row.references > 0) return;
    this.#rowOf.delete(row.object);
    row.object = undefined;
    if (row.generation === MAX_GENERATION) return;
    row.generation++;
    this.#free.push(index);
  }

  /** Every live row, in index order. */
  *entries(): Generator<{ index: number; object: unknown; references: number }> {
    for (const [index, row] of this.#rows.entries()) {
      if (row.references > 0) yield { index, object: row.object, references: row.references };
    }
  }

  #live(index: number, generation: number): Row {
    const row = this.#rows[index];
    if (row === undefined || row.generation !== generation || row.references === 0) {
      throw new StaleHandle(`no JavaScript object has the handle ${index}:${generation}`);
    }
    return row;
  }
}
