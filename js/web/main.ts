/** The web console: a page with Python's prompt, its files, and a choice of where Python runs. */
import { FilesPanel, messageOf } from "./files-panel.ts";
import { InspectorPanel } from "./inspector-panel.ts";
import { openFolder, type WorkFolder } from "./kept-folder.ts";
import { LineEditor } from "./line-editor.ts";
import { registerOfflineWorker } from "./offline.ts";
import { pictureSequence } from "./pictures.ts";
import { isPlaceName, PLACE_TITLES, type Place, type PlaceName, placeOf } from "./places.ts";
import { Session } from "./session.ts";
import { followTheme } from "./themes.ts";

const PLACE_KEY = "krait-console-place";

function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as T;
}

class Console {
  readonly #status = element("status");
  readonly #replay = element<HTMLButtonElement>("replay");
  readonly #place = element<HTMLSelectElement>("place");
  readonly #editor: LineEditor;
  readonly #files: FilesPanel;
  readonly #inspector: InspectorPanel;
  #session: Session | undefined;
  #folder: WorkFolder | undefined;
  /** How many interpreters were begun: only the last one is wanted. */
  #starts = 0;
  /** What was entered in this visit, for another interpreter to run again. */
  readonly #entries: string[] = [];
  /** Pictures come in the order in which they were shown. */
  #shown = Promise.resolve();

  constructor() {
    this.#editor = new LineEditor(element("terminal"), {
      complete: async (source) =>
        (await this.#session?.complete(source)) ?? { words: [], part: "" },
      interrupt: () => this.#session?.interrupt(),
    });
    const area = element("files");
    const parts = { list: element("file-list"), upload: element<HTMLInputElement>("upload"), area };
    this.#files = new FilesPanel(parts, (text) => this.#say(text));
    this.#inspector = new InspectorPanel(element("inspect"), element("inspector"));
    followTheme(element("theme"), (theme) => {
      this.#editor.terminal.options.theme = theme;
    });
    element("interrupt").addEventListener("click", () => {
      this.#session?.interrupt();
      this.#editor.terminal.focus();
    });
    element("restart").addEventListener("click", () => void this.#start(this.#session?.place));
    this.#replay.addEventListener("click", () => void this.#runAgain());
    for (const [name, title] of Object.entries(PLACE_TITLES)) {
      this.#place.add(new Option(title, name));
    }
    this.#place.addEventListener("change", () => void this.#choose());
  }

  async run(): Promise<void> {
    const kept = localStorage.getItem(PLACE_KEY);
    const wanted = new URLSearchParams(location.search).get("place") ?? kept;
    const name = isPlaceName(wanted) && wanted !== "remote" ? wanted : "worker";
    await this.#start(placeOf(name));
    for (;;) {
      const entry = await this.#editor.readEntry();
      if (entry.trim() === "") continue;
      await this.#run(entry);
    }
  }

  async #run(entry: string): Promise<void> {
    const session = this.#session;
    if (session === undefined) {
      this.#editor.tell("Python is not running; choose where it shall, or press Restart");
      return;
    }
    this.#entries.push(entry);
    try {
      const status = await session.run(entry);
      if (status !== undefined && status !== null) {
        this.#editor.tell(`exit status ${status}; Python starts anew`);
        await this.#start(session.place);
      }
    } catch (error) {
      if (this.#session !== session) return;
      this.#editor.tell(messageOf(error));
      await this.#start(session.place);
    }
    await this.#shown;
    await this.#keepFiles();
  }

  async #keepFiles(): Promise<void> {
    try {
      await this.#folder?.keep();
      await this.#files.show();
    } catch (error) {
      this.#say(`the files could not be kept: ${messageOf(error)}`);
    }
  }

  /** Starts an interpreter in place of the one that runs. */
  async #start(place: Place = placeOf("worker")): Promise<void> {
    this.#starts += 1;
    const mine = this.#starts;
    this.#session?.close();
    this.#session = undefined;
    this.#inspector.show(undefined);
    this.#place.value = place.name;
    this.#say("Python is starting …");
    const began = performance.now();
    try {
      const session = await Session.open(place, this.#host(), await lockFile());
      const folder = await openFolder(session);
      if (mine !== this.#starts) return session.close();
      this.#folder = folder;
      this.#session = session;
      this.#inspector.show(session.pyodide.diagnostics);
      localStorage.setItem(PLACE_KEY, place.name);
      this.#say(
        `ready in ${((performance.now() - began) / 1000).toFixed(2)} s, ${PLACE_TITLES[place.name]}`,
      );
      this.#editor.tell(session.banner);
      element("files-place").textContent = folder.description;
      await this.#files.show(folder);
    } catch (error) {
      if (mine !== this.#starts) return;
      this.#say("Python could not be started");
      this.#editor.tell(
        `Python could not be started ${PLACE_TITLES[place.name]}: ${messageOf(error)}`,
      );
    }
    this.#replay.hidden = this.#entries.length === 0;
    this.#editor.terminal.focus();
  }

  #host() {
    return {
      write: (bytes: Uint8Array) => this.#editor.write(bytes),
      readLine: () => this.#editor.readLine(),
      say: (text: string) => this.#say(text),
      showPicture: (mimeType: string, data: Uint8Array | string) => {
        const sequence = pictureSequence(mimeType, data);
        this.#shown = this.#shown
          .then(() => this.#editor.show(sequence))
          .catch((error) => this.#editor.tell(`a picture could not be shown: ${messageOf(error)}`));
      },
    };
  }

  async #runAgain(): Promise<void> {
    const entries = this.#entries.splice(0);
    this.#replay.hidden = true;
    for (const entry of entries) {
      this.#editor.tell(entry);
      await this.#run(entry);
    }
    this.#say(`${entries.length} entries have run again`);
  }

  async #choose(): Promise<void> {
    const name = this.#place.value as PlaceName;
    const place = name === "remote" ? await askForServer() : placeOf(name);
    if (place === undefined) this.#place.value = this.#session?.place.name ?? "worker";
    else await this.#start(place);
  }

  #say(text: string): void {
    this.#status.textContent = text;
  }
}

/** The server that the user names; undefined when they think better of it. */
function askForServer(): Promise<Place | undefined> {
  const dialog = element<HTMLDialogElement>("server");
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const { value: address } = element<HTMLInputElement>("address");
        const { value: token } = element<HTMLInputElement>("token");
        resolve(dialog.returnValue === "connect" ? placeOf("remote", address, token) : undefined);
      },
      { once: true },
    );
  });
}

/** The lock file of the packages beside this page, where there are any. */
async function lockFile(): Promise<string | undefined> {
  const url = new URL("packages/pyodide-lock.json", location.href).href;
  const answer = await fetch(url, { method: "HEAD" }).catch(() => undefined);
  return answer?.status === 200 ? url : undefined;
}

registerOfflineWorker();
await new Console().run();
