import { HOW_TO_SHARE_MEMORY } from "../../kernel/isolation.ts";
import type { StandardStream, StandardStreams } from "../../kernel/standard-streams.ts";
import { SyncUnavailable } from "../../proxy/errors.ts";
import type { ServicePeer } from "../service-peer.ts";
import { type Plain, Service, StdioMethod } from "../service-values.ts";

/** What a kernel in another thread asks of its surroundings. */
export interface RemoteStreamsHost {
  /** Whether a signal waits for Python: a read must not outlast it. */
  isInterrupted(): boolean;
}

const CANNOT_READ = `standard input cannot be waited for without shared memory. To have it, ${HOW_TO_SHARE_MEMORY}`;

/** The standard streams of a kernel whose client is elsewhere: each read and write is a message. */
export class RemoteStreams implements StandardStreams {
  readonly stdin: StandardStream;
  readonly stdout: StandardStream;
  readonly stderr: StandardStream;
  /** Which descriptors are terminals, as bits. */
  terminals = 0;

  readonly #services: ServicePeer;
  readonly #host: RemoteStreamsHost;
  /** The read that an interrupt has left open: what it brings belongs to the next one. */
  #openRead: { answer: Plain | Error | undefined } | undefined;
  /** Bytes of an answer for which the reader's buffer was too small. */
  #rest = new Uint8Array(0);

  constructor(services: ServicePeer, host: RemoteStreamsHost) {
    this.#services = services;
    this.#host = host;
    this.stdin = this.#stream(0, { read: (buffer) => this.#read(buffer) });
    this.stdout = this.#stream(1, { write: (bytes) => this.#write(1, bytes) });
    this.stderr = this.#stream(2, { write: (bytes) => this.#write(2, bytes) });
  }

  #stream(fd: number, operations: Pick<StandardStream, "read" | "write">): StandardStream {
    const isTerminal = () => (this.terminals & (1 << fd)) !== 0;
    return {
      ...operations,
      get isTerminal(): boolean {
        return isTerminal();
      },
      flush: () => {
        if (this.#services.canWait) this.#ask(StdioMethod.flush, [fd]);
        else this.#services.tell(Service.stdio, StdioMethod.flush, [fd]);
      },
      terminalSize: () => {
        if (!this.#services.canWait) return { rows: 24, columns: 80 };
        const [rows = 24, columns = 80] = String(this.#ask(StdioMethod.terminalSize, [fd]))
          .split(" ")
          .map(Number);
        return { rows, columns };
      },
    };
  }

  #ask(method: number, args: readonly Plain[]): Plain {
    return this.#services.call(Service.stdio, method, args);
  }

  /** Where this thread cannot wait, the client takes all of it, and what goes wrong there is told there. */
  #write(fd: number, bytes: Uint8Array): number {
    if (!this.#services.canWait) {
      this.#services.tell(Service.stdio, StdioMethod.write, [fd, bytes]);
      return bytes.length;
    }
    return this.#ask(StdioMethod.write, [fd, bytes]) as number;
  }

  #read(buffer: Uint8Array): number {
    if (!this.#services.canWait) throw new SyncUnavailable(CANNOT_READ);
    if (this.#rest.length === 0) this.#rest = this.#nextInput(buffer.length);
    const now = this.#rest.subarray(0, buffer.length);
    buffer.set(now);
    this.#rest = this.#rest.subarray(now.length);
    return now.length;
  }

  #nextInput(maxBytes: number): Uint8Array<ArrayBuffer> {
    const open = this.#openRead ?? this.#beginRead(maxBytes);
    const isDone = this.#services.waitUntil(
      () => open.answer !== undefined,
      () => this.#host.isInterrupted(),
    );
    if (!isDone) throw Object.assign(new Error("interrupted"), { code: "EINTR" });
    this.#openRead = undefined;
    if (open.answer instanceof Error) throw open.answer;
    return open.answer as Uint8Array<ArrayBuffer>;
  }

  #beginRead(maxBytes: number): { answer: Plain | Error | undefined } {
    const open: { answer: Plain | Error | undefined } = { answer: undefined };
    this.#openRead = open;
    this.#services.ask(Service.stdio, StdioMethod.read, [0, maxBytes], (answer) => {
      open.answer = answer;
    });
    return open;
  }
}
