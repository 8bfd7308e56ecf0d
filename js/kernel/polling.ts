import type { GlueModule } from "./glue.ts";
import type { Waiting } from "./waiting.ts";

/** Events of `poll`. */
export const POLL = { in: 0x1, out: 0x4, error: 0x8, hungUp: 0x10, invalid: 0x20 };
/** `struct pollfd`: descriptor, what is asked, what is answered. */
const POLLFD_BYTES = 8;
const BITS = 32;

/** What sleeps until a descriptor may have changed, or so long. */
export interface Sleeper {
  wait(milliseconds: number): void;
}

/** `poll` and `select`, which wait where the glue's own would answer at once. Both give the count, or a negative errno. */
export class Polling {
  /** Set once there are sockets, which change while this thread waits. Nothing else does. */
  sleeper: Sleeper | undefined;
  readonly #glue: GlueModule;
  readonly #waiting: Waiting;

  constructor(glue: GlueModule, waiting: Waiting) {
    this.#glue = glue;
    this.#waiting = waiting;
  }

  poll(fds: number, count: number, timeoutMs: number): number {
    return this.#until(timeoutMs < 0 ? Number.POSITIVE_INFINITY : timeoutMs, () => {
      let ready = 0;
      const view = new DataView(this.#glue.wasmMemory.buffer);
      for (let at = fds; at < fds + count * POLLFD_BYTES; at += POLLFD_BYTES) {
        const fd = view.getInt32(at, true);
        const asked = view.getInt16(at + 4, true) | POLL.error | POLL.hungUp | POLL.invalid;
        const answer = fd < 0 ? 0 : this.#ready(fd) & asked;
        view.setInt16(at + 6, answer, true);
        if (answer !== 0) ready++;
      }
      return ready;
    });
  }

  /** @param sets addresses of the sets of descriptors to read, to write and with errors; 0 for none */
  select(count: number, ...sets: number[]): number {
    const timeout = sets.pop() as number;
    const words = () => new Int32Array(this.#glue.wasmMemory.buffer);
    const length = Math.ceil(count / BITS);
    const asked = sets.map((set) =>
      Array.from(set === 0 ? [] : words().subarray(set >> 2, (set >> 2) + length)),
    );
    const isAsked = (set: number, fd: number) =>
      (((asked[set]?.[Math.floor(fd / BITS)] ?? 0) >>> (fd % BITS)) & 1) === 1;
    for (let fd = 0; fd < count; fd++) {
      const isUnknown = !this.#glue.FS.getStream(fd);
      if (isUnknown && asked.some((_, set) => isAsked(set, fd))) return this.#failed("EBADF");
    }
    return this.#until(
      timeout === 0 ? Number.POSITIVE_INFINITY : milliseconds(words(), timeout),
      () => {
        const answers = asked.map((set) => set.map(() => 0));
        let ready = 0;
        for (let fd = 0; fd < count; fd++) {
          if (!isAsked(0, fd) && !isAsked(1, fd)) continue;
          const events = this.#ready(fd);
          for (const [set, wanted] of [POLL.in, POLL.out].entries()) {
            if (!isAsked(set, fd) || (events & wanted) === 0) continue;
            const bits = answers[set] as number[];
            bits[Math.floor(fd / BITS)] =
              (bits[Math.floor(fd / BITS)] as number) | (1 << (fd % BITS));
            ready++;
          }
        }
        for (const [set, address] of sets.entries())
          words().set(answers[set] as number[], address >> 2);
        return ready;
      },
    );
  }

  /** Looks again and again until something is ready, the time is up, or nothing can become ready for ever. */
  #until(timeoutMs: number, look: () => number): number {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const ready = look();
      const left = end - performance.now();
      if (ready > 0 || left <= 0) return ready;
      if (this.#waiting.isInterruptRequested) return this.#failed("EINTR");
      if (this.sleeper !== undefined) this.sleeper.wait(left);
      else if (left === Number.POSITIVE_INFINITY) return 0;
      else if (this.#waiting.wait(left)) return this.#failed("EINTR");
    }
  }

  #ready(fd: number): number {
    const stream = this.#glue.FS.getStream(fd);
    if (!stream) return POLL.invalid;
    return stream.stream_ops?.poll?.(stream, 0) ?? POLL.in | POLL.out;
  }

  #failed(code: string): number {
    return -(this.#glue.ERRNO_CODES[code] as number);
  }
}

/** Of seconds and microseconds, a word each. */
function milliseconds(words: Int32Array, address: number): number {
  const at = address >> 2;
  return (words[at] as number) * 1000 + (words[at + 1] as number) / 1000;
}
