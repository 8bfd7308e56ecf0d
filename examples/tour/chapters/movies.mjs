import { readBytes } from "../datasets.mjs";

export const TITLE = "Movies: bytes into sqlite3, with calls back to JavaScript";

const MONEY = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  notation: "compact",
});

/** Python parses the bytes, fills a database in memory, reports its progress and formats money with JavaScript's Intl. */
export async function run(pyodide, report) {
  const bytes = readBytes("movies.json");
  const movies = pyodide.pyimport("movies");
  const calls = [];
  const onProgress = (done, total) => calls.push(`${Math.round((100 * done) / total)} %`);

  const database = await report.time("json.loads, insert into sqlite3", () =>
    movies.load(bytes, onProgress),
  );
  const proxy = await report.time("one SQL query with a window function", () =>
    movies.best_genres(database, (dollars) => MONEY.format(dollars)),
  );
  const genres = proxy.toJs();
  proxy.destroy();
  database.close();
  database.destroy();

  report.say(`progress, told by Python: ${calls.join(", ")}`);
  report.table(["genre", "films", "mean rating", "gross", "highest gross", ""], genres);
  return { genres, calls: calls.length };
}
