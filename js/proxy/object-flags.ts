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
    return flagsOf(object, plainLook);
  } catch {
    return flagsOf(object, carefulLook);
  }
}

function flagsOf(object: AnyObject, look: Look): number {
  const isCallable = typeof object === "function";
  let flags = isCallable ? CALLABLE : bufferFlags(object, look) | arrayFlag(object, look);
  const has = (key: PropertyKey) => typeof look(object, key) === "function";

  if (!isCallable && (look(object, "length") !== undefined || look(object, "size") !== undefined)) {
    flags |= LENGTH;
  }
  if (has("get")) flags |= GET;
  if (has("set")) flags |= SET;
  if (has("has") || has("includes")) flags |= CONTAINS;
  if (has(Symbol.iterator)) flags |= ITERABLE;
  if (has(Symbol.asyncIterator)) flags |= ASYNC_ITERABLE;
  if (has("next")) flags |= iteratorFlags(flags);
  if (has("then")) flags |= 1 << TypeFlag.awaitable;
  if (DISPOSE !== undefined && has(DISPOSE)) flags |= 1 << TypeFlag.jsDisposable;
  if (ASYNC_DISPOSE !== undefined && has(ASYNC_DISPOSE)) flags |= 1 << TypeFlag.jsAsyncDisposable;
  return flags | tagFlags(object, flags, look) | shapeFlags(object, flags, look);
}

function arrayFlag(object: AnyObject, look: Look): number {
  try {
    return Array.isArray(object) ? ARRAY : 0;
  } catch (error) {
    if (look === plainLook) throw error; // a revoked proxy: start again with care
    return 0;
  }
}

function bufferFlags(object: AnyObject, look: Look): number {
  if (ArrayBuffer.isView(object)) return typedArrayName(object) ? BUFFER | TYPED_ARRAY : BUFFER;
  const tag = look(object, Symbol.toStringTag);
  return tag === "ArrayBuffer" || tag === "SharedArrayBuffer" ? BUFFER : 0;
}

/** JP-next: with only one of the two iterator symbols, `next` belongs to that kind; with neither or both, to both. */
function iteratorFlags(flags: number): number {
  const isSync = (flags & ITERABLE) !== 0;
  const isAsync = (flags & ASYNC_ITERABLE) !== 0;
  return (isSync || !isAsync ? ITERATOR : 0) | (isAsync || !isSync ? ASYNC_ITERATOR : 0);
}

/** JP-generator, JP-agenerator: by the string tag. */
function tagFlags(object: AnyObject, flags: number, look: Look): number {
  if ((flags & (ITERATOR | ASYNC_ITERATOR)) === 0) return 0;
  const tag = look(object, Symbol.toStringTag);
  if (tag === "Generator") return 1 << TypeFlag.generator;
  return tag === "AsyncGenerator" ? 1 << TypeFlag.asyncGenerator : 0;
}

/** JP-map, JP-arrayLike, JP-error: what follows from several properties together. */
function shapeFlags(object: AnyObject, flags: number, look: Look): number {
  let shape = 0;
  if ((flags & MAP) === MAP && (flags & (ARRAY | TYPED_ARRAY | CALLABLE)) === 0) {
    shape |= 1 << TypeFlag.dict;
    if ((flags & SET) !== 0) shape |= 1 << TypeFlag.mutableMap;
  }
  const isLikeArray =
    (flags & (ITERABLE | LENGTH)) === (ITERABLE | LENGTH) &&
    (flags & (ARRAY | TYPED_ARRAY | ITERATOR | CALLABLE)) === 0;
  if (isLikeArray && look(object, "length") !== undefined) shape |= 1 << TypeFlag.jsArrayLike;
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
