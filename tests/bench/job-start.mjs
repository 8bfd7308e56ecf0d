/** One start: from the import of the runtime to the first result, in a process of its own. */
import { loaderOf } from "./subjects.mjs";

const subject = process.argv[2];
const cpuBefore = process.cpuUsage();
const start = performance.now();
const loadPyodide = await loaderOf(subject);
const pyodide = await loadPyodide();
const result = pyodide.runPython("1 + 1");
const wallMs = performance.now() - start;
const cpu = process.cpuUsage(cpuBefore);
if (result !== 2) throw new Error(`${subject} computed ${result}`);

console.log(
  JSON.stringify({
    wallMs,
    cpuMs: (cpu.user + cpu.system) / 1000,
    residentMiB: process.memoryUsage().rss / 2 ** 20,
  }),
);
process.exit(0);
