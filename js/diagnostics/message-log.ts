/** One message between the program and its kernel. */
export interface MessageRecord {
  /** By the program's side. */
  readonly direction: "sent" | "received";
  /** "kernel": calls between the program and Python; "service": files, streams and the like. */
  readonly lane: "kernel" | "service";
  /** "call", "return", "release", "signal", "event" …: as the protocol names it. */
  readonly kind: string;
  /** Of a call and its return what was asked: "getAttr", "service 2.0". */
  readonly operation?: string;
  /** Number of the call. */
  readonly call?: number;
  /** Bytes of the frame; 0 of a message that rode in the frame of another. */
  readonly bytes: number;
  /** When, in milliseconds on the clock of `performance.now`. */
  readonly atMs: number;
  /** Of a return, how long after its call it came; in the same thread, how long the call took. */
  readonly durationMs?: number;
  /** Of a return, and of a call in the same thread, how it ended. */
  readonly outcome?: "value" | "failure" | "stopped";
  /** What it carries, for people; cut short. */
  readonly summary: string;
}

/** Messages of one kind. */
export interface MessageCount
  extends Pick<MessageRecord, "direction" | "lane" | "kind" | "operation"> {
  readonly count: number;
  readonly bytes: number;
  /** Of calls and returns: all durations together, and the longest. */
  readonly totalMs: number;
  readonly maxMs: number;
}

/** A log as programs look at it. */
export interface Messages {
  /** By direction, kind and operation, what there was most of first. */
  readonly byKind: readonly MessageCount[];
  /** The last 1,000, the latest last. */
  readonly recent: readonly MessageRecord[];
  /** Has `listener` called for each message as it passes; it must not call Python. The result ends that. */
  listen(listener: Listener): () => void;
  /** Forgets what was noted. */
  clear(): void;
  /** Notes nothing any more, until it is looked at again. */
  stop(): void;
}

export type Listener = (record: MessageRecord) => void;

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** How many messages `recent` goes back. */
const RECENT = 1000;

/** What was noted of messages, since somebody asked for it. */
export class MessageLog {
  readonly #counts = new Map<string, Mutable<MessageCount>>();
  readonly #recent: MessageRecord[] = [];
  readonly #listeners = new Set<Listener>();

  add(record: MessageRecord): void {
    const { direction, lane, kind, operation, bytes, durationMs = 0 } = record;
    const key = `${direction} ${lane} ${kind} ${operation}`;
    let count = this.#counts.get(key);
    if (count === undefined) {
      const named = operation === undefined ? {} : { operation };
      count = { direction, lane, kind, ...named, count: 0, bytes: 0, totalMs: 0, maxMs: 0 };
      this.#counts.set(key, count);
    }
    count.count += 1;
    count.bytes += bytes;
    count.totalMs += durationMs;
    count.maxMs = Math.max(count.maxMs, durationMs);
    this.#recent.push(record);
    // Now and then, since each time moves all of them.
    if (this.#recent.length >= 2 * RECENT) this.#recent.splice(0, RECENT);
    for (const listener of this.#listeners) {
      try {
        listener(record);
      } catch (error) {
        // Its own mistake, and not that of the call that is under way.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** By kind, what there was most of first. */
  get byKind(): MessageCount[] {
    const counts = Array.from(this.#counts.values(), (count) => ({ ...count }));
    return counts.sort((a, b) => b.count - a.count);
  }

  /** The last ones, the latest last. */
  get recent(): MessageRecord[] {
    return this.#recent.slice(-RECENT);
  }

  clear(): void {
    this.#counts.clear();
    this.#recent.length = 0;
  }

  /** Has `listener` told of each message as it passes. @returns ends that */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** @param stop ends the noting */
export function messagesOf(log: MessageLog, stop: () => void): Messages {
  return {
    get byKind() {
      return log.byKind;
    },
    get recent() {
      return log.recent;
    },
    listen: (listener) => log.listen(listener),
    clear: () => log.clear(),
    stop,
  };
}
