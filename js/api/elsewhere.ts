import type { MessageLink } from "../proxy/message-link.ts";
import type { AsyncPyodideAPI } from "./connect-later.ts";
import type { PyodideAPI } from "./pyodide.ts";
import type { Start } from "./start.ts";

/** Members that a kernel outside of this thread has in addition (BY-restart, BY-interrupt). */
export interface ElsewhereMembers {
  /** Ends the kernel at once, whatever it is doing; every call that waits fails with KernelDied. */
  terminate(): void;
  /**
   * Ends the kernel and starts a fresh one behind the same object. Stream handlers and registered modules stay; proxies of
   * the old kernel are stale.
   */
  restart(options?: RestartOptions): Promise<void>;
  /** Sends Python a signal: SIGINT raises KeyboardInterrupt in what runs now. Nothing happens when nothing runs. */
  interrupt(signum?: number): void;
}

export interface RestartOptions {
  /** "snapshot" (default): what the first start began from. "cold": nothing. */
  from?: "snapshot" | "cold";
}

export type ElsewhereApi = (PyodideAPI | AsyncPyodideAPI) & ElsewhereMembers;

/** What ends a kernel and what runs in it. */
export interface ElsewhereClient {
  terminate(reason: string): void;
  interrupt(signum: number): void;
}

/** One kernel outside of this thread, with what its successor goes by. */
export interface ElsewhereKernel {
  readonly pyodide: ElsewhereApi;
  readonly link: MessageLink;
  readonly client: ElsewhereClient;
}

/** What a kernel is started with. */
export interface KernelStart {
  readonly start: Start;
  /** Modules that the program registered, by name: its successor gets them. */
  readonly modules: Map<string, object>;
  /** The program's object, which gets the members of the new kernel; undefined at the first start. */
  readonly shell: object | undefined;
}

/** Starts a kernel, and its successors when the program asks for them. */
export async function loadElsewhere(
  start: Start,
  startKernel: (kernelStart: KernelStart) => Promise<ElsewhereKernel>,
): Promise<PyodideAPI | AsyncPyodideAPI> {
  const modules = new Map<string, object>();
  let current = await startKernel({ start, modules, shell: undefined });
  const { pyodide } = current;
  pyodide.restart = async ({ from = "snapshot" }: RestartOptions = {}): Promise<void> => {
    const { client, link } = current;
    client.terminate("it is being restarted");
    const config = from === "cold" ? { ...start.config, snapshot: "none" as const } : start.config;
    current = await startKernel({ start: { ...start, config }, modules, shell: pyodide });
    link.retire();
    for (const [name, module] of modules) await pyodide.registerJsModule(name, module);
  };
  return pyodide;
}

/** The program's object with the members of a kernel, and those that do more here than elsewhere. */
export function elsewhereApi(
  api: PyodideAPI | AsyncPyodideAPI,
  client: ElsewhereClient,
  { modules, shell }: KernelStart,
): ElsewhereApi {
  const { registerJsModule, unregisterJsModule } = api;
  Object.assign(api, {
    registerJsModule(name: string, module: object) {
      modules.set(name, module);
      return registerJsModule(name, module);
    },
    unregisterJsModule(name: string) {
      modules.delete(name);
      return unregisterJsModule(name);
    },
    terminate: () => client.terminate("it was terminated"),
    interrupt: (signum = 2) => client.interrupt(signum),
  });
  const descriptors = Object.getOwnPropertyDescriptors(api);
  return Object.defineProperties(shell ?? api, descriptors) as ElsewhereApi;
}
