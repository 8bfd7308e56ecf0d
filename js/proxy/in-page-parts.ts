import type { KernelModule } from "../kernel/kernel-module.ts";
import type { Limits } from "./limits.ts";
import type { LinkSettings } from "./link.ts";

/** What the link asks of whoever made it. */
export interface LinkHost {
  readonly settings: LinkSettings;
  /** The interpreter's `ffi.PyProxy`. */
  readonly proxyConstructor: unknown;
  /** Proxies of Python objects give promises wherever they come from (BY-async). */
  readonly isAsync: boolean;
  readonly limits: Limits;
  /** Makes the error for what escaped from the kernel, which is dead from then on (JS-fatal, JS-exit). */
  died(reason: unknown): Error;
  /** Runs `callback` once after a delay (WL-scheduler). */
  schedule(callback: () => void, delayMs: number): void;
}

export type KernelExportsInUse = Pick<
  KernelModule["exports"],
  | "krait_dispatch"
  | "krait_dispatch_kept"
  | "krait_name"
  | "krait_call"
  | "krait_get_attr"
  | "krait_set_attr"
  | "krait_get_item"
  | "krait_set_item"
  | "krait_release"
  | "krait_frames"
  | "krait_alloc"
  | "krait_free"
  | "krait_open_stack"
  | "krait_run"
>;

/** A loaded kernel, as far as calls need it. */
export interface LinkModule {
  readonly memory: WebAssembly.Memory;
  readonly exports: KernelExportsInUse;
}
