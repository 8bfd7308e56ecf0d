import type { MessageCount, MessageRecord } from "../../diagnostics/message-log.ts";
import type { Phase } from "../../diagnostics/timeline.ts";
import { bytesText, millisecondsText } from "../../inspector/units.ts";

const ARROWS = { sent: "→", received: "←" } as const;

/** A message as a line. @param atMs since the session began */
export function messageLine(session: number, record: MessageRecord, atMs: number): string {
  const { direction, kind, operation = "", call, bytes, durationMs, outcome, summary } = record;
  const parts = [
    `[${session}]`,
    `${atMs.toFixed(1)} ms`.padStart(11),
    ARROWS[direction],
    `${kind} ${operation}`.trimEnd(),
    call === undefined ? "" : `#${call}`,
    bytesText(bytes),
    durationMs === undefined ? "" : `after ${millisecondsText(durationMs)}`,
    outcome === "failure" || outcome === "stopped" ? `(${outcome})` : "",
    summary,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

/** What a session came to: how it began, and its messages by kind. */
export function summaryLines(
  session: number,
  phases: readonly Phase[],
  counts: readonly MessageCount[],
): string[] {
  const start = phases.map(({ name, durationMs }) => `${name} ${millisecondsText(durationMs)}`);
  return [
    `[${session}] began with: ${start.join(", ")}`,
    ...counts.map((each) => `[${session}] ${countLine(each)}`),
  ];
}

function countLine({ direction, kind, operation = "", count, bytes, ...times }: MessageCount) {
  const { totalMs, maxMs } = times;
  const what = `${ARROWS[direction]} ${kind} ${operation}`.trimEnd().padEnd(28);
  const took =
    totalMs === 0
      ? ""
      : `, mean ${millisecondsText(totalMs / count)}, longest ${millisecondsText(maxMs)}`;
  return `${what} ${String(count).padStart(7)} × ${bytesText(bytes)}${took}`;
}
