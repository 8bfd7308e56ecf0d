// A tour of krait: real data goes from JavaScript to Python, is analysed there, and comes back.
// usage: node examples/tour/tour.mjs [--json]      --json: the numbers alone, for programs
import { fileURLToPath } from "node:url";
import { loadPyodide } from "../../build/dist/pyodide.mjs";
import * as boundary from "./chapters/boundary.mjs";
import * as cars from "./chapters/cars.mjs";
import * as failures from "./chapters/failures.mjs";
import * as flights from "./chapters/flights.mjs";
import * as movies from "./chapters/movies.mjs";
import * as proxies from "./chapters/proxies.mjs";
import * as waiting from "./chapters/waiting.mjs";
import * as weather from "./chapters/weather.mjs";
import { Report } from "./report.mjs";

const CHAPTERS = { weather, movies, cars, flights, failures, proxies, waiting, boundary };

const report = new Report({ isQuiet: process.argv.includes("--json") });

const pyodide = await report.time("start Python", () => loadPyodide());
report.say(`Python ${pyodide.pyimport("platform").python_version()} in Node ${process.version}`);

// The chapters' Python files are modules: Python gets their folder, and searches it for imports.
pyodide.mountNodeFS("/tour", fileURLToPath(new URL("chapters", import.meta.url)));
pyodide.pyimport("sys").path.append("/tour");

const numbers = {};
for (const [name, chapter] of Object.entries(CHAPTERS)) {
  report.open(chapter.TITLE);
  numbers[name] = await chapter.run(pyodide, report);
}
report.close();

if (process.argv.includes("--json")) console.log(JSON.stringify(numbers));
