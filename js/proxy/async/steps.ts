import { FailureKind, Op } from "#vocabulary";
import { pythonName } from "../attribute-handler.ts";
import { type Keywords, NO_TARGET } from "../link.ts";
import { type PyState, type PyTarget, stateOf, targetOf } from "../py-state.ts";
import type { Answer } from "./answer.ts";
import { known, namedNow } from "./arguments.ts";
import type { AsyncCall } from "./async-link.ts";
import { type AsyncSide, forProgram } from "./async-side.ts";
import { PromisedSource } from "./promised.ts";
import type { Box, CallExtras, Records, Source } from "./source.ts";

/** Where a call starts from: an object, or the answer of an earlier call, and members that lead on from it. */
interface Base {
  readonly target: PyTarget | Answer;
  readonly path: readonly string[];
}

/** A module, or an attribute of one, by its dotted name. */
export function imported(side: AsyncSide, name: string): Source {
  return started(side, { op: Op.importModule, target: NO_TARGET, args: [name] });
}

/** What a call gives. Lazy proxies among its arguments are named if they can be, else waited for. */
export function started(side: AsyncSide, call: AsyncCall): Source {
  const names = Object.keys(call.keywords ?? {});
  const given = [...call.args, ...Object.values(call.keywords ?? {})];
  const values = namedNow(given);
  const callWith = (values: readonly unknown[]): AsyncCall => ({
    ...call,
    args: values.slice(0, call.args.length),
    keywords: keywordsOf(names, values.slice(call.args.length)),
  });
  if (values !== undefined) return new CalledSource(side, side.calls.call(callWith(values)));
  return new PromisedSource(
    side,
    known(given).then((values) => started(side, callWith(values)).settle()),
  );
}

function keywordsOf(names: readonly string[], values: readonly unknown[]): Keywords | undefined {
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

/** Steps from where a call can start. */
abstract class BasedSource implements Source {
  abstract readonly flags: number | undefined;
  abstract readonly argument: Box | undefined;
  readonly side: AsyncSide;

  constructor(side: AsyncSide) {
    this.side = side;
  }

  abstract boxed(): Promise<Box>;
  /** @throws {Error} when there is nothing that a call could start from */
  protected abstract base(): Base;

  async settle(): Promise<unknown> {
    return (await this.boxed()).value;
  }

  ask(op: Op, args: readonly unknown[], extras: CallExtras = {}): Source {
    try {
      return started(this.side, { ...extras, ...this.base(), op, args });
    } catch (error) {
      return new PromisedSource(this.side, Promise.reject(error));
    }
  }

  async step(op: Op, args: readonly unknown[]): Promise<IteratorResult<unknown>> {
    const { done, value } = await this.#ended({ ...this.base(), op, args, form: "step" });
    return { done, value: forProgram(this.side, value) } as IteratorResult<unknown>;
  }

  async records(op: Op, args: readonly unknown[]): Promise<Records> {
    const { done, value } = await this.#ended({ ...this.base(), op, args, form: "records" });
    return { side: this.side, records: value as Uint8Array, done: done === true };
  }

  member(name: string): Source {
    return new MemberSource(this.side, () => this.base(), name);
  }

  call(args: readonly unknown[], extras?: CallExtras): Source {
    return this.ask(Op.call, args, extras);
  }

  async #ended(call: AsyncCall): Promise<IteratorResult<unknown>> {
    const answer = this.side.calls.call(call);
    try {
      return (await answer.value) as IteratorResult<unknown>;
    } finally {
      answer.release();
    }
  }
}

/** The object of a proxy that is known. */
export class ObjectSource extends BasedSource {
  readonly #state: PyState;

  constructor(state: PyState) {
    super(state.life.target.link.async);
    this.#state = state;
  }

  get flags(): number {
    return this.#state.life.target.flags;
  }

  get argument(): Box {
    return { value: this.#state.self };
  }

  async boxed(): Promise<Box> {
    return { value: this.#state.self };
  }

  protected base(): Base {
    return { target: targetOf(this.#state), path: [] };
  }
}

/** What a call gives that has been started. */
class CalledSource extends BasedSource {
  readonly flags = undefined;
  readonly #answer: Answer;
  #boxed: Promise<Box> | undefined;
  #known: Box | undefined;

  constructor(side: AsyncSide, answer: Answer) {
    super(side);
    this.#answer = answer;
  }

  boxed(): Promise<Box> {
    this.#boxed ??= this.#take();
    return this.#boxed;
  }

  /** From then on steps begin with the value. */
  async #take(): Promise<Box> {
    try {
      this.#known = { value: forProgram(this.side, await this.#answer.value) };
      return this.#known;
    } finally {
      this.#answer.release();
    }
  }

  get argument(): Box {
    return this.#known ?? { value: this.#answer };
  }

  protected base(): Base {
    if (this.#known === undefined) return { target: this.#answer, path: [] };
    const state = stateOf(this.#known.value);
    if (state !== undefined) return { target: targetOf(state), path: [] };
    throw new TypeError(
      "the value has crossed as a copy: what is to be asked of Python's own object comes before its `await`",
    );
  }
}

/** What the sync proxy of an object would have under a name. */
class MemberSource extends BasedSource {
  readonly flags = undefined;
  readonly #owner: () => Base;
  readonly #name: string;
  #made: Source | undefined;

  constructor(side: AsyncSide, owner: () => Base, name: string) {
    super(side);
    this.#owner = owner;
    this.#name = name;
  }

  boxed(): Promise<Box> {
    return this.#get().boxed();
  }

  get argument(): Box | undefined {
    return this.#get().argument;
  }

  /** One call, as of a method. */
  override call(args: readonly unknown[], extras: CallExtras = {}): Source {
    if (this.#made !== undefined) return this.#made.call(args, extras);
    // Of what has items `get` gives undefined for those it has not (PX-get).
    const absent = this.#name === "get" ? FailureKind.noItem : extras.absent;
    const op = this.#isForced ? Op.callMethod : Op.callMember;
    return this.#ofOwner(op, args, { ...extras, absent });
  }

  /** A step of the path, where it can be one; else the answer of a call of its own. */
  protected base(): Base {
    if (this.#made === undefined && !this.#isForced && isUtf8(this.#name)) {
      const { target, path } = this.#owner();
      return { target, path: [...path, this.#name] };
    }
    const { argument } = this.#get();
    if (argument === undefined) throw new TypeError("the object is not known");
    const state = stateOf(argument.value);
    return { target: state === undefined ? (argument.value as Answer) : targetOf(state), path: [] };
  }

  /** Made once, however often it is asked for. */
  #get(): Source {
    this.#made ??= this.#ofOwner(this.#isForced ? Op.getAttr : Op.getMember, [], {
      absent: FailureKind.noAttribute,
    });
    return this.#made;
  }

  #ofOwner(op: Op, args: readonly unknown[], extras: CallExtras): Source {
    try {
      const values = [pythonName(this.#name), ...args];
      return started(this.side, { ...extras, ...this.#owner(), op, args: values });
    } catch (error) {
      return new PromisedSource(this.side, Promise.reject(error));
    }
  }

  /** A `$` in front forces Python's attribute (PX-attr.dollar). */
  get #isForced(): boolean {
    return this.#name.startsWith("$");
  }
}

function isUtf8(name: string): boolean {
  return !/[\ud800-\udfff]/u.test(name);
}
