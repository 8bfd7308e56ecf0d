/**
 * The shared memory of a ring channel: a header of 32-bit words, then two byte rings. Words that different threads write
 * are a cache line apart.
 */

/** Whose end: the client's or the kernel's. */
export const Side = { client: 0, kernel: 1 } as const;
export type Side = (typeof Side)[keyof typeof Side];

const LINE_WORDS = 16;
const HEADER_LINES = 8;
const HEADER_BYTES = HEADER_LINES * LINE_WORDS * 4;
const DEFAULT_RING_BYTES = 256 * 1024;

/** Words of one side, in its line of the header. */
const WAKE = 0;
const LISTENING = 1;
const STATE = 2;
const WANTS_ROOM = 3;
/** Word of the kernel's third line. */
const INTERRUPT_LINE = 6;

/** What a side does about frames that arrive. */
export const Listening = {
  /** It looks by itself. */
  no: 0,
  /** It sleeps on its wake word, in `Atomics.wait` or `Atomics.waitAsync`. */
  onWord: 1,
  /** It is in its event loop and cannot watch a word: it has to be sent a message. */
  onDoorbell: 2,
} as const;

/** How far a side is. A side only ever sets its own, except that whoever finds the other gone sets `gone` for it. */
export const SideState = { open: 0, closed: 1, gone: 2 } as const;

/** One byte ring: `tail` counts bytes written, `head` bytes read, both modulo 2**32. */
export interface RingWords {
  readonly head: number;
  readonly tail: number;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/** The words and bytes of a channel, named. Indices are into `words`. */
export class RingMemory {
  readonly words: Int32Array<SharedArrayBuffer>;
  /** By the side that writes it. */
  readonly rings: readonly [RingWords, RingWords];

  constructor(readonly buffer: SharedArrayBuffer) {
    this.words = new Int32Array(buffer, 0, HEADER_BYTES / 4);
    const ringBytes = (buffer.byteLength - HEADER_BYTES) / 2;
    if (!Number.isInteger(Math.log2(ringBytes))) {
      throw new RangeError(`a ring of ${ringBytes} bytes: its size must be a power of two`);
    }
    this.rings = [this.#ring(0, ringBytes), this.#ring(1, ringBytes)];
  }

  /** @param ringBytes size of each ring, a power of two */
  static create(ringBytes = DEFAULT_RING_BYTES): RingMemory {
    return new RingMemory(new SharedArrayBuffer(HEADER_BYTES + 2 * ringBytes));
  }

  /** Counts what a side is woken for; it sleeps on this word. */
  wakeAt(side: Side): number {
    return (4 + side) * LINE_WORDS + WAKE;
  }

  listeningAt(side: Side): number {
    return (4 + side) * LINE_WORDS + LISTENING;
  }

  stateAt(side: Side): number {
    return (4 + side) * LINE_WORDS + STATE;
  }

  /** Set by a side that waits for room in the ring that it writes. */
  wantsRoomAt(side: Side): number {
    return (4 + side) * LINE_WORDS + WANTS_ROOM;
  }

  /** The number of a signal that Python is to handle, or 0. */
  get interruptWord(): Int32Array<SharedArrayBuffer> {
    const at = INTERRUPT_LINE * LINE_WORDS;
    return this.words.subarray(at, at + 1);
  }

  /** Ends a sleep of that side, or the one that it is about to begin. */
  wake(side: Side): void {
    const at = this.wakeAt(side);
    Atomics.add(this.words, at, 1);
    Atomics.notify(this.words, at);
  }

  /** Asks Python to handle a signal, wherever the kernel is waiting. */
  interrupt(signum: number): void {
    Atomics.store(this.interruptWord, 0, signum);
    this.wake(Side.kernel);
  }

  #ring(writer: Side, ringBytes: number): RingWords {
    return {
      tail: 2 * writer * LINE_WORDS,
      head: (2 * writer + 1) * LINE_WORDS,
      bytes: new Uint8Array(this.buffer, HEADER_BYTES + writer * ringBytes, ringBytes),
      words: this.words,
    };
  }
}
