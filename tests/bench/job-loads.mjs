/**
 * The Python loads of `loads/`, in one process: each is run until it is warm, then timed; the figure is the minimum of
 * the timed runs in milliseconds, since other work on the machine can only add to it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { loaderOf } from "./subjects.mjs";

const WARM_MS = 700;
const TIMED_RUNS = 7;

const pyodide = await (await loaderOf(process.argv[2]))();
const folder = new URL("./loads/", import.meta.url);
const figures = {};
const results = {};
for (const file of readdirSync(folder).sort()) {
  if (!file.endsWith(".py")) continue;
  const name = file.slice(0, -3);
  const namespace = pyodide.toPy({});
  namespace.set("__name__", name);
  pyodide.runPython("import sys, types; sys.modules[__name__] = types.ModuleType(__name__)", {
    globals: namespace,
  });
  pyodide.runPython(readFileSync(new URL(file, folder), "utf8"), { globals: namespace });
  const run = namespace.get("run");
  const warmUntil = performance.now() + WARM_MS;
  do results[name] = run();
  while (performance.now() < warmUntil);
  let best = Infinity;
  for (let i = 0; i < TIMED_RUNS; i++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  figures[name] = best;
}
console.log(JSON.stringify({ figures, results }));
process.exit(0);
