import { DATA_FOLDER } from "../datasets.mjs";

export const TITLE = "Flights: Python opens files of the host";

/** A folder of the host is mounted; Python joins two CSV files in it and measures the routes on the globe. */
export async function run(pyodide, report) {
  pyodide.mountNodeFS("/data", DATA_FOLDER);
  const flights = pyodide.pyimport("flights");

  const routes = await report.time("read two CSV files, join them", () => flights.Routes("/data"));
  const [longest, kilometres] = await report.time("distances of all routes", () =>
    [routes.longest(5), routes.flown_kilometres()].map(copied),
  );
  const busiest = copied(routes.busiest(3));
  routes.destroy();

  report.table(["from", "to", "flights", "km"], longest);
  report.say(`busiest: ${busiest.map(([city, count]) => `${city} ${count}`).join(", ")}`);
  return { longest, kilometres, busiest };
}

/** What a call gave: a proxy is copied and ended, all else is a value already. */
function copied(result) {
  if (typeof result !== "object") return result;
  const copy = result.toJs();
  result.destroy();
  return copy;
}
