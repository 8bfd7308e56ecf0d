/** The peer in a worker, as programs have it there today: behind Comlink. Run by worker.mjs. */
import { parentPort } from "node:worker_threads";
import { expose } from "comlink";
import nodeEndpoint from "comlink/dist/umd/node-adapter.js";
import { loadPyodide } from "pyodide";

const pyodide = await loadPyodide();
const add = pyodide.runPython("lambda a, b: a + b");
expose({ add: (a, b) => add(a, b) }, nodeEndpoint(parentPort));
