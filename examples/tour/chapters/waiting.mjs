import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DATA_FOLDER } from "../datasets.mjs";

export const TITLE = "Waiting: promises and coroutines are one";

/** Python awaits JavaScript's promises at top level and in tasks; JavaScript awaits a Python coroutine. */
export async function run(pyodide, report) {
  pyodide.registerJsModule("files", {
    readLines: async (name) => (await readFile(join(DATA_FOLDER, name), "utf8")).split("\n").length,
  });
  const proxy = await report.time("three files at the same time", () =>
    pyodide.runPythonAsync(`
        import asyncio
        from files import readLines
        names = ["stocks.csv", "sp500.csv", "airports.csv"]
        counts = await asyncio.gather(*[readLines(name) for name in names])
        dict(zip(names, counts))
    `),
  );
  const lines = proxy.toJs({ dict_converter: Object.fromEntries });
  proxy.destroy();
  report.table(["file", "lines"], Object.entries(lines));

  const waiting = pyodide.pyimport("waiting");
  const order = await report.time("two Python timers", () => waiting.race());
  report.say(`Python's timers ended in the order: ${order}`);
  return { lines, order };
}
