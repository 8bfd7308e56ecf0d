/** The page of `krait inspect`: one inspector, and a choice of the session that it shows. */
import type { MemoryUse } from "../api/diagnostics.ts";
import type { InspectEvent } from "../cli/inspect/inspect-page.ts";
import { MessageLog, messagesOf } from "../diagnostics/message-log.ts";
import type { Phase } from "../diagnostics/timeline.ts";
import type { Inspected, InspectedHandles, InspectorElement } from "./inspector-element.ts";
import { INSPECTOR_TAG } from "./main.ts";

/** A kernel's answer when it is asked what it has (`Op.stats`). */
interface Report {
  readonly handles: Readonly<Record<string, number[]>>;
  readonly bufferViews: number;
  readonly memory: MemoryUse;
}

/** A session that passes through the server of this page. */
class Session implements Inspected {
  readonly log = new MessageLog();
  startUp: readonly Phase[] = [];
  readonly option: HTMLOptionElement;
  readonly #number: number;

  constructor(number: number) {
    this.#number = number;
    this.option = new Option(`session ${number}`, String(number));
  }

  /** The relay notes what passes in any case. */
  readonly messages = messagesOf(this.log, () => {});

  async memory(): Promise<MemoryUse> {
    return (await this.#report()).memory;
  }

  /** Without what Python holds of the program's: that is known there. */
  async handles(): Promise<InspectedHandles> {
    const { handles, bufferViews } = await this.#report();
    const python = Object.entries(handles).map(([type, { length: count }]) => ({ type, count }));
    return { python: python.sort((a, b) => b.count - a.count), bufferViews };
  }

  async #report(): Promise<Report> {
    const answer = await fetch(`sessions/${this.#number}/stats`);
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as Report;
  }
}

const sessions = new Map<number, Session>();
const choice = document.getElementById("session") as HTMLSelectElement;
const status = document.getElementById("status") as HTMLElement;
const inspector = document.createElement(INSPECTOR_TAG) as InspectorElement;
document.getElementById("inspector")?.replaceChildren(inspector);

const chosen = (): Session | undefined => sessions.get(Number(choice.value));
const show = () => {
  inspector.diagnostics = chosen();
};

function take(event: InspectEvent): void {
  if (event.kind === "session") begin(event.session);
  const session = sessions.get(event.session) as Session;
  switch (event.kind) {
    case "session":
      for (const message of event.messages) session.log.add(message);
      break;
    case "start":
      session.startUp = event.phases;
      break;
    case "message":
      return session.log.add(event.message);
    case "end":
      session.option.text = `session ${event.session}, over: ${event.reason}`;
      return;
  }
  if (session === chosen()) show();
}

function begin(number: number): void {
  const session = new Session(number);
  sessions.set(number, session);
  choice.add(session.option, 0);
  choice.value = String(number);
  status.textContent = "";
}

choice.addEventListener("change", show);
const events = new EventSource("events");
events.onmessage = ({ data }) => take(JSON.parse(data as string) as InspectEvent);
events.onopen = () => {
  // What is there is told anew.
  sessions.clear();
  choice.replaceChildren();
  status.textContent = "No program has connected yet.";
};
events.onerror = () => {
  status.textContent = "krait inspect has ended, or cannot be reached.";
};
