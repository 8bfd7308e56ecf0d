import { TypeFlag } from "#vocabulary";

const CALLABLE = 1 << TypeFlag.callable;
const LENGTH = 1 << TypeFlag.hasLength;
const GET = 1 << TypeFlag.hasGet;
const SET = 1 << TypeFlag.hasSet;
const CONTAINS = 1 << TypeFlag.hasContains;
const ITERABLE = 1 << TypeFlag.iterable;
const ITERATOR = 1 << TypeFlag.iterator;
const ASYNC_ITERABLE = 1 << TypeFlag.asyncIterable;
const ASYNC_ITERATOR = 1 << TypeFlag.asyncIterator;
const BUFFER = 1 << TypeFlag.buffer;
const ARRAY = 1 << TypeFlag.jsArray;
const TYPED_ARRAY = 1 << TypeFlag.jsTypedArray;
const MAP = GET | LENGTH | ITERABLE;

// Any property of any object is looked at.
type AnyObject = any;
/** Reads a property of the program's object; may run its getters, or its traps. */
type Look = (object: AnyObject, key: PropertyKey) => unknown;

/** The properties that are looked at on every object. */
interface Members {
  readonly length: unknown;
  readonly size: unknown;
  readonly get: unknown;
  readonly set: unknown;
  readonly has: unknown;
  readonly includes: unknown;
  readonly next: unknown;
  readonly then: unknown;
  readonly iterator: unknown;
  readonly asyncIterator: unknown;
  readonly dispose: unknown;
  readonly asyncDispose: unknown;
  readonly tag: unknown;
}

/** Each property by its own access: engines remember the places of properties by access, and this runs for every object. */
function plainMembers(object: AnyObject): Members {
  return {
    length: object.length,
    size: object.size,
    get: object.get,
    set: object.set,
    has: object.has,
    includes: object.includes,
    next: object.next,
    then: object.then,
    iterator: object[Symbol.iterator],
    asyncIterator: object[Symbol.asyncIterator],
    dispose: DISPOSE === undefined ? undefined : object[DISPOSE],
    asyncDispose: ASYNC_DISPOSE === undefined ? undefined : object[ASYNC_DISPOSE],
    tag: object[Symbol.toStringTag],
  };
}

function carefulMembers(object: AnyObject): Members {
  const look = (key: PropertyKey | undefined) =>
    key === undefined ? undefined : carefulLook(object, key);
  return {
    length: look("length"),
    size: look("size"),
    get: look("get"),
    set: look("set"),
    has: look("has"),
    includes: look("includes"),
    next: look("next"),
    then: look("then"),
    iterator: look(Symbol.iterator),
    asyncIterator: look(Symbol.asyncIterator),
    dispose: look(DISPOSE),
    asyncDispose: look(ASYNC_DISPOSE),
    tag: look(Symbol.toStringTag),
  };
}

const plainLook: Look = (object, key) => object[key];
const carefulLook: Look = (object, key) => {
  try {
    return object[key];
  } catch {
    return undefined;
  }
};

/** Symbols that engines gained late; undefined where they are missing (JP-dispose). */
const DISPOSE: symbol | undefined = Symbol.dispose;
const ASYNC_DISPOSE: symbol | undefined = Symbol.asyncDispose;

const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get as (this: unknown) => string | undefined;

/** The element type's class name, "Uint8Array" say, or undefined for what is no typed array, of any realm. */
export function typedArrayName(object: unknown): string | undefined {
  return typedArrayTag.call(object);
}

/**
 * What a JavaScript object can do, as bits of TypeFlag (spec: JP-callable to JP-error). Never throws: a property whose
 * getter or trap throws counts as missing (JP-revoked).
 */
export function objectFlags(object: unknown): number {
  if ((typeof object !== "object" && typeof object !== "function") || object === null) return 0;
  try {
    return flagsOf(object, plainMembers(object), plainLook);
  } catch {
    return flagsOf(object, carefulMembers(object), carefulLook);
  }
}

function flagsOf(object: AnyObject, members: Members, look: Look): number {
  const isCallable = typeof object === "function";
  let flags = isCallable ? CALLABLE : bufferFlags(object, members) | arrayFlag(object, look);

  if (!isCallable && (members.length !== undefined || members.size !== undefined)) flags |= LENGTH;
  if (typeof members.get === "function") flags |= GET;
  if (typeof members.set === "function") flags |= SET;
  if (typeof members.has === "function" || typeof members.includes === "function") {
    flags |= CONTAINS;
  }
  if (typeof members.iterator === "function") flags |= ITERABLE;
  if (typeof members.asyncIterator === "function") flags |= ASYNC_ITERABLE;
  if (typeof members.next === "function") flags |= iteratorFlags(flags);
  if (typeof members.then === "function") flags |= 1 << TypeFlag.awaitable;
  if (typeof members.dispose === "function") flags |= 1 << TypeFlag.jsDisposable;
  if (typeof members.asyncDispose === "function") flags |= 1 << TypeFlag.jsAsyncDisposable;
  return flags | tagFlags(members, flags) | shapeFlags(object, members, flags, look);
}

function arrayFlag(object: AnyObject, look: Look): number {
  try {
    return Array.isArray(object) ? ARRAY : 0;
  } catch (error) {
    if (look === plainLook) throw error; // a revoked proxy: start again with care
    return 0;
  }
}

function bufferFlags(object: AnyObject, { tag }: Members): number {
  if (ArrayBuffer.isView(object)) return typedArrayName(object) ? BUFFER | TYPED_ARRAY : BUFFER;
  return tag === "ArrayBuffer" || tag === "SharedArrayBuffer" ? BUFFER : 0;
}

/** JP-next: with only one of the two iterator symbols, `next` belongs to that kind; with neither or both, to both. */
function iteratorFlags(flags: number): number {
  const isSync = (flags & ITERABLE) !== 0;
  const isAsync = (flags & ASYNC_ITERABLE) !== 0;
  return (isSync || !isAsync ? ITERATOR : 0) | (isAsync || !isSync ? ASYNC_ITERATOR : 0);
}

/** JP-generator, JP-agenerator: by the string tag. */
function tagFlags({ tag }: Members, flags: number): number {
  if ((flags & (ITERATOR | ASYNC_ITERATOR)) === 0) return 0;
  if (tag === "Generator") return 1 << TypeFlag.generator;
  return tag === "AsyncGenerator" ? 1 << TypeFlag.asyncGenerator : 0;
}

/** JP-map, JP-arrayLike, JP-error: what follows from several properties together. */
function shapeFlags(object: AnyObject, members: Members, flags: number, look: Look): number {
  let shape = 0;
  if ((flags & MAP) === MAP && (flags & (ARRAY | TYPED_ARRAY | CALLABLE)) === 0) {
    shape |= 1 << TypeFlag.dict;
    if ((flags & SET) !== 0) shape |= 1 << TypeFlag.mutableMap;
  }
  const isLikeArray =
    (flags & (ITERABLE | LENGTH)) === (ITERABLE | LENGTH) &&
    (flags & (ARRAY | TYPED_ARRAY | ITERATOR | CALLABLE)) === 0;
  if (isLikeArray && members.length !== undefined) shape |= 1 << TypeFlag.jsArrayLike;
  if ((flags & (CALLABLE | BUFFER)) === 0 && isError(object, look))
    shape |= 1 << TypeFlag.exception;
  return shape;
}

/** JP-error: has name, message and stack; a DOMException may lack the stack. */
function isError(object: AnyObject, look: Look): boolean {
  return (
    typeof look(object, "message") === "string" &&
    typeof look(object, "name") === "string" &&
    (look(object, "stack") !== undefined || look(object, Symbol.toStringTag) === "DOMException")
  );
}
