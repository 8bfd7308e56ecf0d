import { readText } from "../datasets.mjs";

export const TITLE = "Weather in Seattle: a string goes in, dicts come out";

/** A CSV file's text becomes a Python `str`; the list of dicts that comes back is copied by `toJs`. */
export async function run(pyodide, report) {
  const text = readText("seattle-weather.csv");
  const weather = await report.time("import csv, statistics", () => pyodide.pyimport("weather"));

  const proxy = await report.time("summarise the days by year", () => weather.by_year(text));
  const years = proxy.toJs({ dict_converter: Object.fromEntries });
  proxy.destroy();

  report.table(
    ["year", "days", "mean high °C", "rainy days", "rain mm", "hottest day"],
    years.map(Object.values),
  );
  return years;
}
