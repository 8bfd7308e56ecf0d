import type { Failure, Return, Value } from "#protocol";
import { FailureKind, Status } from "#vocabulary";
import { KraitError, ProtocolError } from "../proxy/errors.ts";
import { type Frames, SLOT_BYTES } from "../proxy/frame.ts";
import type { Handle } from "../proxy/object-table.ts";
import type { Answered } from "../session/session.ts";
import type { SlotValues } from "./slot-values.ts";

/** How a call ended whose answer later calls may name. */
export type KeptAnswer =
  | { readonly handle: Handle; readonly failure?: undefined }
  | { readonly failure: Failure; readonly handle?: undefined };

/** The answer that a call builds on has failed, and so does the call. */
export class AnswerFailed extends Error {
  constructor(readonly failure: Failure) {
    super("an earlier call failed");
  }
}

/** Answers in call frames <-> answers in messages. */
export class FrameAnswers {
  readonly #frames: Frames;
  readonly #values: SlotValues;

  constructor(frames: Frames, values: SlotValues) {
    this.#frames = frames;
    this.#values = values;
  }

  /** What a dispatched call came to. */
  read(frame: number, callId: number, status: number, buffers: Uint8Array[]): Return {
    if (status === Status.failed) {
      return { callId, which: "failure", failure: this.failureAt(frame) };
    }
    const value = this.#values.read(frame, buffers);
    return status === Status.stopped
      ? { callId, which: "stopped", stopped: value }
      : { callId, which: "value", value };
  }

  /** The failure in a frame. */
  failureAt(frame: number): Failure {
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

  /** The object of a slot that holds one. */
  handleAt(slot: number): Handle {
    const { u32 } = this.#frames;
    const at = slot >>> 2;
    return { index: u32[at + 2] as number, generation: u32[at + 3] as number };
  }

  /**
   * Writes the answer to a question of Python's; gives its status.
   * @param kept gets the memory that it takes
   */
  write(frame: number, { return: answer, attachments }: Answered, kept: number[]): number {
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
}

/** A failure of this side as one of messages. */
export function failureOf(error: unknown): Failure {
  const kind = error instanceof KraitError ? FailureKind[error.kind] : FailureKind.protocol;
  return {
    kind,
    typeName: { which: "none" },
    message: { which: "text", text: error instanceof Error ? error.message : String(error) },
    thrown: undefined,
    serial: 0,
    errno: 0,
    cause: undefined,
  };
}
