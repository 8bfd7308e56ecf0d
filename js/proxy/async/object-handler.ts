import { FailureKind, Op, TypeFlag } from "#vocabulary";
import { FUNCTION_NAMES } from "../attribute-handler.ts";
import { callArguments } from "../call.ts";
import { type HandlerTarget, STATE } from "../handler-target.ts";
import { openBufferLater } from "../py-buffer.ts";
import type { ProxyKind } from "../py-proxy.ts";
import { DESTROYED, type PyState, stateOf, targetOf } from "../py-state.ts";
import { PythonError } from "../python-error.ts";
import { sent } from "../traits/iteration.ts";
import { takePromiseLater } from "./awaiting.ts";
import { asyncSteps, awaitedStep } from "./iteration.ts";
import { deleteMember, lazy, setMember } from "./lazy.ts";
import { BASE_MEMBERS, CALLABLE_MEMBERS, syncUnavailable } from "./members.ts";
import { MUTABLE_SEQUENCE_METHODS, SEQUENCE_METHODS } from "./sequence.ts";
import type { Source } from "./source.ts";
import { imported, ObjectSource } from "./steps.ts";

/** A member of proxies of one kind: gets the proxy's state, and the object. */
type ObjectMember = (source: Source, state: PyState) => unknown;
type Members = ReadonlyMap<string, ObjectMember>;

const map = (entries: Record<string, ObjectMember>): Members => new Map(Object.entries(entries));

/** A method that is one op. */
const asked =
  (op: Op, absent?: FailureKind): ObjectMember =>
  (source) =>
  (...args: unknown[]) =>
    lazy(source.ask(op, args, { absent }));

const methods = (
  table: ReadonlyMap<string, (source: Source, args: unknown[]) => unknown>,
): Members =>
  new Map(
    [...table].map(([name, run]) => [
      name,
      (source) =>
        (...args: unknown[]) =>
          run(source, args),
    ]),
  );

/** A step of an iterator. */
const step =
  (op: Op): ObjectMember =>
  (source) =>
  (...args: unknown[]) =>
    source.step(op, sent(args));

/** One step of an asynchronous generator: what ends it is a result (PX-returnAsync). */
const asyncReturn: ObjectMember = (source, state) => async (value?: unknown) => {
  const exit = imported(targetOf(state).link.async, "builtins.GeneratorExit");
  try {
    return await awaitedStep(source, Op.callMethod, ["athrow", await exit.settle()]);
  } catch (error) {
    if (error instanceof PythonError && error.type === "GeneratorExit")
      return { done: true, value };
    throw error;
  }
};

/** Which members each flag brings (PX-present). Later rows win over earlier ones. */
const ROWS: readonly (readonly [TypeFlag, Members])[] = [
  [TypeFlag.hasLength, map({ length: (source) => lazy(source.ask(Op.length, [])) })],
  [TypeFlag.hasGet, map({ get: asked(Op.getItem, FailureKind.noItem), asJsJson: noJsonView })],
  [TypeFlag.hasSet, map({ set: asked(Op.setItem), delete: asked(Op.delItem) })],
  [TypeFlag.hasContains, map({ has: asked(Op.contains) })],
  [TypeFlag.iterator, map({ next: step(Op.next) })],
  [
    TypeFlag.generator,
    map({
      return: (source) => (value?: unknown) => source.step(Op.close, [value]),
      throw: (source) => (error?: unknown) => source.step(Op.throwInto, [error]),
    }),
  ],
  [
    TypeFlag.asyncIterator,
    map({
      next:
        (source) =>
        (...args: unknown[]) =>
          awaitedStep(source, Op.anext, sent(args)),
    }),
  ],
  [
    TypeFlag.asyncGenerator,
    map({
      return: asyncReturn,
      throw: (source) => (error: unknown) => awaitedStep(source, Op.callMethod, ["athrow", error]),
    }),
  ],
  [
    TypeFlag.awaitable,
    map({
      then: (_source, state) => (fulfilled: never, rejected: never) =>
        takePromiseLater(state).then(fulfilled, rejected),
      catch: (_source, state) => (rejected: never) => takePromiseLater(state).catch(rejected),
      finally: (_source, state) => (done: never) => takePromiseLater(state).finally(done),
    }),
  ],
  [
    TypeFlag.buffer,
    map({
      getBuffer: (_source, state) => (type?: string) => openBufferLater(targetOf(state), type),
    }),
  ],
  [
    TypeFlag.callable,
    new Map<string, ObjectMember>([
      ...CALLABLE_MEMBERS,
      [
        "bind",
        (_source, state) =>
          (thisArg: unknown, ...args: unknown[]) =>
            bound(state, thisArg, args),
      ],
      [
        "captureThis",
        (_source, state) => () => alias(state, { ...state.binding, capturesThis: true }),
      ],
    ]),
  ],
  [TypeFlag.sequence, methods(SEQUENCE_METHODS)],
  [TypeFlag.mutableSequence, methods(MUTABLE_SEQUENCE_METHODS)],
];

function noJsonView(): () => never {
  return () => {
    throw syncUnavailable("asJsJson is a view that is read as it is used; `toJs` gives a copy");
  };
}

/** PX-bind */
function bound(state: PyState, thisArg: unknown, args: readonly unknown[]): object {
  const { capturesThis, hasBoundThis, boundThis, boundArgs } = state.binding;
  return alias(state, {
    capturesThis,
    hasBoundThis: true,
    boundThis: hasBoundThis ? boundThis : thisArg,
    boundArgs: [...boundArgs, ...args],
  });
}

function alias(state: PyState, binding: PyState["binding"]): object {
  return targetOf(state).link.async.proxies.alias(state, binding);
}

/** Names that some proxies have, and others not. */
export const CONDITIONAL_NAMES: ReadonlySet<string> = new Set(
  ROWS.flatMap(([, members]) => [...members.keys()]),
);

/** What an async proxy of a known object does (BY-async). */
class ObjectHandler implements ProxyHandler<HandlerTarget> {
  readonly #members: Members;
  readonly #isCallable: boolean;

  constructor(members: Members, isCallable: boolean) {
    this.#members = members;
    this.#isCallable = isCallable;
  }

  get(target: HandlerTarget, key: PropertyKey): unknown {
    const state = target[STATE];
    const source = sourceOf(state);
    if (Object.hasOwn(target, key) && isFree(key)) return target[key];
    if (typeof key === "symbol") return symbolOf(source, state, key);
    const member = this.#members.get(key as string);
    if (member !== undefined) return member(source, state);
    // With a lazy proxy for them `await` would never end, and `new` go on; Python's attributes are `$then`, `$prototype`.
    if (key === "then" || (this.#isCallable && key === "prototype")) return undefined;
    return lazy(source.member(key as string));
  }

  apply(target: HandlerTarget, thisArg: unknown, args: unknown[]): unknown {
    const state = target[STATE];
    return lazy(sourceOf(state).call(callArguments(state, thisArg, args)));
  }

  set(target: HandlerTarget, key: PropertyKey, value: unknown): boolean {
    if (READ_ONLY.has(key)) return false;
    if (this.#isOwn(key)) return Reflect.set(target, key, value);
    setMember(sourceOf(target[STATE]), key, value);
    return true;
  }

  deleteProperty(target: HandlerTarget, key: PropertyKey): boolean {
    if (this.#isOwn(key)) return Reflect.deleteProperty(target, key);
    deleteMember(sourceOf(target[STATE]), key);
    return true;
  }

  has(target: HandlerTarget, key: PropertyKey): boolean {
    if (typeof key === "symbol") return key in target && key !== STATE;
    if (this.#isOwn(key)) return true;
    throw syncUnavailable("`in` cannot be asked of an async proxy");
  }

  ownKeys(): never {
    throw syncUnavailable("the keys of an async proxy cannot be listed");
  }

  /** Whether the proxy itself has the property, or takes it: the API, and symbols. */
  #isOwn(key: PropertyKey): boolean {
    return typeof key !== "string" || this.#members.has(key);
  }
}

function sourceOf(state: PyState): ObjectSource {
  return new ObjectSource(state);
}

/** Whether a program may have put it on the proxy: not the state, nor what every function has. */
function isFree(key: PropertyKey): boolean {
  return key !== STATE && !FUNCTION_NAMES.has(key);
}

const READ_ONLY: ReadonlySet<PropertyKey> = new Set(["type", "length"]);
const DISPOSE: typeof Symbol.dispose | undefined = Symbol.dispose;

function symbolOf(source: Source, state: PyState, key: symbol): unknown {
  switch (key) {
    case Symbol.asyncIterator:
      return () => asyncSteps(source);
    case Symbol.toStringTag:
      return "PyProxy";
    case Symbol.iterator:
    case Symbol.toPrimitive:
      return () => {
        throw syncUnavailable("an async proxy gives nothing at once");
      };
  }
  if (key === DISPOSE) return () => state.life.end(DESTROYED);
  return undefined;
}

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** What Node's console shows, which asks at once. */
function inspect(this: object): string {
  return stateOf(this)?.life.message === undefined ? "[PyProxy]" : "[PyProxy, destroyed]";
}

/** The kind of async proxies with these flags. */
export function asyncKind(flags: number, constructor: unknown): ProxyKind {
  const has = (flag: TypeFlag) => (flags & (1 << flag)) !== 0;
  const members = new Map<string, ObjectMember>(BASE_MEMBERS);
  for (const [flag, row] of ROWS) {
    if (has(flag)) for (const [name, member] of row) members.set(name, member);
  }
  members.set("constructor", () => constructor);
  const isCallable = has(TypeFlag.callable);
  const prototype = Object.create(isCallable ? Function.prototype : Object.prototype, {
    [INSPECT]: { value: inspect },
  });
  return { isCallable, prototype, handler: new ObjectHandler(members, isCallable) };
}
