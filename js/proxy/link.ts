import type { FailureKind, Op } from "#vocabulary";
import type { Parts } from "../wire/parts.ts";
import type { AsyncSide } from "./async/async-side.ts";
import type { Limits } from "./limits.ts";
import type { Handle, ObjectTable } from "./object-table.ts";
import type { PyProxyFactory } from "./py-proxy.ts";
import type { PyState, PyTarget } from "./py-state.ts";

/** Keyword arguments: own enumerable string keys. */
export type Keywords = Readonly<Record<string, unknown>>;

/** What an iterator's step gave. */
export interface Step {
  readonly done: boolean;
  readonly value: unknown;
}

/** The target of the ops that need none. */
export const NO_TARGET: Handle = { index: 0, generation: 0 };

/**
 * How PyProxies reach their objects, wherever the interpreter is. Values are converted by the implicit rules (TC-py,
 * TC-js). Every member throws a PythonError for a Python exception and a KraitError for a failure of krait.
 */
export interface Link {
  /** Asks `op` of a Python object. A proxy that comes back is an own proxy (PP-lifetime.own). */
  ask(op: Op, target: Handle, args: readonly unknown[], keywords?: Keywords): unknown;
  /** As `ask`, but `undefined` when the failure is of kind `absent`. */
  find(op: Op, target: Handle, args: readonly unknown[], absent: FailureKind): unknown;
  /** As `ask`, for the ops of iterators, which may end. */
  step(op: Op, target: Handle, args: readonly unknown[]): Step;
  /** As `ask`, when the answer is an object and no proxy is wanted for it. The caller releases it. */
  askTarget(op: Op, target: Handle, args: readonly unknown[]): PyTarget;
  /** The value of an attribute, or undefined; a proxied value comes from or goes to the cache (PX-attr.cache). */
  getAttribute(target: PyTarget, name: string): unknown;
  /** Deep conversion (TC-toJs): the records of the object, to be read before the next call. */
  toNative(target: Handle, depth: number): Uint8Array;
  /** Records of a deep-converted value -> the value as an object of Python (TC-toPy). */
  fromGraph(records: Parts): unknown;
  readonly proxies: PyProxyFactory;
  /** The `yours` or `mine` words for a value that stays an object: see `ValueRecords`. */
  readonly values: ValueRecords;
  /** Gives back references to a Python object. Never throws, and is ignored once the kernel is dead. */
  release(target: Handle, references: number): void;
  /** Has `reject` called when the kernel dies; the result takes it back. */
  whenDead(reject: (death: Error) => void): () => void;
  /** Whether the kernel is gone: every call throws KernelDied. */
  readonly isDead: boolean;
  /** Memory that Python shares with JavaScript, where it does (PX-getBuffer). */
  readonly memory: WebAssembly.Memory | undefined;
  /** Copies to and from Python's memory, where it is not shared. */
  readonly copies: MemoryCopies | undefined;
  readonly settings: LinkSettings;
  /** Deadlines of what is called (BY-deadline). */
  readonly limits: Limits;
  /** The same kernel by promises (BY-async). */
  readonly async: AsyncSide;
}

/** The link of one kernel, with what its owner needs beside the calls. */
export interface KernelLink extends Link {
  /** The JavaScript objects that Python holds. */
  readonly objects: ObjectTable;
  /** Whether Python is in the middle of an operation that it cannot be called from (ER-proxyReentry). */
  isBusy: boolean;
  /** Whether Python goes on in another thread or process, while this side's reactions to promises run. */
  readonly isElsewhere: boolean;
  /** Ends the kernel: what escaped from it says why. */
  kill(reason: unknown): Error;
}

/** Python's memory from afar. */
export interface MemoryCopies {
  /** As `read`, where this thread does not wait. */
  readLater(address: number, byteLength: number): Promise<Uint8Array<ArrayBuffer>>;
  /** As `write`, in the order of the calls; nobody waits for it. */
  writeLater(address: number, bytes: Uint8Array): void;
  read(address: number, byteLength: number): Uint8Array<ArrayBuffer>;
  write(address: number, bytes: Uint8Array): void;
}

/** How a value that is no immediate is named in a graph. */
export interface ValueRecords {
  /** A JavaScript object: counted once more in the object table. */
  exportObject(object: unknown): { index: number; generation: number; flags: number };
  /** JavaScript `null` is sent as `None` (JS-opt-convertNullToNone). */
  readonly isNullNone: boolean;
  /** A dict without a converter becomes a plain object (TC-toJs.collision). */
  readonly areDictsObjects: boolean;
  /** Takes back an `exportObject` whose record was never sent. */
  unexport(handle: Handle): void;
  /** Whether a proxy belongs to this interpreter (JS-loadPyodide.2). */
  owns(state: PyState): boolean;
  /** Gives back a Python object that was introduced once and is not wanted. */
  discard(index: number, generation: number): void;
  /** The JavaScript object that the kernel names. */
  objectOf(index: number, generation: number): unknown;
  /** An own proxy for a Python object that was introduced once. */
  proxyOf(index: number, generation: number, flags: number): object;
  /** As `proxyOf`, for a proxy that its owner surely ends. */
  borrow(index: number, generation: number, flags: number): object;
}

export interface LinkSettings {
  /** JS-setDebug */
  isDebug: boolean;
  /** `String(proxy)` is `repr` (JS-opt-pyproxyToStringRepr). */
  isToStringRepr: boolean;
  /** JavaScript `null` arrives as `None` (JS-opt-convertNullToNone). */
  isNullNone: boolean;
  /** Dicts become plain objects by default (JS-opt-toJsLiteralMap: false). */
  areDictsObjects: boolean;
}
