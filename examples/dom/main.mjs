import { loadPyodide } from "../krait/pyodide.mjs";

// In the page's own thread, where Python reaches the page at once.
const pyodide = await loadPyodide();
pyodide.runPython(await (await fetch("todo.py")).text());
