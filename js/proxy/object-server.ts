import { FailureKind, Op, QuickEnd, Status, ValueTag } from "#vocabulary";
import { AskError } from "./ask-error.ts";
import { type Asked, endProxies, newAsked, readKeywords } from "./asked.ts";
import type { Conversion } from "./conversion.ts";
import { StaleHandle } from "./errors.ts";
import { type Frames, SLOT_BYTES } from "./frame.ts";
import type { InPageLink } from "./in-page-link.ts";
import { toError } from "./js-error.ts";
import { OPS } from "./object-ops.ts";
import { AsGraph, AsObject, Missing, ObjectOf, Reply, Stopped } from "./object-reply.ts";
import { getAttribute } from "./ops/attributes.ts";
import { lendToResult } from "./ops/borrowing.ts";
import { nextStep } from "./ops/iterating.ts";
import type { PyTarget } from "./py-state.ts";
import { serialOf } from "./python-error.ts";
import { QUICK_ENDED } from "./quick-codes.ts";

/** Where the parts of a call are. */
interface AskCall {
  readonly index: number;
  readonly generation: number;
  readonly frame: number;
  readonly positional: number;
  readonly keywords: number;
}

/** Serves what Python asks of JavaScript objects. Nothing is thrown into WebAssembly, unless the kernel is dead. */
export class ObjectServer {
  /** Calls into the kernel that are under way. */
  depth = 0;

  readonly #link: InPageLink;
  readonly #frames: Frames;
  readonly #conversion: Conversion;
  /** By depth: memory of the last reply, and objects that it names, kept until the kernel has read it. */
  readonly #kept: { addresses: number[]; targets: PyTarget[] }[] = [];

  constructor(link: InPageLink, frames: Frames, conversion: Conversion) {
    this.#link = link;
    this.#frames = frames;
    this.#conversion = conversion;
  }

  ask(
    op: number,
    index: number,
    generation: number,
    frame: number,
    positional: number,
    keywords: number,
  ): Status {
    const frames = this.#frames;
    frames.revalidate();
    frames.advance(0); // the kernel's texts may end anywhere
    const { top } = frames;
    this.#letGo(this.depth);
    // The one op that is asked of an object again and again, with nothing that could be borrowed.
    const asked = op === Op.getAttr ? undefined : newAsked(this.#link);
    let status: Status;
    let value: unknown;
    try {
      value =
        asked === undefined
          ? getAttribute(this.find(index, generation), String(this.#conversion.read(frame)))
          : this.#serve(op as Op, asked, { index, generation, frame, positional, keywords });
      frames.revalidate();
      frames.top = top;
      status = this.#reply(frame, value);
    } catch (error) {
      this.#link.checkAlive();
      frames.revalidate();
      frames.top = top;
      value = undefined;
      status = this.#fail(frame, error);
    }
    if (asked !== undefined)
      endProxies(asked, value, (target) => this.#keep().targets.push(target));
    this.#link.checkAlive();
    return status;
  }

  /** @throws {AskError} when the handle was released, or never issued */
  find(index: number, generation: number): unknown {
    try {
      return this.#link.objects.find(index, generation);
    } catch (error) {
      if (error instanceof StaleHandle) throw new AskError(FailureKind.staleHandle, error.message);
      throw error;
    }
  }

  /** A step of an iterator: its value, or a Stopped. */
  step(index: number, generation: number): unknown {
    const asked = newAsked(this.#link);
    asked.object = this.find(index, generation);
    return nextStep(asked);
  }

  /** Writes an answer of any kind; gives its code (QuickClient in proxy/in-page). */
  answer(frame: number, value: unknown): number {
    this.#link.checkAlive();
    this.#letGo(this.depth);
    this.#frames.revalidate();
    this.#frames.advance(0);
    const status = this.#reply(frame, value);
    if (status === Status.returned) return this.#frames.u32[frame >>> 2] as number;
    return QUICK_ENDED | (status === Status.stopped ? QuickEnd.stopped : QuickEnd.failed);
  }

  /** As `answer`, for what a call has given (CL-result). */
  answerCall(frame: number, result: unknown): number {
    const asked = newAsked(this.#link);
    lendToResult(asked, result);
    const code = this.answer(frame, result);
    endProxies(asked, result, (target) => this.#keep().targets.push(target));
    this.#link.checkAlive();
    return code;
  }

  /** As `answer`, for what was thrown. */
  fail(frame: number, error: unknown): number {
    this.#link.checkAlive();
    this.#letGo(this.depth);
    this.#frames.revalidate();
    this.#frames.advance(0);
    this.#fail(frame, error);
    return QUICK_ENDED | QuickEnd.failed;
  }

  /** A handle that is not live is the kernel's mistake; there is nobody to tell, and nothing to release. */
  release(index: number, generation: number, count: number): void {
    try {
      this.#link.objects.release(index, generation, count);
    } catch (error) {
      console.error("krait: the kernel released what it did not hold:", error);
    }
  }

  /** Lets go of what answers to calls that JavaScript did not make left behind; the kernel has read them. */
  settle(): void {
    if (this.depth === 0) this.#letGo(0);
  }

  /** Ends a call into the kernel. */
  leave(): void {
    this.#letGo(this.depth);
    this.depth--;
  }

  #serve(op: Op, asked: Asked, call: AskCall): unknown {
    const { index, generation, frame, positional, keywords } = call;
    const serve = OPS[op];
    if (serve === undefined) throw new AskError(FailureKind.unsupported, `no op ${op}`);
    const read = (slot: number) => this.#conversion.read(frame + slot * SLOT_BYTES, asked.borrowed);
    for (let slot = 0; slot < positional; slot++) asked.args.push(read(slot));
    if (keywords > 0) asked.keywords = readKeywords(read, positional, keywords);
    if (index !== 0) asked.object = this.find(index, generation);
    return serve(asked);
  }

  #reply(frame: number, value: unknown): Status {
    const { addresses } = this.#keep();
    const hasEnded = Reply.is(value) && value instanceof Stopped;
    const answer = hasEnded ? value.value : value;
    if (!Reply.is(answer)) {
      this.#conversion.write(frame, answer, addresses);
      return hasEnded ? Status.stopped : Status.returned;
    }
    if (answer instanceof Missing) {
      this.#conversion.write(frame, answer.kind, addresses);
      return Status.failed;
    }
    if (answer instanceof AsGraph) {
      this.#conversion.writeBytes(frame, ValueTag.graph, answer.records, addresses);
    } else if (answer instanceof ObjectOf) {
      this.#conversion.writeYours(frame, answer.target);
    } else if (answer instanceof AsObject) {
      this.#conversion.writeMine(frame, answer.value);
    }
    return hasEnded ? Status.stopped : Status.returned;
  }

  #fail(frame: number, error: unknown): Status {
    const { addresses } = this.#keep();
    const write = (slot: number, value: unknown) =>
      this.#conversion.write(frame + slot * SLOT_BYTES, value, addresses);
    if (error instanceof AskError) {
      write(0, error.failure);
      write(1, error.message);
      write(2, 0);
      return Status.failed;
    }
    write(0, FailureKind.javascript);
    this.#conversion.writeMine(frame + SLOT_BYTES, toError(error));
    write(2, serialOf(error));
    return Status.failed;
  }

  #keep(): { addresses: number[]; targets: PyTarget[] } {
    this.#kept[this.depth] ??= { addresses: [], targets: [] };
    return this.#kept[this.depth] as { addresses: number[]; targets: PyTarget[] };
  }

  #letGo(depth: number): void {
    const kept = this.#kept[depth];
    if (kept === undefined || this.#link.isDead) return;
    // Taken off one by one: what a drop runs may keep something new.
    while (kept.addresses.length > 0) this.#frames.free(kept.addresses.pop() as number);
    while (kept.targets.length > 0) (kept.targets.pop() as PyTarget).drop();
  }
}
