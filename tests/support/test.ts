import { test as nodeTest } from "node:test";
import { noteHandles } from "./handles.ts";
import { exceptionFor, reasonHere } from "./places.ts";
import { armWatchdog, disarmWatchdog } from "./watchdog.ts";

const LIMIT_MS = 30_000;
/** Later than the test's own timeout, which gives the better report where the thread is not blocked. */
const WATCHDOG_EXTRA_MS = 5_000;

/**
 * A test that cannot hang: past `limitMs` it fails, and when it blocks the thread for longer its process is ended
 * with its name on standard error. It also fails when it leaves a handle behind in a kernel of `startKernel`. Where
 * `docs/places.md` excepts all rules of its title it is reported as excepted instead.
 */
export function test(name: string, body: () => unknown, limitMs = LIMIT_MS): void {
  run(name, body, limitMs, exceptionFor(name));
}

/**
 * A test of what the language does at once with a proxy (`in`, spread, `String`), or of a function that works on proxies
 * at once: the row `values` of `docs/places.md` says where that cannot be.
 */
export function testOfValues(name: string, body: () => unknown, limitMs = LIMIT_MS): void {
  testOf("values", name, body, limitMs);
}

/** A test that is excepted where the row `row` of `docs/places.md` says so, which names no rule. */
export function testOf(row: string, name: string, body: () => unknown, limitMs = LIMIT_MS): void {
  run(name, body, limitMs, exceptionFor(name) ?? reasonHere(row));
}

function run(
  name: string,
  body: () => unknown,
  limitMs: number,
  exception: string | undefined,
): void {
  if (exception !== undefined) {
    nodeTest(name, { skip: `excepted: ${exception}` }, () => {});
    return;
  }
  nodeTest(name, { timeout: limitMs }, async () => {
    armWatchdog(name, limitMs + WATCHDOG_EXTRA_MS);
    try {
      const checkHandles = await noteHandles();
      await body();
      await checkHandles();
    } finally {
      disarmWatchdog();
    }
  });
}
