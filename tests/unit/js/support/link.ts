import { InPageLink } from "../../../../js/proxy/in-page-link.ts";
import { KernelMemory } from "./kernel-memory.ts";

/** A link over memory without Python: enough for everything that asks nothing of it. */
export function makeLink(memory = new KernelMemory()): InPageLink {
  return new InPageLink(memory, {
    settings: { isDebug: false, isToStringRepr: false, isNullNone: false, areDictsObjects: false },
    proxyConstructor: Object,
    isAsync: false,
    limits: { begin: () => ({ end() {} }) },
    died: (reason) => reason as Error,
    schedule: () => undefined,
  });
}
