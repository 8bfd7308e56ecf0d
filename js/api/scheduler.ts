type Schedule = (callback: () => void) => void;

/** Delays up to this are served by the fastest macrotask of the host (WL-scheduler). */
const FAST_MS = 2;

/** Runs callbacks from the host's event loop, as macrotasks: promise reactions go first (WL-call_soon). */
export class Scheduler {
  readonly #soon: Schedule;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(scope: SchedulerScope = globalThis as unknown as SchedulerScope) {
    this.#soon = fastestMacrotask(scope);
  }

  /** Runs `callback` once, after about `delayMs` milliseconds. Zero delays keep their order. */
  schedule(callback: () => void, delayMs: number): void {
    if (delayMs <= FAST_MS) {
      this.#soon(callback);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      callback();
    }, delayMs);
    this.#timers.add(timer);
  }

  /** Cancels the timers that run: an interpreter that has ended must not keep a process alive. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** The globals that schedulers differ by. */
export interface SchedulerScope {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel?: typeof MessageChannel;
}

function fastestMacrotask(scope: SchedulerScope): Schedule {
  const { setImmediate } = scope;
  if (setImmediate !== undefined) return (callback) => void setImmediate(callback);
  if (scope.MessageChannel !== undefined) return throughChannel(new scope.MessageChannel());
  return (callback) => void setTimeout(callback, 0);
}

/** One message a callback: not subject to the 4 ms that browsers add to nested timers. */
function throughChannel({ port1, port2 }: MessageChannel): Schedule {
  const waiting: (() => void)[] = [];
  // In Node-like hosts a port that listens keeps the process alive, which it should only while something waits.
  const { ref, unref } = port1 as { ref?(): void; unref?(): void };
  port1.onmessage = () => {
    const callback = waiting.shift();
    if (waiting.length === 0) unref?.call(port1);
    callback?.();
  };
  unref?.call(port1);
  return (callback) => {
    if (waiting.length === 0) ref?.call(port1);
    waiting.push(callback);
    port2.postMessage(undefined);
  };
}
