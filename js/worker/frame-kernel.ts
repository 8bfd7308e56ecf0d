import type { Call, Failure, Release, Return, Value } from "#protocol";
import { FailureKind, Op, Status } from "#vocabulary";
import type { KernelClient, KernelModule } from "../kernel/kernel-module.ts";
import { hasStackSwitching } from "../kernel/stack-switching.ts";
import { LimitPassed, ProtocolError } from "../proxy/errors.ts";
import { Frames, SLOT_BYTES } from "../proxy/frame.ts";
import { Stacks } from "../proxy/stacks.ts";
import { type Answered, type CallDraft, Session } from "../session/session.ts";
import { Lane } from "../transport/channel.ts";
import type { Switchboard } from "../transport/switchboard.ts";
import { SlotValues } from "./slot-values.ts";

/** What the kernel of a worker asks of its surroundings. */
export interface FrameKernelHost {
  /** What escaped from the kernel, which is dead from then on. */
  died(reason: unknown): void;
  schedule(callback: () => void, delayMs: number): void;
}

/**
 * What the kernel is doing: nothing; running, where it may be in the middle of anything, a write of Python's that waits for
 * the client included; or waiting for the answer to a question, where it can be called.
 */
type Activity = "rest" | "running" | "asking";

/**
 * The kernel's end of a link by messages: brings each call into a frame of the kernel's memory, and each question of
 * Python's into a message.
 */
export class FrameKernel implements KernelClient {
  readonly #exports: KernelModule["exports"];
  readonly #frames: Frames;
  readonly #values: SlotValues;
  readonly #session: Session;
  readonly #stacks: Stacks;
  readonly #host: FrameKernelHost;
  /** Calls and releases that have to wait until the kernel is at rest, in order. */
  readonly #queue: (() => void)[] = [];
  #activity: Activity = "rest";
  /** By depth: memory of the last answer, kept until the kernel has read it. */
  readonly #kept: number[][] = [];
  #depth = 0;
  #isDead = false;

  constructor(kernel: KernelModule, board: Switchboard, host: FrameKernelHost) {
    this.#exports = kernel.exports;
    this.#frames = new Frames(kernel);
    this.#values = new SlotValues(this.#frames);
    this.#host = host;
    this.#stacks = new Stacks(kernel);
    this.#session = new Session(
      board,
      Lane.kernel,
      {
        serve: (call, attachments) => this.#serveOrQueue(call, attachments),
        release: (releases) => this.#releaseOrQueue(releases),
        receive: () => undefined,
        failed: (error) => this.#die(error),
        forget: () => undefined,
      },
      false,
    );
  }

  ask(
    op: number,
    index: number,
    generation: number,
    frame: number,
    positional: number,
    keywords: number,
  ): number {
    const at = frame >>> 0;
    this.#frames.revalidate();
    this.#frames.advance(0); // the kernel's texts may end anywhere
    const { top } = this.#frames;
    const buffers: Uint8Array[] = [];
    const count = positional + 2 * keywords;
    const values = Array.from({ length: count }, (_, i) =>
      this.#values.read(at + i * SLOT_BYTES, buffers),
    );
    const draft: CallDraft = {
      op: op as Op,
      flags: 0,
      keywordCount: keywords,
      deadlineMs: 0,
      path: [],
      arguments: values,
      which: "object",
      index,
      generation: generation >>> 0,
    };
    const answered = this.#during("asking", () =>
      this.#session.call(draft, buffers, Number.POSITIVE_INFINITY),
    ) as Answered;
    this.#frames.revalidate();
    this.#frames.top = top;
    return this.#writeAnswer(at, answered);
  }

  release(index: number, generation: number, count: number): void {
    this.#session.release(index, generation >>> 0, count);
  }

  schedule(index: number, generation: number, delayMs: number): void {
    this.#host.schedule(() => this.#runScheduled(index, generation >>> 0), delayMs);
  }

  switches(): number {
    return Number(hasStackSwitching);
  }

  suspend(wait: number): Promise<void> {
    return this.#stacks.suspend(wait);
  }

  wake(wait: number): void {
    this.#stacks.wake(wait);
  }

  failed(frame: number): void {
    this.#frames.revalidate();
    this.#tellUnhandled(this.#failureAt(frame >>> 0));
  }

  #tellUnhandled(unhandled: Failure): void {
    this.#session.send([{ which: "event", event: { which: "unhandled", unhandled } }], []);
  }

  #runScheduled(index: number, generation: number): void {
    if (this.#isDead) return;
    const running = this.#stacks.run({ index, generation });
    if (running !== undefined) {
      // Till it is first suspended it has run before this line is reached.
      this.serveQueued();
      running.then(
        () => this.serveQueued(),
        (reason) => this.#die(reason),
      );
      return;
    }
    const frame = this.#frames.push(0);
    const status = this.#dispatch(Op.call, index, generation, frame, 0, 0);
    if (status === Status.failed) {
      this.#tellUnhandled(this.#failureAt(frame));
    }
    this.#frames.top = frame;
    this.#guard(() => this.#exports.krait_release(index, generation, 1));
    this.serveQueued();
  }

  /** A kernel that waits serves the chain that it waits for, and nothing else (BY-order). */
  #serveOrQueue(call: Call, attachments: readonly Uint8Array[]): void {
    const isAsked = this.#activity === "asking" && call.chain === this.#session.chain;
    const isFree = this.#activity === "rest" && this.#queue.length === 0;
    if (isAsked || isFree) this.#serve(call, attachments);
    else this.#queue.push(() => this.#serve(call, attachments));
  }

  #releaseOrQueue(releases: readonly Release[]): void {
    const release = (): void => {
      for (const { index, generation, count } of releases) {
        this.#guard(() => this.#exports.krait_release(index, generation, count));
      }
    };
    if (this.#activity === "rest" && this.#queue.length === 0) release();
    else this.#queue.push(release);
  }

  /** Does what had to wait. To be called whenever the kernel may have come to rest. */
  serveQueued(): void {
    while (this.#activity === "rest") {
      const next = this.#queue.shift();
      if (next === undefined) return;
      next();
    }
  }

  #during<T>(activity: Activity, body: () => T): T {
    const outer = this.#activity;
    this.#activity = activity;
    try {
      return body();
    } finally {
      this.#activity = outer;
    }
  }

  #serve(call: Call, attachments: readonly Uint8Array[]): void {
    if (this.#isDead || call.which !== "object") return;
    const values = call.arguments;
    const allocated: number[] = [];
    let frame: number;
    try {
      frame = this.#frameOf(values, attachments, allocated);
    } catch (error) {
      this.#refuse(call, error);
      this.#free(allocated);
      return;
    }
    const positional = values.length - 2 * call.keywordCount;
    const { op, index, generation, keywordCount } = call;
    const status = this.#session.during(call, () =>
      this.#dispatch(op, index, generation, frame, positional, keywordCount),
    );
    if (status === undefined) return;
    this.#free(allocated);
    const buffers: Uint8Array[] = [];
    this.#session.reply(this.#answerAt(frame, call.id, status, buffers), buffers);
    this.#frames.top = frame;
  }

  /** A frame with the values. */
  #frameOf(
    values: readonly Value[],
    attachments: readonly Uint8Array[],
    allocated: number[],
  ): number {
    const frame = this.#frames.push(values.length);
    try {
      for (const [i, value] of values.entries()) {
        this.#values.write(frame + i * SLOT_BYTES, value, attachments, allocated);
      }
    } catch (error) {
      this.#frames.top = frame;
      throw error;
    }
    return frame;
  }

  /** Fails a call that cannot be brought into a frame. Python sees nothing of it, so what it introduced goes back. */
  #refuse({ id, arguments: values }: Call, error: unknown): void {
    for (const value of values) {
      if (value.which === "mine") this.#session.release(value.index, value.generation, 1);
    }
    const failure: Failure = {
      kind: error instanceof LimitPassed ? FailureKind.limit : FailureKind.protocol,
      typeName: { which: "none" },
      message: { which: "text", text: error instanceof Error ? error.message : String(error) },
      thrown: undefined,
      serial: 0,
      errno: 0,
      cause: undefined,
    };
    this.#session.reply({ callId: id, which: "failure", failure }, []);
  }

  #free(allocated: readonly number[]): void {
    for (const address of allocated) this.#frames.free(address);
  }

  #answerAt(frame: number, callId: number, status: number, buffers: Uint8Array[]): Return {
    if (status === Status.failed) {
      return { callId, which: "failure", failure: this.#failureAt(frame) };
    }
    const value = this.#values.read(frame, buffers);
    return status === Status.stopped
      ? { callId, which: "stopped", stopped: value }
      : { callId, which: "value", value };
  }

  #failureAt(frame: number): Failure {
    const [kind, typeName, message, serial] = [0, 1, 2, 3].map((slot) =>
      this.#values.read(frame + slot * SLOT_BYTES, []),
    ) as [Value, Value, Value, Value];
    return {
      kind: (kind.which === "int" ? kind.int : FailureKind.protocol) as FailureKind,
      typeName,
      message,
      thrown: undefined,
      serial: serial.which === "int" ? serial.int : 0,
      errno: 0,
      cause: undefined,
    };
  }

  #writeAnswer(frame: number, { return: answer, attachments }: Answered): number {
    const kept = this.#keptAtDepth();
    const write = (slot: number, value: Value | undefined) =>
      this.#values.write(frame + slot * SLOT_BYTES, value ?? { which: "none" }, attachments, kept);
    switch (answer.which) {
      case "value":
        write(0, answer.value);
        return Status.returned;
      case "stopped":
        write(0, answer.stopped);
        return Status.stopped;
      case "failure": {
        const { kind, message, thrown, serial } = answer.failure;
        write(0, { which: "int", int: kind });
        write(1, thrown ?? message);
        write(2, { which: "int", int: serial });
        return Status.failed;
      }
      default:
        throw new ProtocolError("an answer of an unknown kind");
    }
  }

  #keptAtDepth(): number[] {
    this.#kept[this.#depth] ??= [];
    const kept = this.#kept[this.#depth] as number[];
    while (kept.length > 0) this.#frames.free(kept.pop() as number);
    return kept;
  }

  #dispatch(...call: Parameters<KernelModule["exports"]["krait_dispatch"]>): number | undefined {
    this.#depth++;
    try {
      return this.#guard(() => this.#exports.krait_dispatch(...call));
    } finally {
      this.#depth--;
      this.#frames.revalidate();
    }
  }

  #guard<T>(run: () => T): T | undefined {
    try {
      return this.#during("running", run);
    } catch (reason) {
      this.#die(reason);
      return undefined;
    }
  }

  #die(reason: unknown): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#stacks.clear();
    this.#host.died(reason);
  }
}
