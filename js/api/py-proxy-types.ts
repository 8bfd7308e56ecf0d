import type { TypedArray } from "../proxy/buffer-format.ts";
import type { PyBufferView } from "../proxy/py-buffer.ts";
import type { ToJsOptions } from "../proxy/to-js.ts";
import type { DestroyOptions } from "../proxy/traits/base.ts";
import type { CallOptions } from "../proxy/traits/callable.ts";

/**
 * A JavaScript view of a Python object (spec: js-api.md section 4). Python attributes are properties too, whence the
 * index signature; the interfaces below say what objects of some kind have besides.
 */
export interface PyProxy {
  readonly type: string;
  toString(): string;
  copy(): this;
  destroy(options?: DestroyOptions): void;
  toJs(options?: ToJsOptions): any;
  isAwaitable(): this is PyAwaitable;
  isBuffer(): this is PyBuffer;
  isCallable(): this is PyCallable;
  isIterable(): this is PyIterable;
  isIterator(): this is PyIterator;
  supportsGet(): this is PyProxyWithGet;
  supportsHas(): this is PyProxyWithHas;
  supportsLength(): this is PyProxyWithLength;
  supportsSet(): this is PyProxyWithSet;
  [attribute: string]: any;
}

export interface PyProxyWithLength extends PyProxy {
  readonly length: number;
}

export interface PyProxyWithGet extends PyProxy {
  get(key: any): any;
  asJsJson(): any;
}

export interface PyProxyWithSet extends PyProxy {
  set(key: any, value: any): void;
  delete(key: any): void;
}

export interface PyProxyWithHas extends PyProxy {
  has(key: any): boolean;
}

export interface PyDict
  extends PyProxyWithGet,
    PyProxyWithSet,
    PyProxyWithHas,
    PyProxyWithLength,
    PyIterable {}

export interface PyIterable extends PyProxy {
  [Symbol.iterator](): Iterator<any, any, any>;
}

export interface PyIterator extends PyProxy {
  [Symbol.iterator](): this;
  next(value?: any): IteratorResult<any, any>;
}

export interface PyGenerator extends PyIterator {
  return(value?: any): IteratorResult<any, any>;
  throw(exception: any): IteratorResult<any, any>;
}

export interface PyAsyncIterable extends PyProxy {
  [Symbol.asyncIterator](): AsyncIterator<any, any, any>;
}

export interface PyAsyncIterator extends PyProxy {
  [Symbol.asyncIterator](): this;
  next(value?: any): Promise<IteratorResult<any, any>>;
}

export interface PyAsyncGenerator extends PyAsyncIterator {
  return(value?: any): Promise<IteratorResult<any, any>>;
  throw(exception: any): Promise<IteratorResult<any, any>>;
}

export interface PyAwaitable extends PyProxy, Promise<any> {
  readonly [Symbol.toStringTag]: string;
}

export interface PyCallable extends PyProxy {
  (...args: any[]): any;
  apply(thisArg: any, args?: ArrayLike<any> | null): any;
  call(thisArg: any, ...args: any[]): any;
  bind(thisArg: any, ...args: any[]): PyCallable;
  captureThis(): PyCallable;
  callKwargs(...args: any[]): any;
  callRelaxed(...args: any[]): any;
  callKwargsRelaxed(...args: any[]): any;
  callWithOptions(options: CallOptions, ...args: any[]): any;
  callPromising(...args: any[]): Promise<any>;
  callPromisingKwargs(...args: any[]): Promise<any>;
}

export interface PyBuffer extends PyProxy {
  getBuffer(type?: string): PyBufferView;
}

export interface PySequence
  extends PyProxyWithLength,
    PyProxyWithGet,
    PyProxyWithHas,
    PyIterable,
    Pick<any[], "join" | "slice" | "indexOf" | "lastIndexOf" | "forEach" | "map" | "filter"> {
  toJSON(): any[];
}

export interface PyMutableSequence extends PySequence, PyProxyWithSet {
  push(...items: any[]): number;
  pop(): any;
  shift(): any;
  unshift(...items: any[]): number;
  splice(start: number, deleteCount?: number, ...items: any[]): any[];
}

export type { PyBufferView, ToJsOptions, TypedArray };
