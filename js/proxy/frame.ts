import type { KernelExports } from "../kernel/kernel-module.ts";
import { LimitPassed } from "./errors.ts";

export const SLOT_BYTES = 16;
/** A callee may answer with this many slots, so every frame has them. */
const MIN_SLOTS = 4;
/** The words at `krait_frames()`. */
const TOP = 0;
const LIMIT = 1;

/** What the frames need of a kernel. */
export interface FrameMemory {
  readonly memory: WebAssembly.Memory;
  readonly exports: Pick<KernelExports, "krait_frames" | "krait_alloc" | "krait_free">;
}

/**
 * The stack of call frames in WebAssembly memory that both sides share (ARCHITECTURE.md, "The in-page ABI").
 *
 * Addresses are byte addresses. The views are replaced when memory grows, so use `frames.u8` afresh after anything
 * that may run Python or allocate, never a view kept from before.
 */
export class Frames {
  u8!: Uint8Array<ArrayBuffer>;
  u32!: Uint32Array<ArrayBuffer>;
  f64!: Float64Array<ArrayBuffer>;

  readonly #module: FrameMemory;
  /** Index in `u32` of the stack's three words. */
  readonly #words: number;

  constructor(module: FrameMemory) {
    this.#module = module;
    this.#replaceViews();
    this.#words = (module.exports.krait_frames() >>> 0) >>> 2;
  }

  /** Makes the views good again after a call. Memory that grew has detached the old ones, whose length is then 0. */
  revalidate(): void {
    if (this.u8.length === 0) this.#replaceViews();
  }

  /** Takes a frame of at least `slots` slots and gives its address. */
  push(slots: number): number {
    if (this.u8.length === 0) this.#replaceViews();
    const { u32 } = this;
    const words = this.#words;
    const address = (((u32[words + TOP] as number) + 15) & -16) >>> 0;
    const end = address + Math.max(slots, MIN_SLOTS) * SLOT_BYTES;
    if (end > (u32[words + LIMIT] as number)) throw doesNotFit(slots);
    u32[words + TOP] = end;
    return address;
  }

  /** Takes bytes at the top, a multiple of 16; gives their address, or 0 when they do not fit. */
  take(bytes: number): number {
    const { u32 } = this;
    const words = this.#words;
    const address = u32[words + TOP] as number;
    const end = address + bytes;
    if (end > (u32[words + LIMIT] as number)) return 0;
    u32[words + TOP] = end;
    return address;
  }

  /** Where the next frame or the next bytes go. */
  get top(): number {
    return this.u32[this.#words + TOP] as number;
  }

  set top(address: number) {
    this.u32[this.#words + TOP] = address;
  }

  /** Whether `bytes` fit at `top`. */
  hasRoom(bytes: number): boolean {
    return this.top + bytes <= this.#limit;
  }

  /** Moves `top` behind bytes that were written there, to the next multiple of 16: UTF-16 may follow. */
  advance(bytes: number): void {
    this.top = Math.min((this.top + bytes + 15) & -16, this.#limit) >>> 0;
  }

  /** Memory outside the stack, for what does not fit. The views may be replaced. */
  allocate(bytes: number): number {
    const address = this.#module.exports.krait_alloc(bytes) >>> 0;
    if (address === 0) throw new LimitPassed(`the kernel has no memory for ${bytes} bytes`);
    this.revalidate();
    return address;
  }

  free(address: number): void {
    this.#module.exports.krait_free(address);
  }

  get #limit(): number {
    return this.u32[this.#words + LIMIT] as number;
  }

  #replaceViews(): void {
    const buffer = this.#module.memory.buffer as ArrayBuffer;
    this.u8 = new Uint8Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }
}

function doesNotFit(slots: number): LimitPassed {
  return new LimitPassed(`a call with ${slots} values does not fit in the frame stack`);
}
