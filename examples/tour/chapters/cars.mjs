import { readText } from "../datasets.mjs";

export const TITLE = "Cars: Python walks through JavaScript objects";

/** The cars stay JavaScript objects; Python reads their properties through proxies and fits a line for each origin. */
export async function run(pyodide, report) {
  const cars = JSON.parse(readText("cars.json"));
  const module = pyodide.pyimport("cars");

  const proxy = await report.time("read 406 objects, fit lines", () => module.fit_by_origin(cars));
  const lines = proxy.toJs();
  proxy.destroy();

  report.table(
    ["origin", "cars", "miles per gallon =", "weight in 1000 lbs ×", "correlation"],
    lines,
  );
  return lines;
}
