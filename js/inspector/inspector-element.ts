import type { MemoryUse } from "../api/diagnostics.ts";
import type { MessageRecord, Messages } from "../diagnostics/message-log.ts";
import type { Phase } from "../diagnostics/timeline.ts";
import { element, table } from "./elements.ts";
import STYLE from "./inspector.css";
import { timelinePicture } from "./timeline-picture.ts";
import { bytesText, millisecondsText } from "./units.ts";

/** Handles of one type. */
interface InspectedCount {
  readonly type: string;
  readonly count: number;
  /** Of the oldest, where that is known. */
  readonly ageMs?: number;
}

/** What each side holds of the other, as far as it is known. */
export interface InspectedHandles {
  readonly python: readonly InspectedCount[];
  readonly javascript?: readonly InspectedCount[];
  readonly bufferViews: number;
}

/** `pyodide.diagnostics`, of any place and mode; or a session that `krait inspect` relays. */
export interface Inspected {
  readonly startUp: readonly Phase[];
  readonly messages: Messages;
  handles(): InspectedHandles | Promise<InspectedHandles>;
  memory(): MemoryUse | Promise<MemoryUse>;
}

/** How many messages are listed; older ones leave. */
const MAX_LINES = 200;
const HANDLE_HEADS = ["Type", "Count", "Oldest"];

/**
 * `<krait-inspector>`: shows the start, memory, handles and messages of the interpreter whose `pyodide.diagnostics` it is given
 * as `diagnostics`. What asks Python is asked when its button is pressed, since that makes messages of its own.
 */
export class InspectorElement extends HTMLElement {
  readonly #start = element("div");
  readonly #memory = element("div");
  readonly #handles = element("div");
  readonly #kinds = element("div");
  readonly #lines = element("tbody");
  readonly #filter = element("input", { type: "search" });
  readonly #pause = element("button", { type: "button", "aria-pressed": "false" }, "Pause");
  readonly #complaint = element("p", { role: "alert" });
  #inspected: Inspected | undefined;
  #unlisten: (() => void) | undefined;
  /** Came since the last time that the page was drawn. */
  #fresh: MessageRecord[] = [];
  #frame = 0;

  constructor() {
    super();
    const look = button("Look at handles and memory", () => void this.#look());
    const clear = button("Clear", () => this.#clear());
    this.#pause.addEventListener("click", () => this.#togglePause());
    this.#filter.addEventListener("input", () => this.#listAgain());
    const heads = ["Way", "What", "Number", "Bytes", "Took", "Contents"];
    const live = element(
      "table",
      {},
      element("caption", {}, "The last messages, the latest first"),
      element(
        "thead",
        {},
        element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text))),
      ),
      this.#lines,
    );
    this.attachShadow({ mode: "open" }).append(
      element("style", {}, STYLE),
      section("Start", this.#start),
      section("Memory and handles", look, this.#complaint, this.#memory, this.#handles),
      section(
        "Messages",
        element("p", {}, this.#pause, clear, element("label", {}, "Only with ", this.#filter)),
        this.#kinds,
        scrolling("The last messages", live),
      ),
    );
  }

  set diagnostics(inspected: Inspected | undefined) {
    this.#stop();
    this.#inspected = inspected;
    for (const area of [this.#memory, this.#handles, this.#kinds, this.#lines])
      area.replaceChildren();
    if (this.isConnected) this.#begin();
  }

  get diagnostics(): Inspected | undefined {
    return this.#inspected;
  }

  connectedCallback(): void {
    this.#begin();
  }

  disconnectedCallback(): void {
    this.#stop();
  }

  #begin(): void {
    const inspected = this.#inspected;
    if (inspected === undefined || this.#unlisten !== undefined) return;
    this.#start.replaceChildren(timelinePicture(inspected.startUp));
    const { messages } = inspected;
    this.#unlisten = messages.listen((record) => {
      this.#fresh.push(record);
      if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
    });
    this.#listAgain();
  }

  #stop(): void {
    this.#unlisten?.();
    this.#unlisten = undefined;
    try {
      this.#inspected?.messages.stop();
    } catch {
      // Members of a dead interpreter throw; there is nothing to stop.
    }
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#fresh = [];
  }

  async #look(): Promise<void> {
    this.#complaint.textContent = "";
    try {
      const inspected = this.#inspected;
      if (inspected === undefined) throw new Error("Python is not running");
      const [memory, handles] = [await inspected.memory(), await inspected.handles()];
      this.#memory.replaceChildren(memoryTable(memory));
      this.#handles.replaceChildren(
        handleTable("Python objects that JavaScript holds", handles.python),
        ...(handles.javascript === undefined
          ? []
          : [handleTable("JavaScript objects that Python holds", handles.javascript)]),
        element("p", {}, `Open views of buffers: ${handles.bufferViews}`),
      );
    } catch (error) {
      this.#complaint.textContent = `Python does not answer: ${(error as Error).message}`;
    }
  }

  #draw(): void {
    this.#frame = 0;
    const fresh = this.#fresh.splice(0).filter((record) => this.#isWanted(record));
    if (this.#isPaused) return;
    this.#lines.prepend(...fresh.slice(-MAX_LINES).reverse().map(lineOf));
    while (this.#lines.rows.length > MAX_LINES) this.#lines.deleteRow(-1);
    this.#showKinds();
  }

  #listAgain(): void {
    const recent = this.#inspected?.messages.recent ?? [];
    const wanted = recent.filter((record) => this.#isWanted(record)).slice(-MAX_LINES);
    this.#lines.replaceChildren(...wanted.reverse().map(lineOf));
    this.#showKinds();
  }

  #showKinds(): void {
    const counts = this.#inspected?.messages.byKind ?? [];
    const rows = counts
      .slice(0, MAX_KINDS)
      .map(({ direction, kind, operation = "", count, bytes, totalMs, maxMs }) => [
        `${ARROWS[direction]} ${kind} ${operation}`,
        count,
        bytesText(bytes),
        totalMs === 0 ? "" : millisecondsText(totalMs / count),
        totalMs === 0 ? "" : millisecondsText(maxMs),
      ]);
    const heads = ["What", "Count", "Bytes", "Mean", "Longest"];
    this.#kinds.replaceChildren(table("Messages by kind", heads, rows, [1, 2, 3, 4]));
  }

  #clear(): void {
    this.#inspected?.messages.clear();
    this.#listAgain();
  }

  get #isPaused(): boolean {
    return this.#pause.getAttribute("aria-pressed") === "true";
  }

  #togglePause(): void {
    this.#pause.setAttribute("aria-pressed", String(!this.#isPaused));
    if (!this.#isPaused) this.#listAgain();
  }

  #isWanted({ kind, operation = "", summary }: MessageRecord): boolean {
    const wanted = this.#filter.value.toLowerCase();
    return wanted === "" || `${kind} ${operation} ${summary}`.toLowerCase().includes(wanted);
  }
}

const MAX_KINDS = 20;
const ARROWS = { sent: "→", received: "←" } as const;
const DIRECTIONS = { sent: "to Python", received: "from Python" } as const;

function lineOf(record: MessageRecord): HTMLTableRowElement {
  const { direction, kind, operation, call, bytes, durationMs, outcome, summary } = record;
  const ending = outcome === undefined || outcome === "value" ? "" : ` (${outcome})`;
  const arrow = element("abbr", { title: DIRECTIONS[direction] }, ARROWS[direction]);
  return element(
    "tr",
    outcome === "failure" ? { class: "failure" } : {},
    element("td", {}, arrow),
    element("td", {}, `${kind} ${operation ?? ""}${ending}`),
    element("td", { class: "number" }, call ?? ""),
    element("td", { class: "number" }, bytes),
    element(
      "td",
      { class: "number" },
      durationMs === undefined ? "" : millisecondsText(durationMs),
    ),
    element("td", { class: "summary" }, summary),
  );
}

function memoryTable({ totalBytes, usedBytes, pythonBlocks }: MemoryUse): HTMLTableElement {
  const rows = [
    ["taken from the system", bytesText(totalBytes)],
    ["handed out by the allocator", bytesText(usedBytes)],
    ["blocks of Python objects", pythonBlocks.toLocaleString("en")],
  ];
  return table("Memory", ["What", "How much"], rows, [1]);
}

function handleTable(caption: string, counts: readonly InspectedCount[]): HTMLTableElement {
  const age = (ageMs: number | undefined) => (ageMs === undefined ? "" : millisecondsText(ageMs));
  const rows = counts.map(({ type, count, ageMs }) => [type, count, age(ageMs)]);
  return table(caption, HANDLE_HEADS, rows, [1, 2]);
}

let sections = 0;

function section(title: string, ...children: Node[]): HTMLElement {
  sections += 1;
  const id = `section-${sections}`;
  const head = element("h2", { id }, title);
  return element("section", { "aria-labelledby": id }, head, ...children);
}

/** An area that scrolls, for the keyboard as well. */
function scrolling(label: string, content: Node): HTMLElement {
  return element(
    "div",
    { class: "scrolling", tabindex: "0", role: "region", "aria-label": label },
    content,
  );
}

function button(text: string, act: () => void): HTMLButtonElement {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", act);
  return made;
}
