import { TypeFlag } from "#vocabulary";
import { AsyncGeneratorTrait, AsyncIterableTrait, AsyncIteratorTrait } from "./async-iteration.ts";
import { AwaitableTrait } from "./awaitable.ts";
import { BaseTrait } from "./base.ts";
import { BufferTrait } from "./buffer.ts";
import { CallableTrait } from "./callable.ts";
import { ContainsTrait, GetTrait, LengthTrait, SetTrait } from "./container.ts";
import { GeneratorTrait, IterableTrait, IteratorTrait } from "./iteration.ts";
import { MutableSequenceTrait } from "./mutable-sequence.ts";
import { SequenceTrait } from "./sequence.ts";

/** A class whose prototype holds the members of one capability; never instantiated. */
export interface Trait {
  readonly prototype: object;
}

/** Which trait each flag brings (PX-present). Later rows win over earlier ones. */
const TRAITS: readonly (readonly [TypeFlag, Trait])[] = [
  [TypeFlag.hasLength, LengthTrait],
  [TypeFlag.hasGet, GetTrait],
  [TypeFlag.hasSet, SetTrait],
  [TypeFlag.hasContains, ContainsTrait],
  [TypeFlag.iterable, IterableTrait],
  [TypeFlag.iterator, IteratorTrait],
  [TypeFlag.generator, GeneratorTrait],
  [TypeFlag.asyncIterable, AsyncIterableTrait],
  [TypeFlag.asyncIterator, AsyncIteratorTrait],
  [TypeFlag.asyncGenerator, AsyncGeneratorTrait],
  [TypeFlag.awaitable, AwaitableTrait],
  [TypeFlag.buffer, BufferTrait],
  [TypeFlag.callable, CallableTrait],
  [TypeFlag.sequence, SequenceTrait],
  [TypeFlag.mutableSequence, MutableSequenceTrait],
];

/** The traits of a set of type flags, in the order in which their members are laid over each other. */
export function traitsOf(flags: number): Trait[] {
  const chosen = TRAITS.filter(([flag]) => (flags & (1 << flag)) !== 0).map(([, trait]) => trait);
  return [BaseTrait, ...chosen];
}
