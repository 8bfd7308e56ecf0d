import type { NativeMount } from "../api/mounts.ts";
import type { SnapshotTaker } from "../api/snapshots.ts";
import { Exit } from "../kernel/exit.ts";
import { diedOfLimit, KernelDied } from "../proxy/errors.ts";
import type { MemoryCopies } from "../proxy/link.ts";
import { ServicePeer } from "../services/service-peer.ts";
import {
  HostMethod,
  KernelMethod,
  type Plain,
  Service,
  ServiceError,
} from "../services/service-values.ts";
import type { WatchPort } from "../services/sockets/socket-watch.ts";
import { PortChannel } from "../transport/port-channel.ts";
import { RingChannel } from "../transport/ring-channel.ts";
import { RingMemory, Side } from "../transport/ring-memory.ts";
import { Switchboard } from "../transport/switchboard.ts";
import { Life } from "./life.ts";
import { PullRelay } from "./pull-relay.ts";
import { spawnWorker, type WorkerHandle } from "./spawn.ts";
import type {
  FromWorker,
  KernelFacts,
  LoadOptions,
  PullAddress,
  ToWorker,
} from "./start-message.ts";
import { WorkerFailed } from "./worker-error.ts";

type KernelWorker = WorkerHandle<ToWorker, FromWorker>;

/** What a client of a worker decides. */
export interface WorkerOptions {
  /** The script that the worker runs. */
  readonly url: string;
  /** Whether this thread may sleep in `Atomics.wait`. */
  readonly mayBlock: boolean;
  /** Whether a ring in shared memory is wanted where it is to be had. */
  readonly usesSharedMemory: boolean;
  /** Folder of a service worker by which the kernel can wait where there is no shared memory; undefined: none is wanted. */
  readonly serviceWorkerFolder?: string | undefined;
  /** How long its script may take to come and to begin, in milliseconds. */
  readonly timeoutMs: number;
}

/** A worker with a channel to it: the client's end of one kernel, from its start to its death. */
export class WorkerClient {
  readonly board: Switchboard;
  readonly services: ServicePeer;
  /** Told, once, why the kernel is gone: `Exit`, `KernelDied`, or what escaped from it. */
  onDeath: ((reason: Error) => void) | undefined;

  readonly #handle: KernelWorker;
  readonly #channel: RingChannel | PortChannel;
  readonly #ring: RingMemory | undefined;
  #isDead = false;
  #isKernelBusy = false;
  readonly #life = new Life(() => this.#updateLife());
  #buffers = 0;
  #folders = 0;
  #takeSockets: ((port: WatchPort) => void) | undefined;

  private constructor(
    handle: KernelWorker,
    channel: RingChannel | PortChannel,
    ring: RingMemory | undefined,
  ) {
    this.#handle = handle;
    this.#channel = channel;
    this.#ring = ring;
    this.board = new Switchboard(channel, (reason) => this.#die(new KernelDied(reason.message)));
    this.services = new ServicePeer(this.board, true, (error) => this.#die(error));
    handle.onEnd = (reason) => this.#ended(reason);
    handle.onMessage = (message) => this.#receive(message);
    this.serveHost({});
  }

  /**
   * Starts a worker and opens a channel to it.
   * @throws {WorkerFailed} when it cannot be started
   */
  static async open(options: WorkerOptions): Promise<WorkerClient> {
    const isShared = options.usesSharedMemory && typeof SharedArrayBuffer === "function";
    const ring = isShared ? RingMemory.create() : undefined;
    // First, since a worker belongs to the service worker that was there when it was made.
    const folder = isShared ? undefined : options.serviceWorkerFolder;
    const relay = folder === undefined ? undefined : await PullRelay.open(folder);
    const handle = await spawn(options.url);
    const { channel, ports } = openChannel(handle, ring, options);
    if (channel instanceof PortChannel) relay?.connect(channel);
    await opened(handle, ring, ports, relay?.address, options);
    handle.isAlive(); // it is, and is known to have been
    const client = new WorkerClient(handle, channel, ring);
    if (channel instanceof RingChannel) channel.listen();
    return client;
  }

  get isShared(): boolean {
    return this.#ring !== undefined;
  }

  /** Serves what the kernel tells of itself. @param methods more of them */
  serveHost(methods: Record<number, (args: readonly Plain[]) => Plain>): void {
    this.services.serve(Service.host, {
      [HostMethod.died]: ([status, message, stack, isLimit]) => {
        if (isLimit === true) this.#die(diedOfLimit(String(message)));
        else this.#die(typeof status === "number" ? new Exit(status) : escaped(message, stack));
        return undefined;
      },
      [HostMethod.setBusy]: ([isBusy]) => {
        this.#isKernelBusy = isBusy === true;
        this.#updateLife();
        return undefined;
      },
      ...methods,
    });
  }

  /** Loads the kernel; Python is not started yet. */
  async load(options: LoadOptions, snapshot: Uint8Array | undefined): Promise<KernelFacts> {
    const args = [JSON.stringify(options), snapshot];
    const facts = await this.services.request(Service.kernel, KernelMethod.load, args);
    return JSON.parse(facts as string) as KernelFacts;
  }

  /** Loads a shared library of the kernel's file system. */
  async loadLibrary(path: string, isGlobal: boolean): Promise<void> {
    await this.services.request(Service.kernel, KernelMethod.loadLibrary, [path, isGlobal]);
  }

  /** Gives Python Node's sockets. @returns by which they are watched */
  async useSockets(url: string): Promise<WatchPort> {
    const posted = new Promise<WatchPort>((resolve) => {
      this.#takeSockets = resolve;
    });
    const done = this.awaitAnswer();
    try {
      await this.services.request(Service.kernel, KernelMethod.useSockets, [url]);
      return await posted;
    } finally {
      done();
    }
  }

  async startPython(): Promise<void> {
    await this.services.request(Service.kernel, KernelMethod.start, []);
    // Till now it was alive without a reason, as a new worker is.
    this.services.awaitAnswer = () => this.awaitAnswer();
    this.#updateLife();
  }

  /** Python's memory, from here. */
  readonly copies: MemoryCopies = {
    read: (address, byteLength) => {
      const args = [address, byteLength];
      const bytes = this.services.call(Service.kernel, KernelMethod.readMemory, args);
      return (bytes as Uint8Array).slice();
    },
    readLater: async (address, byteLength) => {
      const args = [address, byteLength];
      const bytes = await this.services.request(Service.kernel, KernelMethod.readMemory, args);
      return (bytes as Uint8Array).slice();
    },
    writeLater: (address, bytes) => {
      this.services.tell(Service.kernel, KernelMethod.writeMemory, [address, bytes]);
    },
    write: (address, bytes) => {
      this.services.call(Service.kernel, KernelMethod.writeMemory, [address, bytes]);
    },
  };

  /** Saves the kernel, which must hold nothing of JavaScript. */
  readonly snapshots: SnapshotTaker = {
    take: (packages) => {
      try {
        const args = [JSON.stringify(packages)];
        const bytes = this.services.call(Service.kernel, KernelMethod.takeSnapshot, args);
        return (bytes as Uint8Array).slice();
      } catch (error) {
        throw asInPage(error);
      }
    },
    takeLater: async (packages) => {
      const bytes = await this.#ask(KernelMethod.takeSnapshot, [JSON.stringify(packages)]);
      return (bytes as Uint8Array).slice();
    },
  };

  /** Mounts a folder of the browser (FS-native): the worker itself reads and writes it. */
  async mountFolder(path: string, handle: FileSystemDirectoryHandle): Promise<NativeMount> {
    this.#folders += 1;
    const number = this.#folders;
    this.#handle.post({ kind: "folder", number, handle });
    await this.#ask(KernelMethod.mountFolder, [number, path]);
    return {
      syncfs: async () => {
        await this.#ask(KernelMethod.syncFolder, [number]);
      },
    };
  }

  /** @throws {Error} as the kernel's own methods do */
  async #ask(method: number, args: readonly Plain[]): Promise<Plain> {
    try {
      return await this.services.request(Service.kernel, method, args);
    } catch (error) {
      throw asInPage(error);
    }
  }

  /** The buffer that Python looks at for signals from now on (IN-buffer). */
  setInterruptBuffer(view: ArrayBufferView | undefined): void {
    if (view !== undefined) {
      this.#buffers++;
      this.#handle.post({ kind: "interruptBuffer", number: this.#buffers, view });
    }
    const number = view === undefined ? undefined : this.#buffers;
    this.services.tell(Service.kernel, KernelMethod.useInterruptBuffer, [number]);
  }

  /** Sends Python a signal: through shared memory at once, else as soon as the kernel looks for messages. */
  interrupt(signum: number): void {
    if (this.#isDead) return;
    if (this.#channel instanceof PortChannel) this.#channel.signal(signum);
    else this.#ring?.interrupt(signum);
  }

  /** Ends the kernel, whatever it is doing. */
  terminate(reason: string | KernelDied): void {
    this.#die(typeof reason === "string" ? new KernelDied(reason) : reason);
  }

  /** Keeps the process alive as long as an answer is awaited. */
  awaitAnswer(): () => void {
    return this.#life.begin();
  }

  #updateLife(): void {
    this.#handle.keepAlive(this.#isKernelBusy || this.#life.isWanted);
  }

  #receive(message: FromWorker): void {
    if (message.kind === "sockets") this.#takeSockets?.(message.port);
    else if (message.kind === "doorbell" && this.#channel instanceof RingChannel) {
      this.#channel.doorbellRang();
    }
  }

  #ended(reason: string): void {
    this.#channel.peerGone(reason);
    // What it sent before it ended has been taken by now.
    this.#die(new KernelDied(reason));
  }

  #die(reason: Error): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#handle.keepAlive(false);
    this.#handle.terminate();
    this.#channel.close("the kernel died");
    const isTyped = reason instanceof Exit || reason instanceof KernelDied;
    this.services.end(isTyped ? reason : new KernelDied(reason.message, { cause: reason }));
    this.onDeath?.(reason);
  }
}

/** A failure of a service as it is where the kernel is in the same thread. */
function asInPage(error: unknown): unknown {
  return error instanceof ServiceError ? new Error(error.message, { cause: error }) : error;
}

async function spawn(url: string): Promise<KernelWorker> {
  try {
    return await spawnWorker(url);
  } catch (error) {
    throw failedToStart(url, (error as Error).message, error);
  }
}

function openChannel(
  handle: KernelWorker,
  ring: RingMemory | undefined,
  { mayBlock }: WorkerOptions,
): { channel: RingChannel | PortChannel; ports: MessagePort[] } {
  if (ring === undefined) {
    const { port1, port2 } = new MessageChannel();
    return { channel: new PortChannel(port1), ports: [port2] };
  }
  const channel = new RingChannel(ring, Side.client, {
    mayBlock,
    ringDoorbell: () => handle.post({ kind: "doorbell" }),
    isPeerAlive: () => handle.isAlive(),
  });
  return { channel, ports: [] };
}

/** Hands the channel over, and waits until the worker's script has it. */
function opened(
  handle: KernelWorker,
  ring: RingMemory | undefined,
  ports: MessagePort[],
  pull: PullAddress | undefined,
  { url, timeoutMs }: WorkerOptions,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const silence = setTimeout(() => {
      handle.terminate();
      const seconds = Math.round(timeoutMs / 1000);
      reject(failedToStart(url, `it has said nothing for ${seconds} s. ${WHAT_IS_SILENT}`));
    }, timeoutMs);
    const settle = (settled: () => void) => {
      clearTimeout(silence);
      settled();
    };
    handle.onMessage = () => settle(resolve);
    handle.onEnd = (reason) => settle(() => reject(failedToStart(undefined, reason)));
    handle.post({ kind: "open", memory: ring?.buffer, frames: ports[0], pull }, ports);
  });
}

const WHAT_IS_SILENT =
  "If it is krait.worker.mjs of this version, and only slow to come, give a larger workerTimeout";

function failedToStart(url: string | undefined, reason: string, cause?: unknown): WorkerFailed {
  const what = url === undefined ? "the kernel's worker" : `the kernel's worker ${url}`;
  return new WorkerFailed(`${what} cannot be started: ${reason}`, { cause });
}

/** What escaped from the kernel, as it was thrown there. */
function escaped(message: Plain, stack: Plain): Error {
  const error = new Error(String(message));
  if (typeof stack === "string" && stack !== "") error.stack = stack;
  return error;
}
