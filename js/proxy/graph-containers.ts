import { converterFailed, keyCollision } from "./conversion-errors.ts";
import { LiteralMap } from "./literal-map.ts";

/** A container that is being filled with values. */
export interface Filling {
  /** Values still to come. */
  left: number;
  readonly value: unknown;
  add(value: unknown): void;
  /** Keeps the place of a value that is not known yet; the result fills it in. */
  addLater(): (value: unknown) => void;
  finish(): void;
}

export type DictConverter = (pairs: [unknown, unknown][]) => unknown;

export class FillingList implements Filling {
  readonly value: unknown[] = [];
  left: number;

  constructor(count: number) {
    this.left = count;
  }

  add(value: unknown): void {
    this.value.push(value);
  }

  addLater(): (value: unknown) => void {
    const index = this.value.push(undefined) - 1;
    return (value) => {
      this.value[index] = value;
    };
  }

  finish(): void {}
}

export class FillingSet implements Filling {
  readonly value = new Set<unknown>();
  left: number;

  constructor(count: number) {
    this.left = count;
  }

  add(value: unknown): void {
    this.value.add(value);
  }

  addLater(): (value: unknown) => void {
    return (value) => this.value.add(value);
  }

  finish(): void {}
}

/** Takes key, value, key, value. */
abstract class FillingPairs implements Filling {
  abstract readonly value: unknown;
  left: number;
  #isKey = true;
  #key: unknown;

  constructor(count: number) {
    this.left = count * 2;
  }

  add(value: unknown): void {
    if (this.#isKey) this.#key = value;
    else this.addPair(this.#key, value);
    this.#isKey = !this.#isKey;
  }

  addLater(): (value: unknown) => void {
    const key = this.#key;
    this.add(undefined);
    return (value) => this.replace(key, value);
  }

  abstract addPair(key: unknown, value: unknown): void;
  abstract replace(key: unknown, value: unknown): void;
  abstract finish(): void;
}

/** A dict as what it becomes by default (D-1). */
export class FillingMap extends FillingPairs {
  readonly value = new LiteralMap();

  addPair(key: unknown, value: unknown): void {
    this.value.set(key, value);
  }

  replace(key: unknown, value: unknown): void {
    this.value.set(key, value);
  }

  finish(): void {}
}

/** A dict as a plain object: two keys must not be one property (TC-toJs.collision). */
export class FillingObject extends FillingPairs {
  readonly value: Record<string, unknown> = {};

  addPair(key: unknown, value: unknown): void {
    const name = String(key);
    if (name in this.value) throw keyCollision(name);
    this.value[name] = value;
  }

  replace(key: unknown, value: unknown): void {
    this.value[String(key)] = value;
  }

  finish(): void {}
}

/** An object of pairs as a dict becomes one by default. */
export function objectOfPairs(pairs: readonly [unknown, unknown][]): object {
  const filling = new FillingObject(pairs.length);
  for (const [key, value] of pairs) filling.addPair(key, value);
  return filling.value;
}

/** In what a converter made of a dict: an entry of a Map, a property of another object (TC-toJs.sharedConv). */
export function setEntry(container: unknown, key: unknown, value: unknown): void {
  if (container instanceof Map) container.set(key, value);
  else if (Object(container) === container) Reflect.set(container as object, String(key), value);
}

/** A dict that the program's converter makes something of. What refers to it from inside waits (TC-toJs.sharedConv). */
export class FillingConvertedDict extends FillingPairs {
  value: unknown;
  isFinished = false;
  readonly #convert: DictConverter;
  readonly #pairs: [unknown, unknown][] = [];
  readonly #waiting: ((value: unknown) => void)[] = [];

  constructor(count: number, convert: DictConverter) {
    super(count);
    this.#convert = convert;
  }

  addPair(key: unknown, value: unknown): void {
    this.#pairs.push([key, value]);
  }

  replace(key: unknown, value: unknown): void {
    setEntry(this.value, key, value);
  }

  whenFinished(settle: (value: unknown) => void): void {
    this.#waiting.push(settle);
  }

  finish(): void {
    try {
      this.value = this.#convert(this.#pairs);
    } catch (error) {
      throw converterFailed(error);
    }
    this.isFinished = true;
    for (const settle of this.#waiting) settle(this.value);
  }
}
