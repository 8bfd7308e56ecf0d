import type { Op } from "#vocabulary";
import { stateOf } from "../py-state.ts";
import type { AsyncSide } from "./async-side.ts";
import type { Box, CallExtras, Records, Source } from "./source.ts";

type AnyFunction = (...args: unknown[]) => unknown;

/** What a promise will give: its steps wait for it. */
export class PromisedSource implements Source {
  readonly flags = undefined;
  readonly argument = undefined;
  readonly side: AsyncSide;
  readonly #promise: Promise<unknown>;

  constructor(side: AsyncSide, promise: Promise<unknown>) {
    this.side = side;
    this.#promise = promise;
  }

  settle(): Promise<unknown> {
    return this.#promise;
  }

  async boxed(): Promise<Box> {
    return { value: await this.settle() };
  }

  ask(op: Op, args: readonly unknown[], extras?: CallExtras): Source {
    return new PromisedSource(
      this.side,
      this.#object().then((object) => object.ask(op, args, extras).settle()),
    );
  }

  async step(op: Op, args: readonly unknown[]): Promise<IteratorResult<unknown>> {
    return (await this.#object()).step(op, args);
  }

  async records(op: Op, args: readonly unknown[]): Promise<Records> {
    return (await this.#object()).records(op, args);
  }

  member(name: string): Source {
    return new PromisedMember(this.side, this.settle(), name);
  }

  call(args: readonly unknown[], { keywords }: CallExtras = {}): Source {
    return new PromisedSource(
      this.side,
      this.settle().then((value) => {
        const callable = value as AnyFunction & { callKwargs: AnyFunction };
        return keywords === undefined ? callable(...args) : callable.callKwargs(...args, keywords);
      }),
    );
  }

  async #object(): Promise<Source> {
    const state = stateOf(await this.settle());
    if (state === undefined) throw new TypeError("the value is no Python object");
    return state.life.target.link.async.sourceOf(state);
  }
}

/** A property of what a promise will give. */
class PromisedMember extends PromisedSource {
  readonly #owner: Promise<unknown>;
  readonly #name: string;
  #settled: Promise<unknown> | undefined;

  constructor(side: AsyncSide, owner: Promise<unknown>, name: string) {
    super(side, owner);
    this.#owner = owner;
    this.#name = name;
  }

  override settle(): Promise<unknown> {
    this.#settled ??= this.#owner.then((owner) => propertyOf(owner, this.#name));
    return this.#settled;
  }

  override call(args: readonly unknown[]): Source {
    return new PromisedSource(
      this.side,
      this.#owner.then((owner) =>
        Reflect.apply(propertyOf(owner, this.#name) as AnyFunction, owner, [...args]),
      ),
    );
  }
}

function propertyOf(owner: unknown, name: string): unknown {
  return (owner as Record<string, unknown>)[name];
}
