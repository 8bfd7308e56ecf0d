/** The inspector below the terminal, from when it is first wanted. */
import type { Inspected, InspectorElement } from "../inspector/inspector-element.ts";

/** The module of the package that has it. */
const MODULE = "./inspector.mjs";

export class InspectorPanel {
  readonly #area: HTMLElement;
  readonly #button: HTMLElement;
  #inspected: Inspected | undefined;

  /** @param button shows it and takes it away again @param area where it comes */
  constructor(button: HTMLElement, area: HTMLElement) {
    this.#area = area;
    this.#button = button;
    button.addEventListener("click", () => void this.#toggle());
  }

  /** What is inspected; undefined: nothing is there to be. */
  show(inspected: Inspected | undefined): void {
    this.#inspected = inspected;
    const inspector = this.#area.firstElementChild as InspectorElement | null;
    if (inspector !== null) inspector.diagnostics = inspected;
  }

  async #toggle(): Promise<void> {
    const isWanted = this.#area.hidden;
    this.#area.hidden = !isWanted;
    this.#button.setAttribute("aria-expanded", String(isWanted));
    if (!isWanted) return this.#area.replaceChildren(); // it costs nothing then
    const { INSPECTOR_TAG } = (await import(MODULE)) as typeof import("../inspector/main.ts");
    if (this.#area.hidden) return;
    this.#area.replaceChildren(document.createElement(INSPECTOR_TAG));
    this.show(this.#inspected);
  }
}
