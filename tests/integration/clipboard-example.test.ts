import assert from "node:assert/strict";
import { after } from "node:test";
import { distUrl } from "../support/dist.ts";
import { failsInPython } from "../support/failures.ts";
import { Kraitd } from "../support/kraitd.ts";
import { test } from "../support/test.ts";

type Any = any;

const { loadPyodide } = (await import(distUrl("pyodide.mjs"))) as {
  loadPyodide: (options: object) => Promise<Any>;
};
const { installClipboard, memoryClipboard } = (await import(
  new URL("../../examples/clipboard/clipboard.mjs", import.meta.url).href
)) as { installClipboard(pyodide: Any, clipboard: object): Promise<void>; memoryClipboard(): Any };

const kernels = await Kraitd.start();
after(() => kernels.stop());
const PLACES: Record<string, object> = {
  "in-page": {},
  worker: { kernel: "worker" },
  remote: { kernel: `unix:${kernels.path}` },
};

for (const [place, options] of Object.entries(PLACES)) {
  for (const sync of [true, false]) {
    test(`clipboard example, ${place}, ${sync ? "sync" : "async"}: text there and back, and errors of both sides`, async () => {
      const py = await loadPyodide({ ...options, sync });
      const clipboard = memoryClipboard();
      await installClipboard(py, clipboard);
      const copy = `import clipboard\nawait clipboard.copy("é 🐍")\nawait clipboard.paste()`;
      try {
        assert.equal(await py.runPythonAsync(copy), "é 🐍");
        assert.equal(await clipboard.readText(), "é 🐍");
        await failsInPython(() => py.runPythonAsync("await clipboard.copy(3)"), "TypeError");
        clipboard.readText = async () => {
          throw new DOMException("the user has not allowed it", "NotAllowedError");
        };
        const refused = await failsInPython(
          () => py.runPythonAsync("await clipboard.paste()"),
          "OSError",
        );
        assert.match(refused.message, /gave no text: the user has not allowed it/);
      } finally {
        await py.terminate?.();
      }
    });
  }
}
