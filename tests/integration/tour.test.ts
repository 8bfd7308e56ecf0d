import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { csvParse } from "d3-dsv";
import { test } from "../support/test.ts";

const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));
const DATA = join(CHECKOUT, "node_modules/vega-datasets/data");
const TOLERANCE = 1e-9;

let tour: any;

before(async () => {
  const script = join(CHECKOUT, "examples/tour/tour.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [script, "--json"], {
    timeout: 60_000,
  });
  tour = JSON.parse(stdout);
});

function readCsv(name: string): Record<string, string>[] {
  return csvParse(readFileSync(join(DATA, name), "utf8"));
}

function readJson(name: string): any[] {
  return JSON.parse(readFileSync(join(DATA, name), "utf8"));
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

function assertClose(found: number, expected: number): void {
  const limit = TOLERANCE * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(found - expected) <= limit, `${found} is not ${expected}`);
}

test("tour: the weather of each year is what JavaScript finds", () => {
  const years = groupBy(readCsv("seattle-weather.csv"), (day) => `${day.date}`.slice(0, 4));

  assert.deepEqual(
    tour.weather.map((year: { year: string }) => year.year),
    [...years.keys()],
  );
  for (const found of tour.weather) {
    const days = years.get(found.year) ?? [];
    const highs = days.map((day) => Number(day.temp_max));
    const rain = days.map((day) => Number(day.precipitation));
    assert.equal(found.days, days.length);
    assertClose(found.meanHigh, mean(highs));
    assert.equal(found.rainyDays, rain.filter((amount) => amount > 0).length);
    assertClose(found.rain, sum(rain));
    assert.equal(found.hottestDay, days[highs.indexOf(Math.max(...highs))]?.date);
  }
});

test("tour: the genres that earned most are what JavaScript finds", () => {
  const money = new Intl.NumberFormat("en-US", {
    style: "currency",
    currency: "USD",
    notation: "compact",
  });
  const known = readJson("movies.json").filter(
    (row) => row["Major Genre"] && row["Worldwide Gross"],
  );
  const gross = (rows: typeof known) => rows.map((row) => row["Worldwide Gross"] as number);
  const genres = [...groupBy(known, (row) => row["Major Genre"])]
    .sort(([, a], [, b]) => sum(gross(b)) - sum(gross(a)))
    .slice(0, tour.movies.genres.length);

  assert.equal(tour.movies.genres.length, 6);
  for (const [at, [genre, films]] of genres.entries()) {
    const found = tour.movies.genres[at];
    const highest = Math.max(...gross(films));
    const ratings = films.map((film) => film["IMDB Rating"]).filter((rating) => rating !== null);
    assert.deepEqual(found.slice(0, 2), [genre, films.length]);
    assertClose(found[2], mean(ratings));
    assert.deepEqual(found.slice(3, 5), [money.format(sum(gross(films))), money.format(highest)]);
    assert.equal(found[5], films.find((film) => film["Worldwide Gross"] === highest)?.Title);
  }
});

test("tour: the fitted lines are what JavaScript finds", () => {
  const measured = readJson("cars.json").filter((car) => car.Miles_per_Gallon !== null);
  const groups = groupBy(measured, (car) => car.Origin);

  assert.equal(tour.cars.length, groups.size);
  for (const [origin, count, intercept, slope, correlation] of tour.cars) {
    const cars = groups.get(origin) ?? [];
    const x = cars.map((car) => car.Weight_in_lbs / 1000);
    const y = cars.map((car) => car.Miles_per_Gallon);
    const covariance = sum(x.map((value, at) => (value - mean(x)) * (y[at] - mean(y))));
    const spread = (values: number[]) => sum(values.map((value) => (value - mean(values)) ** 2));
    assert.equal(count, cars.length);
    assertClose(slope, covariance / spread(x));
    assertClose(intercept, mean(y) - slope * mean(x));
    assertClose(correlation, covariance / Math.sqrt(spread(x) * spread(y)));
  }
});

test("tour: the flights are what JavaScript finds", () => {
  const airports = new Map(readCsv("airports.csv").map((row) => [row.iata, row]));
  const routes = readCsv("flights-airport.csv").map((row) => {
    const [from, to] = [airports.get(`${row.origin}`), airports.get(`${row.destination}`)];
    return { from: from?.city, to: to?.city, flights: Number(row.count), km: distanceKm(from, to) };
  });
  const departures = [...groupBy(routes, (route) => `${route.from}`)]
    .map(([city, from]): [string, number] => [city, sum(from.map((route) => route.flights))])
    .sort(([, a], [, b]) => b - a);

  const longest = routes.toSorted((a, b) => b.km - a.km).slice(0, 5);
  for (const [at, route] of longest.entries()) {
    assert.equal(tour.flights.longest[at][2], route.flights);
    assertClose(tour.flights.longest[at][3], route.km);
  }
  assertClose(tour.flights.kilometres, sum(routes.map((route) => route.flights * route.km)));
  assert.deepEqual(tour.flights.busiest, departures.slice(0, 3));
});

/** By the angle between the two places seen from the centre: another formula than Python's. */
function distanceKm(a: Record<string, string> | undefined, b: typeof a): number {
  const [one, other] = [a, b].map((place) => {
    const [latitude, longitude] = [Number(place?.latitude), Number(place?.longitude)].map(
      (degrees) => (degrees * Math.PI) / 180,
    ) as [number, number];
    return [
      Math.cos(latitude) * Math.cos(longitude),
      Math.cos(latitude) * Math.sin(longitude),
      Math.sin(latitude),
    ];
  }) as [number[], number[]];
  const chord = Math.hypot(...one.map((value, at) => value - (other[at] ?? 0)));
  return 2 * 6371 * Math.asin(chord / 2);
}

test("tour: errors cross both ways", () => {
  assert.deepEqual(tour.failures, {
    raised: "ValueError",
    thrown: "RangeError: the sensor is off",
    station: "KeyError: no station 'Nome'",
  });
});

test("tour: proxies, promises and calls do what they say", () => {
  const lines = (name: string) => readFileSync(join(DATA, name), "utf8").split("\n").length;
  const names = ["stocks.csv", "sp500.csv", "airports.csv"];
  const factorial = Array.from({ length: 25 }, (_, at) => BigInt(at + 1)).reduce((a, b) => a * b);

  assert.deepEqual(tour.proxies.numbers, [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]);
  assert.equal(tour.proxies.total, 19);
  assert.equal(tour.proxies.big, String(factorial));
  assert.deepEqual(
    tour.waiting.lines,
    Object.fromEntries(names.map((name) => [name, lines(name)])),
  );
  assert.equal(tour.waiting.order, "fast, slow");
  assert.equal(tour.boundary.calls, 20_000);
  assertClose(tour.boundary.sum, 499_999.5);
});
