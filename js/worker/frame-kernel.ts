import {
  type Call,
  CallFlag,
  type Failure,
  type Message,
  type Release,
  type Return,
  type Value,
} from "#protocol";
import { FailureKind, Op, Status, ValueTag } from "#vocabulary";
import { HOW_TO_SHARE_MEMORY } from "../kernel/isolation.ts";
import type { Dispatch, KernelClient, KernelModule } from "../kernel/kernel-module.ts";
import { hasStackSwitching } from "../kernel/stack-switching.ts";
import { KernelDied, KraitError, ProtocolError, Unsupported } from "../proxy/errors.ts";
import { Frames, SLOT_BYTES } from "../proxy/frame.ts";
import type { Handle } from "../proxy/object-table.ts";
import { Stacks } from "../proxy/stacks.ts";
import { type Answered, type CallDraft, Session } from "../session/session.ts";
import { type Frame, type Landing, Lane } from "../transport/channel.ts";
import type { Switchboard } from "../transport/switchboard.ts";
import { AWAITED, AWAITED_FLAGS, AwaitedCalls } from "./awaited-calls.ts";
import { AnswerFailed, FrameAnswers, failureOf, type KeptAnswer } from "./frame-answers.ts";
import { SlotValues } from "./slot-values.ts";

/** What the kernel of a worker asks of its surroundings. */
export interface FrameKernelHost {
  /** What escaped from the kernel, which is dead from then on. */
  died(reason: unknown): void;
  /** The kernel begins to run, or is at rest or asks. */
  ran?(isRunning: boolean): void;
  schedule(callback: () => void, delayMs: number): void;
}

/**
 * What the kernel is doing: nothing; running, where it may be in the middle of anything, a write of Python's that waits for
 * the client included; or waiting for the answer to a question, where it can be called.
 */
type Activity = "rest" | "running" | "asking";

/** What has to wait until the kernel is at rest. */
interface Waiting {
  /** Of the call, where it is one. */
  readonly call: Call | undefined;
  readonly run: () => void;
}

const NOT_BEGUN = "the call was cancelled before it began";
const CANNOT_ASK = `Python cannot wait for JavaScript here: without shared memory the answer would come in the worker's event loop. To have it, ${HOW_TO_SHARE_MEMORY}`;

/**
 * The kernel's end of a link by messages: brings each call into a frame of the kernel's memory, and each question of
 * Python's into a message.
 */
export class FrameKernel implements KernelClient, Landing {
  readonly #memory: WebAssembly.Memory;
  readonly #exports: KernelModule["exports"];
  readonly #frames: Frames;
  readonly #values: SlotValues;
  readonly #answers: FrameAnswers;
  readonly #session: Session;
  readonly #board: Switchboard;
  readonly #stacks: Stacks;
  readonly #host: FrameKernelHost;
  /** Calls, releases and the like that have to wait until the kernel is at rest, in order. */
  readonly #queue: Waiting[] = [];
  /** What the answers of calls are that later calls may name, by the calls' ids. */
  readonly #kept = new Map<number, KeptAnswer>();
  readonly #awaiting = new AwaitedCalls();
  #activity: Activity = "rest";
  /** By depth: memory of the last answer, kept until the kernel has read it. */
  readonly #spilled: number[][] = [];
  #depth = 0;
  #isDead = false;

  constructor(kernel: KernelModule, board: Switchboard, host: FrameKernelHost) {
    this.#memory = kernel.memory;
    this.#exports = kernel.exports;
    this.#frames = new Frames(kernel);
    this.#values = new SlotValues(this.#frames);
    this.#answers = new FrameAnswers(this.#frames, this.#values);
    this.#host = host;
    this.#board = board;
    this.#stacks = new Stacks(kernel);
    this.#session = new Session(
      board,
      Lane.kernel,
      {
        serve: (call, attachments) => this.#serveOrQueue(call, attachments),
        // Nothing else is written to the kernel's memory then, which could make a view of it stale.
        takesLent: (call) =>
          call.op === Op.fromGraph && call.arguments.length === 1 && this.#runsNow(call),
        release: (releases) => this.#releaseOrQueue(releases),
        receive: (message) => this.#receive(message),
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
    if (index === AWAITED) return this.#settleAwaited(generation >>> 0, at, positional);
    if (this.#board.waitMode === "none") return this.#refuseToAsk(at);
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
    return this.#answers.write(at, answered, this.#keptAtDepth());
  }

  release(index: number, generation: number, count: number): void {
    if (index === AWAITED) return;
    this.#session.release(index, generation >>> 0, count);
  }

  schedule(index: number, generation: number, delayMs: number): void {
    this.#host.schedule(() => this.#runScheduled(index, generation >>> 0), delayMs);
  }

  switches(): number {
    return Number(hasStackSwitching);
  }

  async suspend(wait: number): Promise<void> {
    // What came while it waited for the client, after it had gone on.
    queueMicrotask(() => this.serveQueued());
    this.#host.ran?.(false);
    await this.#stacks.suspend(wait);
    this.#host.ran?.(true);
  }

  wake(wait: number): void {
    this.#stacks.wake(wait);
  }

  failed(frame: number): void {
    this.#frames.revalidate();
    this.#tellUnhandled(this.#answers.failureAt(frame >>> 0));
  }

  #tellUnhandled(unhandled: Failure): void {
    this.#session.send([{ which: "event", event: { which: "unhandled", unhandled } }], []);
  }

  #runScheduled(index: number, generation: number): void {
    if (this.#isDead) return;
    this.#host.ran?.(true);
    const running = this.#stacks.run({ index, generation });
    this.#host.ran?.(false);
    if (running !== undefined) {
      // Till it is first suspended it has run before this line is reached.
      this.serveQueued();
      running.then(
        () => {
          this.#host.ran?.(false);
          this.serveQueued();
        },
        (reason) => this.#die(reason),
      );
      return;
    }
    const frame = this.#frames.push(0);
    const status = this.#dispatch(Op.call, index, generation, frame, 0, 0);
    if (status === Status.failed) {
      this.#tellUnhandled(this.#answers.failureAt(frame));
    }
    this.#frames.top = frame;
    this.#guard(() => this.#exports.krait_release(index, generation, 1));
    this.serveQueued();
  }

  /**
   * A kernel that waits for the answer to a question serves what is called for that question, and nothing else: of calls
   * that one question makes, each begins when the one before has ended (BY-order).
   */
  #serveOrQueue(call: Call, attachments: readonly Uint8Array[]): void {
    const waiting: Waiting = { call, run: () => this.#serve(call, attachments) };
    if (!this.#isAsked(call)) return this.#runOrQueue(waiting);
    waiting.run();
    for (let next = this.#takeAsked(); next !== undefined; next = this.#takeAsked()) next.run();
  }

  #isAsked(call: Call): boolean {
    const { chain, depth } = this.#session;
    return this.#activity === "asking" && call.chain === chain && call.depth > depth;
  }

  /** What came for the question that is waited for while a call for it was served. */
  #takeAsked(): Waiting | undefined {
    const at = this.#queue.findIndex(({ call }) => call !== undefined && this.#isAsked(call));
    return at < 0 ? undefined : this.#queue.splice(at, 1)[0];
  }

  #runOrQueue(waiting: Waiting): void {
    if (this.#isFree) waiting.run();
    else this.#queue.push(waiting);
  }

  /**
   * What runs on a stack of its own has no activity, but waits for the client now and then: in the middle of a write, say, for
   * which CPython has given its thread state away.
   */
  get #isResting(): boolean {
    return this.#activity === "rest" && !this.#board.isWaiting;
  }

  get #isFree(): boolean {
    return this.#isResting && this.#queue.length === 0;
  }

  #runsNow(call: Call): boolean {
    return !this.#isDead && (this.#isFree || this.#isAsked(call));
  }

  /** Long frames of calls land in the kernel's memory, where Python may keep them as they are (kernel/blocks.h). */
  begin(lane: Lane, byteLength: number): Frame | undefined {
    if (lane !== Lane.kernel || this.#isDead) return undefined;
    const address = this.#exports.krait_alloc(byteLength + 1) >>> 0;
    if (address === 0) return undefined;
    const memory = this.#memory;
    return {
      lane,
      get bytes() {
        return new Uint8Array(memory.buffer as ArrayBuffer, address, byteLength);
      },
      giveBack: () => this.#guard(() => this.#exports.krait_free(address)),
    };
  }

  #releaseOrQueue(releases: readonly Release[]): void {
    this.#runOrQueue({
      call: undefined,
      run: () => {
        for (const { index, generation, count } of releases) {
          this.#guard(() => this.#exports.krait_release(index, generation, count));
        }
      },
    });
  }

  #receive(message: Message): void {
    if (message.which !== "finish") return;
    const { callId, cancel } = message.finish;
    if (cancel) this.#cancel(callId);
    else this.#runOrQueue({ call: undefined, run: () => this.#finish(callId) });
  }

  #finish(callId: number): void {
    const kept = this.#kept.get(callId);
    this.#kept.delete(callId);
    if (kept?.handle !== undefined) this.#giveBack(kept.handle);
  }

  #giveBack({ index, generation }: Handle): void {
    this.#guard(() => this.#exports.krait_release(index, generation, 1));
  }

  /** What has not begun is not run; what awaits fails, and its task is cancelled. */
  #cancel(callId: number): void {
    const found = this.#queue.findIndex((waiting) => waiting.call?.id === callId);
    if (found >= 0) {
      const [{ call }] = this.#queue.splice(found, 1) as [Waiting];
      if (call !== undefined) this.#refuse(call, new KraitError("canceled", NOT_BEGUN));
      return;
    }
    this.#runOrQueue({ call: undefined, run: () => this.#cancelTask(callId) });
  }

  #cancelTask(callId: number): void {
    const task = this.#awaiting.find(callId)?.task;
    if (task === undefined) return;
    const frame = this.#frames.push(1);
    this.#values.write(frame, { which: "text", text: "cancel" }, [], []);
    this.#dispatch(Op.callMethod, task.index, task.generation, frame, 1, 0);
    this.#frames.top = frame;
  }

  /** Does what had to wait. To be called whenever the kernel may have come to rest. */
  serveQueued(): void {
    while (this.#isResting) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      next.run();
    }
  }

  #during<T>(activity: Activity, body: () => T): T {
    const outer = this.#activity;
    this.#activity = activity;
    this.#host.ran?.(activity === "running");
    try {
      return body();
    } finally {
      this.#activity = outer;
      this.#host.ran?.(outer === "running");
    }
  }

  #serve(call: Call, attachments: readonly Uint8Array[]): void {
    if (this.#isDead) return;
    const passed: Handle[] = [];
    try {
      const target = this.#targetOf(call, passed);
      const values = call.arguments.map((value) => this.#named(value));
      if (call.op === Op.await && values.length === 0) this.#await(call, target);
      else this.#run(call, target, values, attachments);
    } catch (error) {
      this.#refuse(call, error);
    } finally {
      for (const handle of passed) this.#giveBack(handle);
    }
  }

  #run(
    call: Call,
    { index, generation }: Handle,
    values: readonly Value[],
    attachments: readonly Uint8Array[],
  ): void {
    const allocated: number[] = [];
    let frame: number;
    try {
      frame = this.#frameOf(values, attachments, allocated);
    } catch (error) {
      this.#free(allocated);
      throw error;
    }
    const positional = values.length - 2 * call.keywordCount;
    const isKept = (call.flags & (1 << CallFlag.keepAnswer)) !== 0;
    const dispatch = isKept ? this.#exports.krait_dispatch_kept : this.#exports.krait_dispatch;
    const status = this.#session.during(call, () =>
      this.#dispatchBy(dispatch, call.op, index, generation, frame, positional, call.keywordCount),
    );
    if (status === undefined) return;
    this.#free(allocated);
    if (isKept) this.#kept.set(call.id, this.#keptAt(frame, status));
    this.#reply(call, frame, status);
    this.#frames.top = frame;
  }

  #reply(call: Call, frame: number, status: number): void {
    if ((call.flags & (1 << CallFlag.oneway)) === 0) {
      const buffers: Uint8Array[] = [];
      this.#session.reply(this.#answers.read(frame, call.id, status, buffers), buffers);
    } else if (status === Status.failed) {
      this.#tellUnhandled(this.#answers.failureAt(frame));
    }
  }

  /** What the call of a frame came to, for calls that will name it. */
  #keptAt(frame: number, status: number): KeptAnswer {
    if (status === Status.failed) return { failure: this.#answers.failureAt(frame) };
    return { handle: this.#answers.handleAt(frame + SLOT_BYTES) };
  }

  /**
   * The object that a call is made of, behind its path.
   * @param passed gets the handles that were made on the way
   */
  #targetOf(call: Call, passed: Handle[]): Handle {
    let target = this.#targetNamed(call);
    for (const name of call.path) {
      const frame = this.#frames.push(1);
      try {
        const text: Value = { which: "text", text: name };
        this.#values.write(frame, text, [], []);
        const { krait_dispatch_kept: dispatch } = this.#exports;
        const { index, generation } = target;
        const status = this.#session.during(call, () =>
          this.#dispatchBy(dispatch, Op.getMember, index, generation, frame, 1, 0),
        );
        if (status === undefined) throw new KernelDied("a step of a call failed");
        if (status === Status.failed) throw new AnswerFailed(this.#answers.failureAt(frame));
        if (this.#frames.u32[frame >>> 2] === ValueTag.mine)
          this.#giveBack(this.#answers.handleAt(frame));
        target = this.#answers.handleAt(frame + SLOT_BYTES);
        passed.push(target);
      } finally {
        this.#frames.top = frame;
      }
    }
    return target;
  }

  #targetNamed(call: Call): Handle {
    if (call.which === "object") return call;
    if (call.which === "answer") return this.#answerOf(call.answer);
    throw new Unsupported("the kernel has no services on this lane");
  }

  #answerOf(callId: number): Handle {
    const kept = this.#kept.get(callId);
    if (kept === undefined) throw new ProtocolError(`the answer of the call ${callId} is not kept`);
    if (kept.failure !== undefined) throw new AnswerFailed(kept.failure);
    return kept.handle;
  }

  /** Answers among arguments are objects of the kernel. */
  #named(value: Value): Value {
    if (value.which !== "answer") return value;
    return { which: "yours", ...this.#answerOf(value.answer) };
  }

  /** The answer is sent when the awaitable has come to something. */
  #await(call: Call, { index, generation }: Handle): void {
    const awaited = this.#awaiting.begin(call.id);
    const frame = this.#frames.push(3);
    for (const [slot, handle] of [awaited.resolve, awaited.reject].entries()) {
      const value: Value = { which: "mine", ...handle, flags: AWAITED_FLAGS };
      this.#values.write(frame + slot * SLOT_BYTES, value, [], []);
    }
    this.#values.write(frame + 2 * SLOT_BYTES, { which: "bool", bool: true }, [], []);
    const status = this.#session.during(call, () =>
      this.#dispatch(Op.await, index, generation, frame, 3, 0),
    );
    if (status === Status.failed) {
      this.#awaiting.take(awaited.resolve.generation);
      this.#reply(call, frame, status);
    } else if (status !== undefined) {
      awaited.task = this.#answers.handleAt(frame);
    }
    this.#frames.top = frame;
  }

  /** Python tells what an awaitable has come to: a value, or a function that raises. */
  #settleAwaited(which: number, frame: number, positional: number): number {
    const awaited = this.#awaiting.take(which);
    if (awaited !== undefined && positional > 0) {
      const { callId, task, reject } = awaited;
      const buffers: Uint8Array[] = [];
      const isRaised = which === reject.generation;
      const answer = isRaised
        ? this.#raised(callId, this.#answers.handleAt(frame))
        : this.#answers.read(frame, callId, Status.returned, buffers);
      this.#session.reply(answer, buffers);
      if (task !== undefined) this.#giveBack(task);
    }
    this.#values.write(frame, { which: "none" }, [], []);
    return Status.returned;
  }

  #raised(callId: number, { index, generation }: Handle): Return {
    const frame = this.#frames.push(0);
    const status = this.#dispatch(Op.call, index, generation, frame, 0, 0) ?? Status.returned;
    const answer = this.#answers.read(frame, callId, status, []);
    this.#frames.top = frame;
    this.#giveBack({ index, generation });
    return answer;
  }

  /** Where the client's answer could not be waited for. What the question introduced goes back. */
  #refuseToAsk(frame: number): number {
    this.#values.write(frame, { which: "int", int: FailureKind.syncUnavailable }, [], []);
    this.#values.write(
      frame + SLOT_BYTES,
      { which: "text", text: CANNOT_ASK },
      [],
      this.#keptAtDepth(),
    );
    this.#values.write(frame + 2 * SLOT_BYTES, { which: "int", int: 0 }, [], []);
    return Status.failed;
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

  /** Fails a call that is not made. Python sees nothing of it, so what it introduced goes back. */
  #refuse(call: Call, error: unknown): void {
    for (const value of call.arguments) {
      if (value.which === "mine") this.#session.release(value.index, value.generation, 1);
    }
    const failure = error instanceof AnswerFailed ? error.failure : failureOf(error);
    if ((call.flags & (1 << CallFlag.keepAnswer)) !== 0) this.#kept.set(call.id, { failure });
    if ((call.flags & (1 << CallFlag.oneway)) !== 0) this.#tellUnhandled(failure);
    else this.#session.reply({ callId: call.id, which: "failure", failure }, []);
  }

  #free(allocated: readonly number[]): void {
    for (const address of allocated) this.#frames.free(address);
  }

  #keptAtDepth(): number[] {
    this.#spilled[this.#depth] ??= [];
    const kept = this.#spilled[this.#depth] as number[];
    while (kept.length > 0) this.#frames.free(kept.pop() as number);
    return kept;
  }

  #dispatch(...call: Parameters<Dispatch>): number | undefined {
    return this.#dispatchBy(this.#exports.krait_dispatch, ...call);
  }

  #dispatchBy(dispatch: Dispatch, ...call: Parameters<Dispatch>): number | undefined {
    this.#depth++;
    try {
      return this.#guard(() => dispatch(...call));
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
