/** The part of Node's `Worker` that tells of its life without the event loop. */
interface LoopWatch {
  readonly performance?: { eventLoopUtilization?(): { idle: number; active: number } };
}

/**
 * Tells whether a worker's thread is there, even while this thread blocks. Its event loop's times are read from the
 * thread itself: one that has ended has no idle time, which reads as -1, or as a loop that never ran. Deno and Bun do not
 * tell them; there a worker counts as alive until its `exit` event.
 */
export function lifeOf({ performance }: LoopWatch): () => boolean {
  const isBun = "bun" in process.versions;
  if (isBun || typeof performance?.eventLoopUtilization !== "function") return () => true;
  const utilization = performance.eventLoopUtilization.bind(performance);
  let hasRun = false;
  return () => {
    const { idle, active } = utilization();
    const isRunning = active > 0;
    const isAlive = idle >= 0 && (isRunning || !hasRun);
    hasRun ||= isRunning;
    return isAlive;
  };
}
