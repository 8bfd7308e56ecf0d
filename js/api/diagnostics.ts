import { MessageLog, type Messages, messagesOf } from "../diagnostics/message-log.ts";
import type { Phase, Timeline } from "../diagnostics/timeline.ts";
import type { Handles } from "./handles.ts";

/** What the interpreter's memory is. */
export interface MemoryUse {
  /** Bytes of WebAssembly memory, which never shrinks; of a remote kernel, what its process has resident. */
  readonly totalBytes: number;
  /** Bytes that C's allocator has handed out, Python's arenas among them. */
  readonly usedBytes: number;
  /** Blocks that Python's allocator has handed out (`sys.getallocatedblocks`). */
  readonly pythonBlocks: number;
}

/** What goes on inside (BY-inspect). Nothing of it costs anything before it is read. */
export interface Diagnostics<HandlesAnswer = Handles, MemoryAnswer = MemoryUse> {
  /** The steps of the start. Those of a worker are among them; those of a server are not. */
  readonly startUp: readonly Phase[];
  /** What passes between the program and its kernel, noted from the first look at this on. */
  readonly messages: Messages;
  /** As `pyodide.handles`. */
  handles(): HandlesAnswer;
  memory(): MemoryAnswer;
}

/** What diagnostics are made of. */
export interface DiagnosticParts {
  readonly timeline: Timeline;
  readonly kernel: WatchedKernel;
}

export interface WatchedKernel {
  /** Notes what passes in `log`, until the result is called. */
  watchMessages(log: MessageLog): () => void;
}

/** @param ask the members that ask Python, which give values or promises */
export function makeDiagnostics<HandlesAnswer, MemoryAnswer>(
  { timeline, kernel }: DiagnosticParts,
  ask: Pick<Diagnostics<HandlesAnswer, MemoryAnswer>, "handles" | "memory">,
): Diagnostics<HandlesAnswer, MemoryAnswer> {
  const log = new MessageLog();
  let unwatch: (() => void) | undefined;
  const messages = messagesOf(log, () => {
    unwatch?.();
    unwatch = undefined;
  });
  return {
    get startUp() {
      return timeline.phases;
    },
    get messages() {
      unwatch ??= kernel.watchMessages(log);
      return messages;
    },
    ...ask,
  };
}
