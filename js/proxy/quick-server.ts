import { QuickEnd, ValueTag } from "#vocabulary";
import type { QuickQuestions } from "../kernel/kernel-module.ts";
import type { Conversion } from "./conversion.ts";
import { type Frames, SLOT_BYTES } from "./frame.ts";
import { Missing } from "./object-reply.ts";
import type { ObjectServer } from "./object-server.ts";
import { getAttribute, setAttribute } from "./ops/attributes.ts";
import { getIndexed } from "./ops/items.ts";
import { QUICK_ENDED } from "./quick-codes.ts";

// Any object is asked.
type AnyObject = any;

const MISS = QUICK_ENDED | QuickEnd.miss;
const NO_ITEM = QUICK_ENDED | QuickEnd.noItem;

/**
 * Serves the questions that have a short way. Their arguments are immediate values and objects of this side, so that
 * nothing is borrowed; what an answer needs beyond its value, `ObjectServer` does.
 */
export class QuickServer implements QuickQuestions {
  readonly #frames: Frames;
  readonly #conversion: Conversion;
  readonly #server: ObjectServer;
  /** Attribute names by the kernel's numbers. */
  readonly #names: string[] = [""];

  constructor(frames: Frames, conversion: Conversion, server: ObjectServer) {
    this.#frames = frames;
    this.#conversion = conversion;
    this.#server = server;
  }

  name(number: number, frame: number): number {
    this.#frames.revalidate();
    this.#names[number] = this.#conversion.readText(frame >>> 0);
    return number;
  }

  call(index: number, generation: number, frame: number, count: number, isBound: number): number {
    this.#frames.revalidate();
    const slot = frame >>> 0;
    try {
      const callee = this.#server.find(index, generation >>> 0) as AnyObject;
      const result =
        isBound !== 0 ? this.#callBound(callee, slot, count) : this.#callWith(callee, slot, count);
      return Object(result) === result
        ? this.#server.answerCall(slot, result)
        : this.#answer(slot, result);
    } catch (error) {
      return this.#server.fail(slot, error);
    }
  }

  get(index: number, generation: number, frame: number, name: number): number {
    this.#frames.revalidate();
    const slot = frame >>> 0;
    try {
      const object = this.#server.find(index, generation >>> 0);
      const value = getAttribute(object, this.#names[name] as string);
      return value instanceof Missing ? MISS : this.#answer(slot, value);
    } catch (error) {
      return this.#server.fail(slot, error);
    }
  }

  set(index: number, generation: number, frame: number, name: number): number {
    this.#frames.revalidate();
    const slot = frame >>> 0;
    try {
      const object = this.#server.find(index, generation >>> 0) as AnyObject;
      const value = this.#conversion.read(slot);
      setAttribute(object, this.#names[name] as string, value);
      return ValueTag.undefined;
    } catch (error) {
      return this.#server.fail(slot, error);
    }
  }

  item(index: number, generation: number, frame: number, position: number): number {
    this.#frames.revalidate();
    const slot = frame >>> 0;
    try {
      const value = getIndexed(this.#server.find(index, generation >>> 0), position);
      return value instanceof Missing ? NO_ITEM : this.#answer(slot, value);
    } catch (error) {
      return this.#server.fail(slot, error);
    }
  }

  next(index: number, generation: number, frame: number): number {
    this.#frames.revalidate();
    const slot = frame >>> 0;
    try {
      return this.#answer(slot, this.#server.step(index, generation >>> 0));
    } catch (error) {
      return this.#server.fail(slot, error);
    }
  }

  #callBound(callee: AnyObject, slot: number, count: number): unknown {
    const args: unknown[] = [];
    for (let i = 1; i < count; i++) args.push(this.#conversion.read(slot + i * SLOT_BYTES));
    return Reflect.apply(callee, this.#conversion.read(slot), args);
  }

  #callWith(callee: AnyObject, slot: number, count: number): unknown {
    if (count === 0) return callee();
    const first = this.#conversion.read(slot);
    if (count === 1) return callee(first);
    const second = this.#conversion.read(slot + SLOT_BYTES);
    if (count === 2) return callee(first, second);
    const rest: unknown[] = [];
    for (let i = 2; i < count; i++) rest.push(this.#conversion.read(slot + i * SLOT_BYTES));
    return callee(first, second, ...rest);
  }

  /** Writes an answer; gives its code. */
  #answer(slot: number, value: unknown): number {
    if (typeof value === "number") {
      const frames = this.#frames;
      frames.revalidate();
      frames.f64[(slot >>> 3) + 1] = value;
      const tag = Number.isSafeInteger(value) ? ValueTag.int : ValueTag.float;
      frames.u32[slot >>> 2] = tag;
      return tag;
    }
    return value === undefined ? ValueTag.undefined : this.#server.answer(slot, value);
  }
}
