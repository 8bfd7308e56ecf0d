/** The part of Node's `Worker` that tells of its life without the event loop. */
interface LoopWatch {
  readonly performance: { eventLoopUtilization(): { idle: number; active: number } };
}

/**
 * Tells whether a worker's thread is there, even while this thread blocks. Its event loop's times are read from the
 * thread itself: one that has ended has no idle time, which reads as -1, or as a loop that never ran.
 */
export function lifeOf({ performance }: LoopWatch): () => boolean {
  let hasRun = false;
  return () => {
    const { idle, active } = performance.eventLoopUtilization();
    const isRunning = active > 0;
    const isAlive = idle >= 0 && (isRunning || !hasRun);
    hasRun ||= isRunning;
    return isAlive;
  };
}
