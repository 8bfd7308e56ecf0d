import { Exit } from "../kernel/exit.ts";
import { KernelDied } from "../proxy/errors.ts";

const FAILED = "Pyodide already fatally failed and can no longer be used.";
const EXITED = "Pyodide already exited and can no longer be used.";

/**
 * What escaped from the kernel: it ended itself, or is broken. Nothing may call it after that (BY-fatal).
 *
 * @returns the error to throw now; `Exit` when Python ended itself with `os._exit` (JS-exit)
 */
export function deathOf(reason: unknown): Exit | KernelDied {
  if (reason instanceof Exit || reason instanceof KernelDied) return reason;
  const death = new KernelDied(reasonText(reason), { cause: reason });
  console.error("krait: a fatal error in the Python kernel:", death);
  return death;
}

function reasonText(reason: unknown): string {
  if (reason instanceof RangeError) return `the stack overflowed (${reason.message})`;
  return reason instanceof Error ? reason.message : String(reason);
}

/** Members that are of use on a dead interpreter's object: JS-fatal, BY-restart. */
const LASTING: ReadonlySet<PropertyKey> = new Set(["version", "restart", "terminate"]);

/** Names that stay readable on a dead interpreter's object (JS-fatal). */
function isReadable(name: PropertyKey): boolean {
  return typeof name !== "string" || LASTING.has(name) || name.startsWith("_");
}

/** Makes every public member of the object throw from now on, `version` and names with a leading `_` excepted. */
export function disableMembers(pyodide: object, death: Error): void {
  const message = death instanceof Exit ? EXITED : FAILED;
  for (const name of Reflect.ownKeys(pyodide)) {
    if (isReadable(name)) continue;
    Object.defineProperty(pyodide, name, {
      get() {
        throw new Error(message, { cause: death });
      },
      enumerable: true,
      configurable: true,
    });
  }
}
