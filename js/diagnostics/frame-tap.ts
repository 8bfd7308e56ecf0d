import { decodeFrame } from "../session/frames.ts";
import type { Lane } from "../transport/channel.ts";
import type { Switchboard, Tap } from "../transport/switchboard.ts";
import { byteLengthOf, copyOf, type Parts } from "../wire/parts.ts";
import { factsOf, type MessageFacts } from "./message-facts.ts";
import type { MessageLog, MessageRecord } from "./message-log.ts";

type Direction = MessageRecord["direction"];

const LANES: readonly MessageRecord["lane"][] = ["kernel", "service"];

/** A call whose return has not passed yet. */
interface Open {
  readonly operation: string | undefined;
  readonly atMs: number;
}

/** Notes what passes a switchboard. @returns ends that */
export function watchBoard(board: Switchboard, log: MessageLog): () => void {
  board.tap = new FrameTap(log);
  return () => {
    board.tap = undefined;
  };
}

/** Notes the messages in the frames of a channel. */
export class FrameTap implements Tap {
  readonly #log: MessageLog;
  /** By direction, lane and number. */
  readonly #open = new Map<string, Open>();

  constructor(log: MessageLog) {
    this.#log = log;
  }

  sent(lane: Lane, parts: Parts): void {
    this.#note("sent", lane, copyOf(parts));
  }

  received(lane: Lane, bytes: Uint8Array): void {
    this.#note("received", lane, bytes);
  }

  #note(direction: Direction, lane: Lane, frame: Uint8Array): void {
    const atMs = performance.now();
    let messages: MessageFacts[];
    try {
      messages = decodeFrame(frame).messages.map(factsOf);
    } catch {
      messages = [{ kind: "unreadable", summary: "" }]; // who it is for says so
    }
    for (const [i, facts] of messages.entries()) {
      const bytes = i === messages.length - 1 ? byteLengthOf(frame) : 0;
      this.#log.add(
        this.#record(facts, { direction, lane: LANES[lane] ?? "service", bytes, atMs }),
      );
    }
  }

  #record(
    { isOneway, ...facts }: MessageFacts,
    where: Pick<MessageRecord, "direction" | "lane" | "bytes" | "atMs">,
  ): MessageRecord {
    const { kind, call } = facts;
    const { direction, lane, atMs } = where;
    if (kind === "call" && isOneway === false) {
      this.#open.set(`${direction} ${lane} ${call}`, { operation: facts.operation, atMs });
    }
    if (kind !== "return") return { ...where, ...facts };
    const asked = `${direction === "sent" ? "received" : "sent"} ${lane} ${call}`;
    const open = this.#open.get(asked);
    this.#open.delete(asked);
    if (open === undefined) return { ...where, ...facts };
    const { operation } = open;
    const named = operation === undefined ? {} : { operation };
    return { ...where, ...facts, ...named, durationMs: atMs - open.atMs };
  }
}
