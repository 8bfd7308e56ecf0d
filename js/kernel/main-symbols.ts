import type { Files } from "./files.ts";
import type { MainSymbols } from "./glue.ts";
import { KernelFileError, reasonOf } from "./kernel-file-error.ts";

/** The name list that side modules are linked against: read when the first of them is loaded. */
export class MainSymbolsFile {
  #symbols: MainSymbols | undefined;

  constructor(
    private readonly files: Files,
    private readonly location: string,
  ) {}

  /** Reads the list before returning. */
  readSync(): MainSymbols {
    this.#symbols ??= this.#parse(this.files.readTextSync(this.location));
    return this.#symbols;
  }

  /** Reads the list ahead of a `readSync`, so that a browser's page need not stand still for it. */
  async prepare(): Promise<void> {
    if (this.#symbols !== undefined) return;
    const bytes = (await this.files.open(this.location)).bytes();
    this.#symbols ??= this.#parse(new TextDecoder().decode(bytes));
  }

  #parse(text: string): MainSymbols {
    try {
      const { functions, data } = JSON.parse(text) as MainSymbols;
      if (typeof functions === "object" && typeof data === "object") return { functions, data };
    } catch (error) {
      throw new KernelFileError(this.location, `is damaged: ${reasonOf(error)}`, { cause: error });
    }
    throw new KernelFileError(this.location, "is damaged: it lacks the names");
  }
}
