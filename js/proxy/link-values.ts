import { TypeFlag } from "#vocabulary";
import type { Link, ValueRecords } from "./link.ts";
import { objectFlags } from "./object-flags.ts";
import type { Handle, ObjectTable } from "./object-table.ts";
import type { PyProxyFactory } from "./py-proxy.ts";
import { hasFlag, type PyState, PyTarget, stateOf } from "./py-state.ts";

/** Objects as handles, and handles as objects, for one link. */
export class LinkValues implements ValueRecords {
  readonly #link: Link;
  readonly #objects: ObjectTable;
  readonly #proxies: PyProxyFactory;

  constructor(link: Link, objects: ObjectTable, proxies: PyProxyFactory) {
    this.#link = link;
    this.#objects = objects;
    this.#proxies = proxies;
  }

  exportObject(object: unknown): { index: number; generation: number; flags: number } {
    const index = this.#objects.insert(object, this.#flagsOf);
    return {
      index,
      generation: this.#objects.generationOf(index),
      flags: this.#objects.flagsOf(index),
    };
  }

  unexport(handle: Handle): void {
    this.#objects.release(handle.index, handle.generation, 1);
  }

  get isNullNone(): boolean {
    return this.#link.settings.isNullNone;
  }

  get areDictsObjects(): boolean {
    return this.#link.settings.areDictsObjects;
  }

  owns(state: PyState): boolean {
    return state.life.target.link === this.#link;
  }

  discard(index: number, generation: number): void {
    this.#link.release({ index, generation }, 1);
  }

  objectOf(index: number, generation: number): unknown {
    return this.#objects.find(index, generation);
  }

  // Properties, since graph readers take them as functions.
  readonly proxyOf = (index: number, generation: number, flags: number): object =>
    this.#proxies.makeOwn(new PyTarget(this.#link, index, generation, flags));

  readonly borrow = (index: number, generation: number, flags: number): object =>
    this.#proxies.make(new PyTarget(this.#link, index, generation, flags));

  /** A proxy's flags are known without asking its object (JP-double). */
  readonly #flagsOf = (object: unknown): number => {
    const state = stateOf(object);
    if (state === undefined || !this.owns(state)) return objectFlags(object);
    const callable = hasFlag(state, TypeFlag.callable) ? 1 << TypeFlag.callable : 0;
    return (1 << TypeFlag.jsProxyOfPython) | callable;
  };
}
