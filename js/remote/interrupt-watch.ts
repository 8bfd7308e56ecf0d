import type { Limit, Limits } from "../proxy/limits.ts";
import type { Alarm } from "../session/session.ts";

/** How often the buffer is looked at while Python runs. */
const LOOK_MS = 20;

/** Integers of any size; element 0 is a signal for Python, or 0. */
type Mailbox = Int32Array;

/**
 * The interrupt buffer of a kernel that shares no memory with this thread (IN-buffer): it is looked at here while a call is
 * under way, and what is found goes to the kernel as a message. Deadlines go off by the same alarm.
 */
export class InterruptWatch implements Limits, Alarm {
  readonly #limits: Limits & Alarm;
  readonly #send: (signum: number, nonce: number) => void;
  #buffer: Mailbox | undefined;
  #nextLook = 0;
  #isWanted = false;
  /** What the kernel has not taken yet. */
  #sent: { readonly signum: number; readonly nonce: number } | undefined;
  #lastNonce = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(limits: Limits & Alarm, send: (signum: number, nonce: number) => void) {
    this.#limits = limits;
    this.#send = send;
  }

  setBuffer(buffer: ArrayBufferView | undefined): void {
    this.#buffer = buffer as Mailbox | undefined;
    this.#update();
  }

  begin(milliseconds: number): Limit {
    return this.#limits.begin(milliseconds);
  }

  get nextMs(): number {
    const { nextMs } = this.#limits;
    return this.#buffer === undefined ? nextMs : Math.min(nextMs, this.#nextLook);
  }

  tell(): void {
    this.#limits.tell();
    this.#look();
  }

  /** Whether to look from the event loop. */
  watch(isWanted: boolean): void {
    this.#isWanted = isWanted;
    this.#update();
  }

  #update(): void {
    const isWanted = this.#isWanted && this.#buffer !== undefined;
    if (isWanted === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = isWanted ? setInterval(() => this.#look(), LOOK_MS) : undefined;
  }

  /** The kernel obeys the signal of that nonce: it is no more in the buffer. */
  taken(nonce: number): void {
    if (this.#sent?.nonce !== nonce) return;
    if (this.#buffer !== undefined) Atomics.compareExchange(this.#buffer, 0, this.#sent.signum, 0);
    this.#sent = undefined;
  }

  /** A signal that comes before its call has begun finds nothing to interrupt, so that it is sent until it is taken. */
  #look(): void {
    this.#nextLook = performance.now() + LOOK_MS;
    const signum = this.#buffer === undefined ? 0 : Atomics.load(this.#buffer, 0);
    if (signum === 0) return;
    if (this.#sent?.signum !== signum) this.#sent = { signum, nonce: ++this.#lastNonce };
    this.#send(signum, this.#sent.nonce);
  }
}
