import { Op } from "#vocabulary";
import type { KernelModule } from "../kernel/kernel-module.ts";
import { type KernelLink, NO_TARGET } from "../proxy/link.ts";

/** The mailbox for signals: element 0 of an integer array (IN-buffer). */
export type InterruptView =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** Signals that can be sent are below this (IN-signal). */
const SIGNAL_END = 65;
/** Runs in Python: trips the signal, whose handler is called before the next line (IN-check). */
const DELIVER = "import _thread\n_thread.interrupt_main";

/** The interrupt buffer of one interpreter (IN-*). */
export class Interrupts {
  readonly #kernel: Pick<KernelModule, "FS" | "ERRNO_CODES" | "setInterruptBuffer">;
  readonly #link: KernelLink;
  #buffer: InterruptView | undefined;

  constructor(
    kernel: Pick<KernelModule, "FS" | "ERRNO_CODES" | "setInterruptBuffer">,
    link: KernelLink,
  ) {
    this.#kernel = kernel;
    this.#link = link;
  }

  /** @param buffer undefined turns interrupts off */
  setBuffer(buffer: InterruptView | undefined): void {
    if (buffer !== undefined && !ArrayBuffer.isView(buffer)) {
      throw new TypeError("the interrupt buffer must be a typed array of integers");
    }
    this.#buffer = buffer;
    this.#kernel.setInterruptBuffer(buffer as Int32Array | undefined);
  }

  /**
   * Takes a pending signal and runs its Python handler (IN-check). Inside a stream handler Python cannot run: there it
   * throws EINTR, and Python takes the signal itself when its operation ends (IN-check.io).
   */
  check(): void {
    const signum = this.#buffer?.[0] ?? 0;
    if (signum === 0) return;
    const { FS, ERRNO_CODES } = this.#kernel;
    if (this.#link.isBusy) throw new FS.ErrnoError(ERRNO_CODES.EINTR);
    (this.#buffer as InterruptView)[0] = 0;
    if (signum < 0 || signum >= SIGNAL_END) return;
    this.#link.ask(Op.eval, NO_TARGET, [`${DELIVER}(${signum})\nNone`]);
  }
}
