import type { Phase } from "../diagnostics/timeline.ts";
import { millisecondsText } from "./units.ts";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 640;
const ROW = 22;
const NAME_WIDTH = 130;
const TIME_WIDTH = 70;

/** The steps of a start as bars, one below the other, on one scale. */
export function timelinePicture(phases: readonly Phase[]): SVGElement {
  const endMs = Math.max(1, ...phases.map(({ startMs, durationMs }) => startMs + durationMs));
  const height = ROW * Math.max(1, phases.length);
  const perMs = (WIDTH - NAME_WIDTH - TIME_WIDTH) / endMs;
  const label = phases
    .map(
      ({ name, startMs, durationMs }) =>
        `${name}: from ${millisecondsText(startMs)}, ${millisecondsText(durationMs)}`,
    )
    .join("; ");
  const picture = shape("svg", {
    viewBox: `0 0 ${WIDTH} ${height}`,
    role: "img",
    "aria-label": `The start in ${millisecondsText(endMs)}. ${label}`,
  });
  for (const [row, { name, startMs, durationMs }] of phases.entries()) {
    const y = row * ROW;
    const x = NAME_WIDTH + startMs * perMs;
    const width = Math.max(1, durationMs * perMs);
    const middle = y + ROW / 2 + 4;
    picture.append(
      text(name, { x: 0, y: middle }),
      shape("rect", { x, y: y + 4, width, height: ROW - 8, rx: 2 }),
      text(millisecondsText(durationMs), { x: x + width + 6, y: middle }),
    );
  }
  return picture;
}

function shape(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

function text(content: string, attributes: Record<string, string | number>): SVGElement {
  const made = shape("text", attributes);
  made.textContent = content;
  return made;
}
