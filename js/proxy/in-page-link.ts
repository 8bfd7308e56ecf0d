import { FailureKind, Op, QuickEnd, Status, ValueTag } from "#vocabulary";
import type { Dispatch, KernelClient } from "../kernel/kernel-module.ts";
import { hasStackSwitching } from "../kernel/stack-switching.ts";
import type { Parts } from "../wire/parts.ts";
import { AsyncSide } from "./async/async-side.ts";
import { InPageCalls, type Reached, type Reaches } from "./async/in-page-calls.ts";
import { Conversion } from "./conversion.ts";
import { errorOfKind, KernelDied, NoGilError, ProtocolError } from "./errors.ts";
import { Frames, SLOT_BYTES } from "./frame.ts";
import type { KernelExportsInUse, LinkHost, LinkModule } from "./in-page-parts.ts";
import type { Limits } from "./limits.ts";
import { type KernelLink, type Keywords, type LinkSettings, NO_TARGET, type Step } from "./link.ts";
import { LinkValues } from "./link-values.ts";
import { ObjectServer } from "./object-server.ts";
import { type Handle, ObjectTable } from "./object-table.ts";
import { PyProxyFactory } from "./py-proxy.ts";
import { DestroyedError, PyTarget } from "./py-state.ts";
import { makePythonError, raisedInPython } from "./python-error.ts";
import { QUICK_ENDED } from "./quick-codes.ts";
import { QuickServer } from "./quick-server.ts";
import { checkStack } from "./stack-check.ts";
import { Stacks } from "./stacks.ts";

/** Calls between this thread's JavaScript and its kernel, by frames in WebAssembly memory (ARCHITECTURE.md). */
export class InPageLink implements KernelLink, Reaches {
  readonly memory: WebAssembly.Memory;
  readonly copies = undefined;
  readonly objects = new ObjectTable();
  readonly values: LinkValues;
  readonly proxies: PyProxyFactory;
  readonly settings: LinkSettings;
  readonly async: AsyncSide;
  /** The kernel's, by which every call goes; a copy, so that they can be watched (BY-inspect). */
  readonly exports: KernelExportsInUse;

  readonly #frames: Frames;
  readonly #conversion: Conversion;
  readonly #server: ObjectServer;
  readonly #host: LinkHost;
  readonly #stacks: Stacks;
  /** Numbers of attribute names that the kernel knows. */
  readonly #names = new Map<string, number>();
  /** How the last call ended; to be read before anything else is asked. */
  #status: Status = Status.failed;
  /** Of the last quick call. */
  #frame = 0;
  #calls = 0;
  /** Number of the call that checks the stack next. */
  #nextCheck = CALLS_BETWEEN_CHECKS;
  /** Memory that arguments of the calls under way were placed in. */
  readonly #allocated: number[] = [];
  /** Who waits for Python and is to be told when it dies (BY-fatal). */
  readonly #waiting = new Set<(death: Error) => void>();
  /** Why the kernel is dead; then nothing reaches it any more. */
  #death: Error | undefined;
  /** Stands for it until the owner was told, made while there is a stack to make it on. */
  readonly #untold = new KernelDied("the kernel failed");

  constructor(module: LinkModule, host: LinkHost) {
    this.memory = module.memory;
    this.exports = { ...module.exports };
    this.#host = host;
    this.#stacks = new Stacks(module);
    this.settings = host.settings;
    this.#frames = new Frames(module);
    this.async = new AsyncSide(this, new InPageCalls(this), host.proxyConstructor);
    this.proxies = host.isAsync ? this.async.proxies : new PyProxyFactory(host.proxyConstructor);
    this.values = new LinkValues(this, this.objects, this.proxies);
    this.#conversion = new Conversion(this.#frames, this.values);
    this.#server = new ObjectServer(this, this.#frames, this.#conversion);
  }

  /** What the kernel's imports do. */
  get client(): KernelClient {
    return {
      quick: new QuickServer(this.#frames, this.#conversion, this.#server),
      ask: (op, index, generation, frame, positional, keywords) =>
        this.#server.ask(op, index, generation >>> 0, frame >>> 0, positional, keywords),
      release: (index, generation, count) => this.#server.release(index, generation >>> 0, count),
      schedule: (index, generation, delayMs) => this.#schedule(index, generation >>> 0, delayMs),
      switches: () => Number(hasStackSwitching),
      suspend: (wait) => this.#stacks.suspend(wait),
      wake: (wait) => this.#stacks.wake(wait),
      failed: (frame) => this.#failed(frame >>> 0),
    };
  }

  ask(op: Op, target: Handle, args: readonly unknown[], keywords?: Keywords): unknown {
    if (keywords === undefined) {
      if (op === Op.call) return this.#callQuickly(target, args);
      if (op === Op.setItem) return this.#ended(this.#quick(Op.setItem, target, args));
      if (op === Op.setAttr) return this.#setAttribute(target, args);
    }
    return this.#askGenerally(op, target, args, keywords);
  }

  find(op: Op, target: Handle, args: readonly unknown[], absent: FailureKind): unknown {
    if (op === Op.getItem) return this.#ended(this.#quick(Op.getItem, target, args), absent);
    const frame = this.#call(op, target, args);
    try {
      if (this.#isMiss(frame, absent)) return undefined;
      if (this.#status !== Status.returned) throw this.#failure(frame);
      return this.#conversion.read(frame);
    } finally {
      this.#end(frame);
    }
  }

  step(op: Op, target: Handle, args: readonly unknown[]): Step {
    const frame = this.#call(op, target, args);
    try {
      const status = this.#status;
      if (status !== Status.returned && status !== Status.stopped) throw this.#failure(frame);
      return { done: status === Status.stopped, value: this.#conversion.read(frame) };
    } finally {
      this.#end(frame);
    }
  }

  askTarget(op: Op, target: Handle, args: readonly unknown[]): PyTarget {
    const frame = this.#call(op, target, args);
    try {
      if (this.#status !== Status.returned) throw this.#failure(frame);
      if (this.#frames.u32[frame >>> 2] !== ValueTag.mine) {
        throw new TypeError("Python gave a value where an object was expected");
      }
      return this.#targetAt(frame);
    } finally {
      this.#end(frame);
    }
  }

  getAttribute(target: PyTarget, name: string): unknown {
    const number = this.#numberOf(name);
    if (number === 0) return this.#getByText(target, name);
    const known = target.cached(name);
    const { index, generation } = known?.life.target ?? NO_TARGET;
    const code = this.#quick(Op.getAttr, target, NO_VALUES, number, index, generation);
    const frame = this.#frame;
    if (code === QUICK_SAME) {
      this.#end(frame);
      // Python may have ended it meanwhile.
      if (known?.life.message === undefined) return known?.self;
      return this.#getByText(target, name);
    }
    if (code !== ValueTag.mine) return this.#ended(code, FailureKind.noAttribute);
    const fresh = this.#targetAt(frame);
    this.#end(frame);
    return target.cachedAttribute(name, fresh);
  }

  #getByText(target: PyTarget, name: string): unknown {
    const frame = this.#call(Op.getAttr, target, [name]);
    let fresh: PyTarget;
    try {
      if (this.#isMiss(frame, FailureKind.noAttribute)) return undefined;
      if (this.#status !== Status.returned) throw this.#failure(frame);
      if (this.#frames.u32[frame >>> 2] !== ValueTag.mine) return this.#conversion.read(frame);
      fresh = this.#targetAt(frame);
    } finally {
      this.#end(frame);
    }
    return target.cachedAttribute(name, fresh);
  }

  #setAttribute(target: Handle, args: readonly unknown[]): unknown {
    const number = this.#numberOf(args[0] as string);
    if (number === 0) return this.#askGenerally(Op.setAttr, target, args);
    return this.#ended(this.#quick(Op.setAttr, target, [args[1]], number));
  }

  #askGenerally(op: Op, target: Handle, args: readonly unknown[], keywords?: Keywords): unknown {
    const frame = this.#call(op, target, args, keywords);
    try {
      if (this.#status !== Status.returned) throw this.#failure(frame);
      return this.#conversion.read(frame);
    } finally {
      this.#end(frame);
    }
  }

  reach(
    op: Op,
    target: Handle,
    args: readonly unknown[],
    keywords: Keywords | undefined,
    isRecords: boolean,
  ): Reached {
    return this.#reached(
      this.#call(op, target, args, keywords, this.exports.krait_dispatch_kept),
      isRecords,
    );
  }

  reachGraph(records: Parts): Reached {
    return this.#reached(this.#callFromGraph(records, this.exports.krait_dispatch_kept), false);
  }

  #reached(frame: number, isRecords: boolean): Reached {
    try {
      const status = this.#status;
      if (status !== Status.returned && status !== Status.stopped) {
        const kind = status === Status.failed ? this.#failureKind(frame) : FailureKind.protocol;
        return { isFailed: true, kind, error: this.#failure(frame) };
      }
      // First, since what is read may be a program's object, whose traps call Python.
      const kept = this.#objectAt(frame + SLOT_BYTES);
      const read = () =>
        isRecords ? this.#conversion.readBytes(frame).slice() : this.#conversion.read(frame);
      const value = this.#objectAt(frame) ?? read();
      return { isFailed: false, value, kept, isDone: status === Status.stopped };
    } finally {
      this.#end(frame);
    }
  }

  #objectAt(slot: number): PyTarget | undefined {
    const isObject = this.#frames.u32[slot >>> 2] === ValueTag.mine;
    return isObject ? this.#targetAt(slot) : undefined;
  }

  toNative(target: Handle, depth: number): Uint8Array {
    const frame = this.#call(Op.toNative, target, [depth]);
    try {
      if (this.#status !== Status.returned) throw this.#failure(frame);
      return this.#conversion.readBytes(frame);
    } finally {
      this.#end(frame);
    }
  }

  fromGraph(records: Parts): unknown {
    const frame = this.#callFromGraph(records, this.exports.krait_dispatch);
    try {
      if (this.#status !== Status.returned) throw this.#failure(frame);
      return this.#conversion.read(frame);
    } finally {
      this.#end(frame);
    }
  }

  #callFromGraph(records: Parts, dispatch: Dispatch): number {
    this.checkAlive();
    const frame = this.#frames.push(1);
    const mark = this.#allocated.length;
    try {
      this.#conversion.writeBytes(frame, ValueTag.graph, records, this.#allocated);
      this.#dispatch(Op.fromGraph, NO_TARGET, frame, 1, 0, dispatch);
    } catch (error) {
      this.#end(frame);
      throw error;
    }
    this.#free(mark);
    return frame;
  }

  release(target: Handle, references: number): void {
    if (this.#death !== undefined) return;
    if (this.isBusy) {
      // What is released may run Python; when this runs, no handler is on the stack.
      queueMicrotask(() => this.release(target, references));
      return;
    }
    try {
      this.exports.krait_release(target.index, target.generation, references);
    } catch (reason) {
      this.#die(reason);
    }
  }

  whenDead(reject: (death: Error) => void): () => void {
    this.#waiting.add(reject);
    return () => this.#waiting.delete(reject);
  }

  get limits(): Limits {
    return this.#host.limits;
  }

  get isDead(): boolean {
    return this.#death !== undefined;
  }

  /** Throws when the kernel is dead, as every call does from then on. */
  checkAlive(): void {
    if (this.#death !== undefined) throw this.#die(this.#untold.cause);
  }

  isBusy = false;
  readonly isElsewhere = false;

  kill(reason: unknown): Error {
    return this.#die(reason);
  }

  /** Writes the arguments and makes the call; `#status` tells how it ended. `#end` must follow, whatever happens. */
  #call(
    op: Op,
    target: Handle,
    args: readonly unknown[],
    keywords?: Keywords,
    dispatch = this.exports.krait_dispatch,
  ): number {
    const mark = this.#allocated.length;
    const names = keywords === undefined ? NO_NAMES : Object.keys(keywords);
    const values = keywords === undefined ? args : [...args, ...Object.values(keywords), ...names];
    const frame = this.#open(values);
    this.#dispatch(op, target, frame, args.length, names.length, dispatch);
    this.#free(mark);
    return frame;
  }

  /** Takes a frame for a call and writes the values to it. */
  #open(values: readonly unknown[]): number {
    if (++this.#calls >= this.#nextCheck || this.isBusy || this.#death !== undefined) this.#check();
    const frame = this.#frames.push(values.length);
    if (values.length > 0) this.#writeAll(frame, values);
    return frame;
  }

  /** @throws {Error} when no call may be made */
  #check(): void {
    this.checkAlive();
    if (this.isBusy) throw new NoGilError();
    if (this.#calls < this.#nextCheck || this.#server.depth > 0) return;
    this.#nextCheck = this.#calls + CALLS_BETWEEN_CHECKS;
    checkStack();
  }

  #writeAll(frame: number, values: readonly unknown[]): void {
    const mark = this.#allocated.length;
    let slot = frame;
    try {
      for (let i = 0; i < values.length; i++, slot += SLOT_BYTES) {
        this.#conversion.write(slot, values[i], this.#allocated);
      }
    } catch (error) {
      this.#takeBack(frame, slot);
      this.#free(mark);
      this.#end(frame);
      throw error instanceof DestroyedError ? raisedInPython(error) : error;
    }
  }

  /** `ask` of `Op.call`: the most frequent of all, so what `#quick` does for any op is spelled out here. */
  #callQuickly(target: Handle, args: readonly unknown[]): unknown {
    const mark = this.#allocated.length;
    const frame = this.#open(args);
    let code: number;
    this.#server.depth++;
    try {
      code = this.exports.krait_call(target.index, target.generation, frame, args.length);
    } catch (reason) {
      throw this.#trapped(reason);
    }
    this.#leave();
    if (this.#allocated.length > mark) this.#free(mark);
    this.#frame = frame;
    return this.#ended(code);
  }

  /**
   * Asks one of the ops that have a short way into the kernel (QuickCalls in proxy/in-page). Gives its code; what there
   * is to read is in `#frame`, and `#ended` or `#end` must follow.
   * @param extra what the export of the op takes after the frame
   */
  #quick(
    op: Op,
    { index, generation }: Handle,
    values: readonly unknown[],
    extra = 0,
    knownIndex = 0,
    knownGeneration = 0,
  ): number {
    const mark = this.#allocated.length;
    const frame = this.#open(values);
    const kernel = this.exports;
    let code: number;
    this.#server.depth++;
    try {
      switch (op) {
        case Op.getAttr:
          code = kernel.krait_get_attr(
            index,
            generation,
            frame,
            extra,
            knownIndex,
            knownGeneration,
          );
          break;
        case Op.setAttr:
          code = kernel.krait_set_attr(index, generation, frame, extra);
          break;
        case Op.getItem:
          code = kernel.krait_get_item(index, generation, frame);
          break;
        default:
          code = kernel.krait_set_item(index, generation, frame);
      }
    } catch (reason) {
      throw this.#trapped(reason);
    }
    this.#leave();
    if (this.#allocated.length > mark) this.#free(mark);
    this.#frame = frame;
    return code;
  }

  /** The value that a quick call has come to; `undefined` for a miss, and for a failure of kind `absent`. */
  #ended(code: number, absent?: FailureKind): unknown {
    const frame = this.#frame;
    let value: unknown;
    if (code === ValueTag.int || code === ValueTag.float) {
      value = this.#frames.f64[(frame >>> 3) + 1];
    } else if (code === ValueTag.bool) {
      value = this.#frames.u32[(frame >>> 2) + 1] !== 0;
    } else if (code !== ValueTag.none && code !== QUICK_MISS) {
      return this.#endedOtherwise(code, frame, absent);
    }
    this.#end(frame);
    return value;
  }

  #endedOtherwise(code: number, frame: number, absent: FailureKind | undefined): unknown {
    try {
      if (code < QUICK_ENDED) return this.#conversion.read(frame);
      this.#status = code === QUICK_FAILED ? Status.failed : (code as Status);
      if (absent !== undefined && this.#isMiss(frame, absent)) return undefined;
      throw this.#failure(frame);
    } finally {
      this.#end(frame);
    }
  }

  /** The kernel's number for an attribute name; 0 when it has no room for more. */
  #numberOf(name: string): number {
    return this.#names.get(name) ?? this.#newNumberOf(name);
  }

  #newNumberOf(name: string): number {
    const mark = this.#allocated.length;
    const frame = this.#open([name]);
    const number = this.exports.krait_name(frame);
    this.#free(mark);
    this.#end(frame);
    if (number !== 0) this.#names.set(name, number);
    return number;
  }

  #dispatch(
    op: Op,
    target: Handle,
    frame: number,
    positional: number,
    keywords: number,
    dispatch = this.exports.krait_dispatch,
  ): void {
    this.#server.depth++;
    const { index, generation } = target;
    let status: Status;
    try {
      status = dispatch(op, index, generation, frame, positional, keywords) as Status;
    } catch (reason) {
      throw this.#trapped(reason);
    }
    this.#leave();
    // Last, since what is let go may make calls of its own.
    this.#status = status;
  }

  /** Ends a call into the kernel. Not in a `finally`, which would cost as much as all else here. */
  #leave(): void {
    this.#server.leave();
    this.#frames.revalidate();
  }

  /** Ends a call that the kernel did not survive. */
  #trapped(reason: unknown): Error {
    try {
      return this.#die(reason);
    } finally {
      this.#leave();
    }
  }

  /** Gives the frame back. */
  #end(frame: number): void {
    if (this.#death === undefined) this.#frames.top = frame;
  }

  /** Frees what arguments were placed in since the mark: they live until the call returns. */
  #free(mark: number): void {
    while (this.#allocated.length > mark) this.#frames.free(this.#allocated.pop() as number);
  }

  /** Takes back the objects that were exported to slots of a call that is not made. */
  #takeBack(frame: number, end: number): void {
    const { u32 } = this.#frames;
    for (let slot = frame; slot < end; slot += SLOT_BYTES) {
      const at = slot >>> 2;
      if (u32[at] !== ValueTag.mine) continue;
      this.values.unexport({ index: u32[at + 2] as number, generation: u32[at + 3] as number });
    }
  }

  /** The object of a slot that holds `mine`. */
  #targetAt(slot: number): PyTarget {
    const { u32 } = this.#frames;
    const at = slot >>> 2;
    const [flags, index, generation] = [u32[at + 1], u32[at + 2], u32[at + 3]];
    return new PyTarget(this, index as number, generation as number, flags as number);
  }

  /** Whether the call failed because what was asked for is not there. */
  #isMiss(frame: number, absent: FailureKind): boolean {
    return this.#status === Status.failed && this.#failureKind(frame) === absent;
  }

  #failureKind(frame: number): FailureKind {
    return this.#frames.f64[(frame >>> 3) + 1] as FailureKind;
  }

  /** The error for a failed call: kind, type name, message and serial are in its slots. */
  #failure(frame: number): Error {
    const status = this.#status;
    if (status === Status.stopped) return new TypeError("the iterator ended");
    if (status !== Status.failed) {
      return new ProtocolError(`the kernel answered with the unknown status ${status}`);
    }
    const kind = this.#failureKind(frame);
    const [type, message, serial] = [1, 2, 3].map((slot) =>
      this.#conversion.read(frame + slot * SLOT_BYTES),
    );
    if (typeof type !== "string") return errorOfKind(kind, String(message));
    return makePythonError(type, String(message), Number(serial));
  }

  /** When the stack is full, what tells of the end fails as well: then the next call does it (`checkAlive`). */
  #die(reason: unknown): Error {
    if (this.#death === undefined) {
      this.#death = this.#untold;
      this.#untold.cause = reason;
    }
    if (this.#death === this.#untold) {
      this.#death = this.#host.died(this.#untold.cause);
      for (const reject of this.#waiting) reject(this.#death);
      this.#waiting.clear();
      this.#stacks.clear();
    }
    return this.#death;
  }

  /** Calls a Python callable once after a delay, and releases it (krait_client_schedule). */
  #schedule(index: number, generation: number, delayMs: number): void {
    this.#host.schedule(() => {
      if (this.#death !== undefined) return;
      const running = this.#stacks.run({ index, generation });
      if (running === undefined) {
        this.#callOnce(new PyTarget(this, index, generation, 0));
        return;
      }
      // It runs till it is first suspended before this line is reached.
      this.#server.settle();
      running.then(
        () => this.#server.settle(),
        (reason) => this.#die(reason),
      );
    }, delayMs);
  }

  #callOnce(callable: PyTarget): void {
    try {
      this.ask(Op.call, callable, []);
    } catch (error) {
      // The death of the kernel was reported to everybody who waits; nobody waits for this call.
      if (!this.isDead) throw error;
    } finally {
      callable.drop();
    }
  }

  /** Nobody waits for a scheduled call: its failure is an uncaught error of the host (WL-callback.errors). */
  #failed(frame: number): void {
    this.#frames.revalidate();
    this.#status = Status.failed;
    const error = this.#failure(frame);
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** What recursion takes of the stack between two checks is less than what they ask for. */
const CALLS_BETWEEN_CHECKS = 1024;
const NO_NAMES: readonly string[] = [];
const NO_VALUES: readonly unknown[] = [];
const QUICK_FAILED = QUICK_ENDED | QuickEnd.failed;
const QUICK_MISS = QUICK_ENDED | QuickEnd.miss;
const QUICK_SAME = QUICK_ENDED | QuickEnd.same;
