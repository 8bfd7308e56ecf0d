/** usage: demo.mjs [PLACE]: in the page's place, "worker", or the address of a server, as `unix:/tmp/krait.sock` */
import { loadPyodide } from "../../build/dist/pyodide.mjs";
import { installClipboard, memoryClipboard } from "./clipboard.mjs";

const kernel = process.argv[2];
const pyodide = await loadPyodide({ sync: false, ...(kernel ? { kernel } : {}) });
await installClipboard(pyodide, memoryClipboard());
console.log(
  await pyodide.runPythonAsync(`
import sys, clipboard
await clipboard.copy(f"copied by Python on {sys.platform}")
await clipboard.paste()
`),
);
await pyodide.terminate?.();
