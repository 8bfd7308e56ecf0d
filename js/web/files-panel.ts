/** The panel of the files that Python works with: shows them, takes uploads, gives downloads. */
import { bytesText } from "../inspector/units.ts";

type Any = any;

/** What the panel works on: one interpreter's folder. */
export interface Folder {
  readonly FS: Any;
  readonly path: string;
  /** Keeps what has changed, where the folder is kept. */
  keep(): Promise<void>;
}

interface Elements {
  readonly list: HTMLElement;
  readonly upload: HTMLInputElement;
  /** Files may be dropped here. */
  readonly area: HTMLElement;
}

export class FilesPanel {
  readonly #elements: Elements;
  readonly #tell: (text: string) => void;
  #folder: Folder | undefined;
  #showing = 0;

  /** @param tell is told what was done, and what failed */
  constructor(elements: Elements, tell: (text: string) => void) {
    this.#elements = elements;
    this.#tell = tell;
    const { upload, area } = elements;
    upload.addEventListener("change", () => {
      void this.#take(upload.files).then(() => {
        upload.value = "";
      });
    });
    area.addEventListener("dragover", (event) => event.preventDefault());
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      void this.#take(event.dataTransfer?.files);
    });
  }

  async show(folder: Folder | undefined = this.#folder): Promise<void> {
    this.#folder = folder;
    this.#showing += 1;
    const mine = this.#showing;
    const entries = folder === undefined ? [] : await entriesOf(folder);
    if (mine !== this.#showing) return;
    const items = entries.map((entry) => this.#item(folder as Folder, entry));
    const none = document.createElement("li");
    none.textContent = "no files yet";
    this.#elements.list.replaceChildren(...(items.length > 0 ? items : [none]));
  }

  #item(folder: Folder, { name, size, isFolder }: Entry): HTMLLIElement {
    const item = document.createElement("li");
    const label = document.createElement("span");
    label.className = "name";
    label.textContent = isFolder ? `${name}/` : name;
    item.append(label);
    if (isFolder) return item;
    const count = document.createElement("span");
    count.className = "size";
    count.textContent = bytesText(size);
    const download = this.#button(`Download ${name}`, "↓", () => this.#download(folder, name));
    const remove = this.#button(`Delete ${name}`, "✕", () => this.#remove(folder, name));
    item.append(count, download, remove);
    return item;
  }

  #button(title: string, text: string, act: () => Promise<void>): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.title = title;
    button.setAttribute("aria-label", title);
    button.textContent = text;
    button.addEventListener("click", () => {
      act().catch((error) => this.#tell(`${title}: ${messageOf(error)}`));
    });
    return button;
  }

  async #take(files: FileList | null | undefined): Promise<void> {
    const folder = this.#folder;
    if (!files || folder === undefined) return;
    for (const file of files) {
      try {
        const bytes = new Uint8Array(await file.arrayBuffer());
        await folder.FS.writeFile(`${folder.path}/${file.name}`, bytes);
        this.#tell(`${file.name} is in ${folder.path}`);
      } catch (error) {
        this.#tell(`${file.name} was not taken: ${messageOf(error)}`);
      }
    }
    await folder.keep();
    await this.show();
  }

  async #download(folder: Folder, name: string): Promise<void> {
    const bytes = (await folder.FS.readFile(`${folder.path}/${name}`)) as Uint8Array;
    const url = URL.createObjectURL(new Blob([bytes.slice()]));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  async #remove(folder: Folder, name: string): Promise<void> {
    await folder.FS.unlink(`${folder.path}/${name}`);
    this.#tell(`${name} is deleted`);
    await folder.keep();
    await this.show();
  }
}

interface Entry {
  readonly name: string;
  readonly size: number;
  readonly isFolder: boolean;
}

/** At most so many are shown. */
const MAX_ENTRIES = 500;

async function entriesOf({ FS, path }: Folder): Promise<Entry[]> {
  const names = ((await FS.readdir(path)) as string[]).filter((name) => !/^\.{1,2}$/.test(name));
  const found: Entry[] = [];
  for (const name of names.sort().slice(0, MAX_ENTRIES)) {
    try {
      const { mode, size } = await FS.stat(`${path}/${name}`);
      found.push({ name, size, isFolder: await FS.isDir(mode) });
    } catch {
      // gone meanwhile, or a link to nothing
    }
  }
  return found;
}

export function messageOf(error: unknown): string {
  return error instanceof Error
    ? error.message.trim().split("\n").at(-1) || error.name
    : String(error);
}
