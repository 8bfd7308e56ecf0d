import { Unsupported } from "../proxy/errors.ts";
import type { PyodideConfig } from "./options.ts";

/** JS-makeMemorySnapshot */
export function makeMemorySnapshot({ _makeSnapshot: isWanted }: PyodideConfig): Uint8Array {
  if (!isWanted) {
    throw new Error("makeMemorySnapshot needs loadPyodide with the option _makeSnapshot: true");
  }
  throw new Unsupported("pyodide.makeMemorySnapshot: this version cannot save programs yet");
}
