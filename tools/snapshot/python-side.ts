import { Op, Status } from "#vocabulary";
import type { KernelClient } from "../../js/kernel/kernel-module.ts";
import type { RunningKernel } from "../../js/kernel/running-kernel.ts";
import { InPageLink } from "../../js/proxy/in-page-link.ts";
import { NO_TARGET } from "../../js/proxy/link.ts";

/** No JavaScript object exists for the Python that goes into a snapshot. */
export const refusingClient: KernelClient = {
  ask: () => Status.failed,
  release: () => undefined,
  schedule: () => undefined,
  switches: () => 0,
  suspend: async () => undefined,
  wake: () => undefined,
  failed: () => undefined,
};

/** Calls functions of Python modules, and looks whether anything was left over. */
export class PythonSide {
  readonly #link: InPageLink;

  constructor(kernel: RunningKernel) {
    this.#link = new InPageLink(kernel, {
      settings: {
        isDebug: false,
        isToStringRepr: false,
        isNullNone: false,
        areDictsObjects: false,
      },
      isAsync: false,
      limits: { begin: () => ({ end() {} }) },
      proxyConstructor: class PyProxy {},
      died: (reason) => new Error("the kernel died", { cause: reason }),
      schedule: () => {
        throw new Error("a timer cannot be part of a snapshot");
      },
    });
  }

  /** Calls a function for its effect; an object that it gives is dropped. */
  call(module: string, name: string, ...args: string[]): void {
    const target = this.#link.askTarget(Op.importModule, NO_TARGET, [module]);
    try {
      const value = this.#link.ask(Op.callMethod, target, [name, ...args]);
      if (typeof value === "function" || (typeof value === "object" && value !== null)) {
        (value as { destroy(): void }).destroy();
      }
    } finally {
      target.drop();
    }
  }

  /** @throws {Error} naming the types of Python objects that JavaScript still holds. */
  checkNoHandles(): void {
    const report = JSON.parse(String(this.#link.ask(Op.stats, NO_TARGET, []))) as {
      bufferViews: number;
      handles: Record<string, number>;
    };
    const types = Object.keys(report.handles);
    if (types.length > 0) throw new Error(`JavaScript still holds objects: ${types.join(", ")}`);
    if (report.bufferViews > 0) throw new Error("JavaScript still holds buffers");
  }
}
