import { FailureKind, Op, Status, ValueTag } from "#vocabulary";
import type { KernelClient, KernelModule } from "../kernel/kernel-module.ts";
import { Conversion } from "./conversion.ts";
import { errorOfKind, NoGilError, ProtocolError } from "./errors.ts";
import { Frames, SLOT_BYTES } from "./frame.ts";
import { InPageValues } from "./in-page-values.ts";
import type { Keywords, Link, LinkSettings, Step } from "./link.ts";
import { ObjectServer } from "./object-server.ts";
import { type Handle, ObjectTable } from "./object-table.ts";
import { PyProxyFactory } from "./py-proxy.ts";
import { DestroyedError, PyTarget } from "./py-state.ts";
import { PythonError, setSerial } from "./python-error.ts";

/** What the link asks of whoever made it. */
export interface LinkHost {
  readonly settings: LinkSettings;
  /** The interpreter's `ffi.PyProxy`. */
  readonly proxyConstructor: unknown;
  /** Makes the error for what escaped from the kernel, which is dead from then on (JS-fatal, JS-exit). */
  died(reason: unknown): Error;
  /** Runs `callback` once after a delay (WL-scheduler). */
  schedule(callback: () => void, delayMs: number): void;
}

type KernelExportsInUse = Pick<
  KernelModule["exports"],
  "krait_dispatch" | "krait_release" | "krait_frames" | "krait_alloc" | "krait_free"
>;

/** A loaded kernel, as far as calls need it. */
export interface LinkModule {
  readonly memory: WebAssembly.Memory;
  readonly exports: KernelExportsInUse;
}

/** Calls between this thread's JavaScript and its kernel, by frames in WebAssembly memory (ARCHITECTURE.md). */
export class InPageLink implements Link {
  readonly memory: WebAssembly.Memory;
  readonly objects = new ObjectTable();
  readonly values: InPageValues;
  readonly proxies: PyProxyFactory;
  readonly settings: LinkSettings;

  readonly #exports: KernelExportsInUse;
  readonly #frames: Frames;
  readonly #conversion: Conversion;
  readonly #server: ObjectServer;
  readonly #host: LinkHost;
  /** Who waits for Python and is to be told when it dies (BY-fatal). */
  readonly #waiting = new Set<(death: Error) => void>();
  /** Why the kernel is dead; then nothing reaches it any more. */
  #death: Error | undefined;

  constructor(module: LinkModule, host: LinkHost) {
    this.memory = module.memory;
    this.#exports = module.exports;
    this.#host = host;
    this.settings = host.settings;
    this.#frames = new Frames(module);
    this.proxies = new PyProxyFactory(host.proxyConstructor);
    this.values = new InPageValues(this, this.objects, this.proxies);
    this.#conversion = new Conversion(this.#frames, this.values);
    this.#server = new ObjectServer(this, this.#frames, this.#conversion);
  }

  /** What the kernel's imports do. */
  get client(): KernelClient {
    return {
      ask: (op, index, generation, frame, positional, keywords) =>
        this.#server.ask(op, index, generation >>> 0, frame >>> 0, positional, keywords),
      release: (index, generation, count) => this.#server.release(index, generation >>> 0, count),
      schedule: (index, generation, delayMs) => this.#schedule(index, generation >>> 0, delayMs),
    };
  }

  ask(op: Op, target: Handle, args: readonly unknown[], keywords?: Keywords): unknown {
    const call = this.#begin(op, target, args, keywords);
    try {
      if (call.status !== Status.returned) throw this.#failure(call);
      return this.#conversion.read(call.frame);
    } finally {
      this.#end(call);
    }
  }

  find(op: Op, target: Handle, args: readonly unknown[], absent: FailureKind): unknown {
    const call = this.#begin(op, target, args);
    try {
      if (call.status === Status.failed && this.#failureKind(call) === absent) return undefined;
      if (call.status !== Status.returned) throw this.#failure(call);
      return this.#conversion.read(call.frame);
    } finally {
      this.#end(call);
    }
  }

  step(op: Op, target: Handle, args: readonly unknown[]): Step {
    const call = this.#begin(op, target, args);
    try {
      if (call.status === Status.failed) throw this.#failure(call);
      const value = this.#conversion.read(call.frame);
      return { done: call.status === Status.stopped, value };
    } finally {
      this.#end(call);
    }
  }

  askTarget(op: Op, target: Handle, args: readonly unknown[]): PyTarget {
    const call = this.#begin(op, target, args);
    try {
      if (call.status !== Status.returned) throw this.#failure(call);
      const { u32 } = this.#frames;
      const at = call.frame >>> 2;
      if (u32[at] !== ValueTag.mine) {
        throw new TypeError("Python gave a value where an object was expected");
      }
      return this.#targetAt(at);
    } finally {
      this.#end(call);
    }
  }

  getAttribute(target: PyTarget, name: string): unknown {
    const call = this.#begin(Op.getAttr, target, [name]);
    let fresh: PyTarget;
    try {
      if (call.status === Status.failed && this.#failureKind(call) === FailureKind.noAttribute) {
        return undefined;
      }
      if (call.status !== Status.returned) throw this.#failure(call);
      const at = call.frame >>> 2;
      if (this.#frames.u32[at] !== ValueTag.mine) {
        return this.#conversion.read(call.frame);
      }
      fresh = this.#targetAt(at);
    } finally {
      this.#end(call);
    }
    return target.cachedAttribute(name, fresh);
  }

  toNative(target: Handle, depth: number): Uint8Array {
    const call = this.#begin(Op.toNative, target, [depth]);
    try {
      if (call.status !== Status.returned) throw this.#failure(call);
      return this.#conversion.readBytes(call.frame);
    } finally {
      this.#end(call);
    }
  }

  fromGraph(records: Uint8Array): unknown {
    const call = this.#begin(Op.fromGraph, { index: 0, generation: 0 }, [], undefined, records);
    try {
      if (call.status !== Status.returned) throw this.#failure(call);
      return this.#conversion.read(call.frame);
    } finally {
      this.#end(call);
    }
  }

  release(target: Handle, references: number): void {
    if (this.#death !== undefined) return;
    try {
      this.#exports.krait_release(target.index, target.generation, references);
    } catch (reason) {
      this.#die(reason);
    }
  }

  whenDead(reject: (death: Error) => void): () => void {
    this.#waiting.add(reject);
    return () => this.#waiting.delete(reject);
  }

  get isDead(): boolean {
    return this.#death !== undefined;
  }

  /** Throws when the kernel is dead, as every call does from then on. */
  checkAlive(): void {
    if (this.#death !== undefined) throw this.#death;
  }

  /** Whether Python is in the middle of an operation that it cannot be called from (ER-proxyReentry). */
  isBusy = false;

  /** Ends the kernel: what escaped from it says why. */
  kill(reason: unknown): Error {
    return this.#die(reason);
  }

  /** Writes the arguments and makes the call. `#end` must follow, whatever happens. */
  #begin(
    op: Op,
    target: Handle,
    args: readonly unknown[],
    keywords?: Keywords,
    graph?: Uint8Array,
  ): Call {
    this.checkAlive();
    if (this.isBusy) throw new NoGilError();
    const names = keywords === undefined ? NO_NAMES : Object.keys(keywords);
    const positional = args.length + (graph === undefined ? 0 : 1);
    const frame = this.#frames.push(positional + 2 * names.length);
    const call: Call = { frame, status: Status.failed, allocated: [] };
    let written = 0;
    try {
      const write = (value: unknown) => {
        this.#conversion.write(frame + written * SLOT_BYTES, value, call.allocated);
        written++;
      };
      for (let i = 0; i < args.length; i++) write(args[i]);
      if (graph !== undefined) this.#writeGraph(frame + written++ * SLOT_BYTES, graph, call);
      for (const name of names) write((keywords as Keywords)[name]);
      for (const name of names) write(name);
    } catch (error) {
      this.#takeBack(frame, written);
      this.#end(call);
      throw error instanceof DestroyedError ? raisedInPython(error) : error;
    }
    call.status = this.#dispatch(op, target, frame, positional, names.length);
    return call;
  }

  #dispatch(op: Op, target: Handle, frame: number, positional: number, keywords: number): Status {
    this.#server.depth++;
    try {
      const { index, generation } = target;
      const { krait_dispatch: dispatch } = this.#exports;
      return dispatch(op, index, generation, frame, positional, keywords) as Status;
    } catch (reason) {
      throw this.#die(reason);
    } finally {
      this.#server.leave();
      this.#frames.revalidate();
    }
  }

  #end(call: Call): void {
    if (this.#death !== undefined) return;
    for (const address of call.allocated) this.#frames.free(address);
    this.#frames.top = call.frame;
  }

  #writeGraph(slot: number, records: Uint8Array, call: Call): void {
    this.#conversion.writeBytes(slot, ValueTag.graph, records, call.allocated);
  }

  /** Takes back the objects that were exported to arguments of a call that is not made. */
  #takeBack(frame: number, count: number): void {
    const { u32 } = this.#frames;
    for (let at = frame >>> 2, i = 0; i < count; i++, at += SLOT_BYTES >>> 2) {
      if (u32[at] !== ValueTag.mine) continue;
      this.values.unexport({ index: u32[at + 2] as number, generation: u32[at + 3] as number });
    }
  }

  #targetAt(at: number): PyTarget {
    const { u32 } = this.#frames;
    const [flags, index, generation] = [u32[at + 1], u32[at + 2], u32[at + 3]] as [
      number,
      number,
      number,
    ];
    return new PyTarget(this, index, generation, flags);
  }

  #failureKind(call: Call): FailureKind {
    return this.#frames.f64[(call.frame >>> 3) + 1] as FailureKind;
  }

  /** The error for a failed call: kind, type name, message and serial are in its slots. */
  #failure(call: Call): Error {
    if (call.status === Status.stopped) return new TypeError("the iterator ended");
    if (call.status !== Status.failed) {
      return new ProtocolError(`the kernel answered with the unknown status ${call.status}`);
    }
    const kind = this.#failureKind(call);
    const [type, message, serial] = [1, 2, 3].map((slot) =>
      this.#conversion.read(call.frame + slot * SLOT_BYTES),
    );
    if (typeof type !== "string") return errorOfKind(kind, String(message));
    return setSerial(new PythonError(type, String(message)), Number(serial));
  }

  #die(reason: unknown): Error {
    if (this.#death === undefined) {
      this.#death = this.#host.died(reason);
      for (const reject of this.#waiting) reject(this.#death);
      this.#waiting.clear();
    }
    return this.#death;
  }

  /** Calls a Python callable once after a delay, and releases it (krait_client_schedule). */
  #schedule(index: number, generation: number, delayMs: number): void {
    const callable = new PyTarget(this, index, generation, 0);
    this.#host.schedule(() => {
      if (this.#death !== undefined) return;
      try {
        this.ask(Op.call, callable, []);
      } catch (error) {
        // The death of the kernel was reported to everybody who waits; nobody waits for this call.
        if (!this.isDead) throw error;
      } finally {
        callable.drop();
      }
    }, delayMs);
  }
}

const NO_NAMES: readonly string[] = [];

/** A destroyed proxy among the arguments fails as a JsException would, raised where Python takes it (PX-destroy.python). */
function raisedInPython(error: DestroyedError): PythonError {
  const line = `pyodide.ffi.JsException: Error: ${error.message}\n`;
  return new PythonError("JsException", `Traceback (most recent call last):\n${line}`);
}

/** A call that was made: its frame is taken until `#end`. */
interface Call {
  readonly frame: number;
  status: Status;
  /** Memory that arguments were placed in. */
  readonly allocated: number[];
}
