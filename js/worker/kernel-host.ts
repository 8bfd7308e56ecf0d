import { LateClient } from "../api/late-client.ts";
import { Timeline } from "../diagnostics/timeline.ts";
import { detectEnvironment } from "../kernel/environment.ts";
import { Exit } from "../kernel/exit.ts";
import type { KernelOptions } from "../kernel/kernel-options.ts";
import { loadKernel } from "../kernel/load-kernel.ts";
import type { RunningKernel } from "../kernel/running-kernel.ts";
import { LimitPassed } from "../proxy/errors.ts";
import { EndedAtStart, startPython } from "../proxy/start.ts";
import { fileSystemFacts, fileSystemMethods } from "../services/fs/fs-service.ts";
import { makeNativeFileSystem } from "../services/fs/native-fs.ts";
import { type Methods, ServicePeer } from "../services/service-peer.ts";
import { HostMethod, KernelMethod, type Plain, Service } from "../services/service-values.ts";
import { openSockets } from "../services/sockets/open-sockets.ts";
import { RemoteStreams } from "../services/stdio/remote-streams.ts";
import type { Channel } from "../transport/channel.ts";
import { PortChannel } from "../transport/port-channel.ts";
import { RingChannel } from "../transport/ring-channel.ts";
import type { RingMemory } from "../transport/ring-memory.ts";
import { Switchboard } from "../transport/switchboard.ts";
import { BusyScheduler } from "./busy-scheduler.ts";
import { CpuMeter } from "./cpu-meter.ts";
import { FrameKernel } from "./frame-kernel.ts";
import { InterruptWords, type Mailbox } from "./interrupt-words.ts";
import { KernelFolders } from "./kernel-folders.ts";
import type { WorkerScope } from "./scope.ts";
import type { FromWorker, KernelFacts, LoadOptions, ToWorker } from "./start-message.ts";

/**
 * How long the worker stays at the ring after it has served something, since the next call of a sequence usually follows
 * at once. Its timers wait no longer than that.
 */
const LINGER_MS = 1;

/** The kernel of a worker, and what it does for its client. */
export class KernelHost {
  readonly #board: Switchboard;
  readonly #channel: Channel;
  readonly #services: ServicePeer;
  readonly #streams: RemoteStreams;
  readonly #interrupts: InterruptWords;
  readonly #scheduler: BusyScheduler;
  readonly #scope: WorkerScope<ToWorker, FromWorker>;
  readonly #client = new LateClient();
  /** Interrupt buffers that were posted, by number. */
  readonly #posted = new Map<number, Mailbox>();
  readonly #folders = new KernelFolders(() => this.#kernel as RunningKernel);
  #wantedBuffer: number | undefined;
  #kernel: RunningKernel | undefined;
  #calls: FrameKernel | undefined;
  #options: LoadOptions | undefined;

  /** @param ring the memory of the channel, where it is shared */
  constructor(
    channel: Channel,
    ring: RingMemory | undefined,
    scope: WorkerScope<ToWorker, FromWorker>,
  ) {
    this.#channel = channel;
    this.#scope = scope;
    this.#board = new Switchboard(channel, () => scope.close());
    this.#services = new ServicePeer(this.#board, false, (error) => this.#die(error));
    const port = channel instanceof PortChannel ? channel : undefined;
    const look = port?.waitMode === "blocking" ? () => port.poll() : undefined;
    this.#interrupts = new InterruptWords(ring?.interruptWord ?? new Int32Array(1), look);
    if (port !== undefined) port.onSignal = (signum) => this.#interrupts.raise(signum);
    this.#scheduler = new BusyScheduler((isBusy) => this.#tell(HostMethod.setBusy, [isBusy]));
    this.#streams = new RemoteStreams(this.#services, {
      isInterrupted: () => this.#interrupts[0] !== 0,
    });
    this.#services.serve(Service.kernel, this.#methods());
    this.#board.onIdle = () => this.#linger();
  }

  /** What the client posted beside the channel. */
  receive(message: ToWorker): void {
    if (message.kind === "folder") this.#folders.posted(message.number, message.handle);
    if (message.kind !== "interruptBuffer") return;
    this.#posted.set(message.number, message.view as Mailbox);
    this.#adoptBuffer();
  }

  #methods(): Methods {
    return {
      [KernelMethod.load]: ([options, snapshot]) =>
        this.#load(
          JSON.parse(options as string) as LoadOptions,
          snapshot as Uint8Array | undefined,
        ),
      [KernelMethod.start]: () => this.#start(),
      [KernelMethod.useInterruptBuffer]: ([number]) => {
        this.#wantedBuffer = number as number | undefined;
        this.#adoptBuffer();
        return undefined;
      },
      [KernelMethod.readMemory]: ([address, byteCount]) =>
        this.#memory(Number(address), Number(byteCount)),
      [KernelMethod.writeMemory]: ([address, bytes]) => {
        const { length } = bytes as Uint8Array;
        this.#memory(Number(address), length).set(bytes as Uint8Array);
        return undefined;
      },
      [KernelMethod.loadLibrary]: async ([path, global]) => {
        const options = { global: global === true };
        await (this.#kernel as RunningKernel).loadDynamicLibrary(String(path), options);
        return undefined;
      },
      [KernelMethod.useSockets]: async ([url]) => {
        const port = await openSockets(this.#kernel as RunningKernel, String(url));
        this.#scope.post({ kind: "sockets", port }, [port as unknown as Transferable]);
        return undefined;
      },
      [KernelMethod.mountFolder]: async ([number, path]) => {
        await this.#folders.mount(Number(number), String(path));
        return undefined;
      },
      [KernelMethod.syncFolder]: async ([number]) => {
        await this.#folders.sync(Number(number));
        return undefined;
      },
      [KernelMethod.takeSnapshot]: ([packages]) =>
        (this.#kernel as RunningKernel).takeSnapshot(JSON.parse(String(packages))),
      [KernelMethod.setTerminals]: ([bits]) => {
        this.#streams.terminals = Number(bits);
        return undefined;
      },
    };
  }

  #memory(address: number, byteCount: number): Uint8Array {
    return new Uint8Array((this.#kernel as RunningKernel).memory.buffer, address, byteCount);
  }

  async #load(options: LoadOptions, snapshot: Uint8Array | undefined): Promise<Plain> {
    this.#options = options;
    this.#streams.terminals = options.terminals;
    const timeline = new Timeline();
    const kernel = await loadKernel(
      {
        indexURL: options.indexURL,
        stdLibURL: options.stdLibURL,
        snapshot: snapshotOf(options, snapshot),
        streams: this.#streams,
        variables: options.environment,
        environment: detectEnvironment(),
        maxMemoryBytes: options.memoryBytes,
        timeline,
      },
      this.#client,
    );
    kernel.FS.filesystems.NATIVEFS_ASYNC = makeNativeFileSystem(kernel.FS);
    this.#kernel = kernel;
    const meter = this.#meterOf(options.cpuMs, kernel);
    this.#calls = new FrameKernel(kernel, this.#board, {
      died: (reason) => this.#die(reason),
      ran: (isRunning) => meter?.run(isRunning),
      schedule: (callback, delayMs) => this.#scheduler.schedule(callback, delayMs),
    });
    this.#client.connect(this.#calls);
    if (this.#channel instanceof RingChannel) this.#channel.land(this.#calls);
    this.#services.serve(Service.fs, fileSystemMethods(kernel, this.#services));
    kernel.setInterruptBuffer(this.#interrupts as unknown as Int32Array);
    const { isRestored, packages } = kernel;
    const facts = { isRestored, packages, phases: timeline.clocked, ...fileSystemFacts(kernel) };
    return JSON.stringify(facts satisfies KernelFacts);
  }

  /** Measures what the kernel computes, where that is limited. */
  #meterOf(limitMs: number | undefined, kernel: RunningKernel): CpuMeter | undefined {
    if (limitMs === undefined) return undefined;
    const isWaiting = () => this.#board.isWaiting || kernel.isWaiting;
    const meter = new CpuMeter(limitMs, isWaiting, (text) => this.#die(new LimitPassed(text)));
    this.#interrupts.meter = meter;
    return meter;
  }

  #start(): Plain {
    try {
      startPython(this.#kernel as RunningKernel, this.#options as LoadOptions);
    } catch (error) {
      if (error instanceof EndedAtStart) throw { code: "ExitStatus", errno: error.status };
      throw error;
    }
    return undefined;
  }

  /** Takes the buffer that the channel named. What comes behind that must not overtake the message that brings it. */
  #adoptBuffer(): void {
    const number = this.#wantedBuffer;
    if (number === undefined) this.#interrupts.program = undefined;
    else if (this.#posted.has(number)) this.#interrupts.program = this.#posted.get(number);
    else return this.#board.hold();
    for (const known of this.#posted.keys()) {
      if (known < (number ?? 0)) this.#posted.delete(known);
    }
    this.#board.resume();
  }

  /** Waits a moment for what may follow. */
  #linger(): void {
    this.#calls?.serveQueued();
    if (this.#board.waitMode !== "blocking") return;
    try {
      while (this.#board.waitForOne(this.#lingerUntil())) this.#calls?.serveQueued();
    } catch {
      // The channel has closed; its board tells.
    }
  }

  #lingerUntil(): number {
    return Math.min(performance.now() + LINGER_MS, this.#scheduler.nextDue);
  }

  #tell(method: number, args: readonly Plain[]): void {
    if (this.#channel.closed === undefined) this.#services.tell(Service.host, method, args);
  }

  /** The kernel cannot be used any more. The client is told, and this thread ends. */
  #die(reason: unknown): void {
    this.#scheduler.stop();
    if (reason instanceof Exit) this.#tell(HostMethod.died, [reason.status]);
    else {
      const { message, stack, name } = (reason ?? {}) as Partial<Error>;
      const isLimit = reason instanceof LimitPassed;
      const text = reason instanceof RangeError ? `the stack overflowed (${message})` : message;
      this.#tell(HostMethod.died, [
        undefined,
        text ?? String(reason),
        stack ?? name ?? "",
        isLimit,
      ]);
    }
    this.#channel.close("the kernel died");
    this.#scope.close();
  }
}

/** What the kernel starts from. Bytes are copied: the message that they came in goes. */
function snapshotOf(
  { snapshot }: LoadOptions,
  bytes: Uint8Array | undefined,
): KernelOptions["snapshot"] {
  if (typeof snapshot === "object") return new URL(snapshot.at);
  return snapshot === "bytes" ? bytes?.slice() : snapshot;
}
