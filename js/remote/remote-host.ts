import { Op } from "#vocabulary";
import { toPyLater } from "../proxy/async/copies.ts";
import { LimitPassed } from "../proxy/errors.ts";
import { type KernelLink, type MemoryCopies, NO_TARGET } from "../proxy/link.ts";
import { DESTROYED, destroyProxy, type PyTarget } from "../proxy/py-state.ts";
import { toPy } from "../proxy/to-py.ts";

/** The errno of Linux, where servers run. */
const ENOMEM = 12;
/** Serves what a client asks (`_pyodide._remote_host`). */
const CALL = "_pyodide._remote_host.call";

/** Asks the host of a kernel in another process; gives what it answers, or a promise of it. */
export type AskHost = (name: string, args: readonly unknown[]) => unknown;

type LaterCall = (...args: unknown[]) => Promise<unknown>;

/** The host of a kernel in another process, as far as Python's own means reach it. */
export class RemoteHost {
  readonly #link: KernelLink;
  readonly #call: PyTarget;
  readonly #later: LaterCall;

  private constructor(link: KernelLink, call: PyTarget) {
    this.#link = link;
    this.#call = call;
    this.#later = link.async.proxies.make(call) as LaterCall;
  }

  static async open(link: KernelLink): Promise<RemoteHost> {
    const { calls } = link.async;
    const answer = calls.call({ op: Op.importModule, target: NO_TARGET, args: [CALL] });
    try {
      return new RemoteHost(link, (await answer.value) as PyTarget);
    } finally {
      answer.release();
    }
  }

  /**
   * Begins the session: variables for Python, the home folder that they name, `sys.executable`, and what the process may use
   * (`_pyodide._process_limits`).
   * @returns the folder for modules of the session's own
   */
  async begin(
    variables: Record<string, string>,
    executable: string | undefined,
    limits: object,
  ): Promise<string> {
    const args = [JSON.stringify(variables), executable, JSON.stringify(limits)];
    const answer = JSON.parse((await this.askLater("begin", args)) as string);
    if (answer.errno === ENOMEM) {
      throw new LimitPassed("limits.memory is below what Python itself takes");
    }
    if (answer.errno !== undefined) {
      throw new Error(
        `the server cannot make the home folder ${variables.HOME} (errno ${answer.errno})`,
      );
    }
    return answer.value.sitePackages;
  }

  /** Asks and waits: bytes come as a proxy of them. */
  readonly ask: AskHost = (name, args) => {
    const values = args.map((value) => toPy(value, this.#link));
    try {
      return this.#link.ask(Op.call, this.#call, [name, ...values]);
    } finally {
      for (const value of values) destroyProxy(value, DESTROYED);
    }
  };

  /** As `ask`, by a promise. What is asked later is done later. */
  readonly askLater: AskHost = (name, args) => {
    const { async: side } = this.#link;
    const isObject = (value: unknown) => Object(value) === value;
    const values = args.map((value) => (isObject(value) ? toPyLater(side, value) : value));
    return this.#later(name, ...values);
  };

  /** Python's memory, from here. */
  readonly copies: MemoryCopies = {
    read: (address, byteLength) => {
      const proxy = this.ask("readMemory", [address, byteLength]) as BytesProxy;
      const bytes = proxy.toJs();
      proxy.destroy();
      return bytes as Uint8Array<ArrayBuffer>;
    },
    readLater: async (address, byteLength) => {
      const proxy = (await this.askLater("readMemory", [address, byteLength])) as BytesProxy;
      const bytes = await proxy.toJs();
      proxy.destroy();
      return bytes;
    },
    write: (address, bytes) => void this.ask("writeMemory", [address, bytes]),
    writeLater: (address, bytes) => void this.askLater("writeMemory", [address, bytes]),
  };
}

/** A proxy of Python's `bytes`. */
interface BytesProxy {
  toJs(): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
  destroy(): void;
}
