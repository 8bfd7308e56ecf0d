/** A service for Python: the clipboard of whoever runs the program. docs/adding-a-service.md goes through it. */
import { readFile } from "node:fs/promises";

/**
 * What the service asks of its surroundings. `navigator.clipboard` is one, on a page that the user has given leave.
 * @typedef {{ readText(): Promise<string>, writeText(text: string): Promise<void> }} Clipboard
 */

/** The most that is taken over: a clipboard is for what people copy. */
const MAX_CHARACTERS = 10_000_000;

/** @returns {Clipboard} one for programs whose surroundings have none: text in memory */
export function memoryClipboard() {
  let text = "";
  return {
    readText: async () => text,
    writeText: async (given) => {
      text = given;
    },
  };
}

/**
 * Makes `import clipboard` work in Python, wherever that runs. After `pyodide.restart()` it is to be called again.
 * @param pyodide what `loadPyodide` gave, synchronous or promising
 * @param {Clipboard} clipboard
 */
export async function installClipboard(pyodide, clipboard) {
  await pyodide.registerJsModule("_clipboard_host", {
    read: async () => String(await clipboard.readText()).slice(0, MAX_CHARACTERS),
    async write(text) {
      // What comes from Python is untrusted here, as what goes there is in Python.
      if (typeof text !== "string") throw new TypeError("the clipboard takes text");
      if (text.length > MAX_CHARACTERS)
        throw new RangeError("the text is too long for a clipboard");
      await clipboard.writeText(text);
    },
  });
  const source = await readFile(new URL("clipboard.py", import.meta.url), "utf8");
  await pyodide.runPython(
    "import sys, types\nmodule = types.ModuleType('clipboard')\nexec(source, module.__dict__)\nsys.modules['clipboard'] = module",
    { globals: await pyodide.toPy({ source }) },
  );
}
