import { TypeFlag } from "#vocabulary";
import type { Link } from "../proxy/link.ts";
import { PyBufferView } from "../proxy/py-buffer.ts";
import { hasFlag, type PyState, stateOf } from "../proxy/py-state.ts";
import { PythonError } from "../proxy/python-error.ts";

type Test = (state: PyState) => boolean;

const has =
  (...flags: TypeFlag[]): Test =>
  (state) =>
    flags.some((flag) => hasFlag(state, flag));

/** Which proxies each class of `ffi` is true for (spec: js-api.md section 7). */
const TESTS = {
  PyProxy: () => true,
  PyProxyWithLength: has(TypeFlag.hasLength),
  PyProxyWithGet: has(TypeFlag.hasGet),
  PyProxyWithSet: has(TypeFlag.hasSet),
  PyProxyWithHas: has(TypeFlag.hasContains),
  PyDict: has(TypeFlag.dict),
  PyIterable: has(TypeFlag.iterable, TypeFlag.iterator),
  PyAsyncIterable: has(TypeFlag.asyncIterable, TypeFlag.asyncIterator),
  PyIterator: has(TypeFlag.iterator),
  PyAsyncIterator: has(TypeFlag.asyncIterator),
  PyGenerator: has(TypeFlag.generator),
  PyAsyncGenerator: has(TypeFlag.asyncGenerator),
  PyAwaitable: has(TypeFlag.awaitable),
  PyCallable: has(TypeFlag.callable),
  PyBuffer: has(TypeFlag.buffer),
  PySequence: has(TypeFlag.sequence),
  PyMutableSequence: has(TypeFlag.mutableSequence),
} satisfies Record<string, Test>;

/** A class for `instanceof` alone. */
export type FfiClass = abstract new () => object;

/** The classes of `pyodide.ffi`. */
export type Ffi = { readonly [Name in keyof typeof TESTS]: FfiClass } & {
  readonly PyBufferView: typeof PyBufferView;
  readonly PythonError: typeof PythonError;
};

/** Makes an interpreter's classes; `owner` tells its proxies from those of others, once there is a link. */
export function makeFfi(owner: () => Link | undefined): Ffi {
  const classes = Object.entries(TESTS).map(([name, test]) => [name, makeClass(name, test, owner)]);
  return { ...Object.fromEntries(classes), PyBufferView, PythonError };
}

function makeClass(name: string, test: Test, owner: () => Link | undefined): FfiClass {
  const type = {
    [name]: class {
      constructor() {
        throw new TypeError(`${name} is not a constructor`);
      }

      static [Symbol.hasInstance](value: unknown): boolean {
        const state = stateOf(value);
        return state !== undefined && state.life.target.link === owner() && test(state);
      }
    },
  };
  return type[name] as unknown as FfiClass;
}
