import { test as nodeTest } from "node:test";
import { armWatchdog, disarmWatchdog } from "./watchdog.ts";

const LIMIT_MS = 30_000;
/** Later than the test's own timeout, which gives the better report where the thread is not blocked. */
const WATCHDOG_EXTRA_MS = 5_000;

/**
 * A test that cannot hang: past `limitMs` it fails, and when it blocks the thread for longer its process is ended
 * with its name on standard error.
 */
export function test(name: string, body: () => unknown, limitMs = LIMIT_MS): void {
  nodeTest(name, { timeout: limitMs }, async () => {
    armWatchdog(name, limitMs + WATCHDOG_EXTRA_MS);
    try {
      await body();
    } finally {
      disarmWatchdog();
    }
  });
}
