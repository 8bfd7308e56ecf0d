/**
 * Runs krait and its peer in turn and prints the ratios krait / peer; below 1 krait needs less.
 *
 *     node tests/bench/run.mjs [--rounds N] [--only start,loads,boundary,services,download] [--json FILE]
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    only: { type: "string", default: "start,loads,boundary,services,download" },
    json: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (options.help) {
  console.log(
    "usage: node tests/bench/run.mjs [--rounds N] [--only start,loads,boundary,services,download] [--json FILE]",
  );
  process.exit(0);
}
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`--rounds takes a whole number above 0, not ${options.rounds}`);
const wanted = new Set(options.only.split(","));
const SUBJECTS = ["krait", "peer"];

/** Runs a job file for one subject in a fresh process and reads the figures it prints last. */
function job(file, subject) {
  const environment = { ...process.env };
  delete environment.NODE_EXTRA_CA_CERTS; // costs Node itself some 45 ms a start
  const started = performance.now();
  const done = spawnSync(
    process.execPath,
    [fileURLToPath(new URL(file, import.meta.url)), subject],
    {
      env: environment,
      encoding: "utf8",
      timeout: 600_000,
    },
  );
  const processMs = performance.now() - started;
  if (done.status !== 0)
    throw new Error(
      `${file} ${subject} failed with ${done.status ?? done.signal}:\n${done.stderr}`,
    );
  return { processMs, ...JSON.parse(done.stdout.trim().split("\n").at(-1)) };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const geometricMean = (numbers) =>
  Math.exp(numbers.reduce((sum, n) => sum + Math.log(n), 0) / numbers.length);

/** Interleaved rounds of one job; `pick` turns its output into { figure: number }. */
function compare(file, repeats, pick) {
  const samples = { krait: {}, peer: {} };
  for (let round = 0; round < repeats; round++) {
    for (const subject of SUBJECTS) {
      for (const [name, value] of Object.entries(pick(job(file, subject)))) {
        samples[subject][name] ??= [];
        samples[subject][name].push(value);
      }
    }
    process.stderr.write(`${file}: round ${round + 1} of ${repeats}\n`);
  }
  return Object.keys(samples.krait).map((name) => ({
    name,
    krait: median(samples.krait[name]),
    peer: median(samples.peer[name]),
    ratio: median(samples.krait[name].map((value, i) => value / samples.peer[name][i])),
  }));
}

const report = { node: process.version, rounds, sections: {} };

if (wanted.has("start")) {
  report.sections["start-up (Node)"] = compare("job-start.mjs", rounds, (figures) => ({
    "import to first result, ms": figures.wallMs,
    "the same, CPU ms": figures.cpuMs,
    "whole process, ms": figures.processMs,
    "resident memory after start, MiB": figures.residentMiB,
  }));
}
if (wanted.has("loads")) {
  let reference;
  const rows = compare(
    "job-loads.mjs",
    Math.max(1, Math.ceil(rounds / 3)),
    ({ figures, results }) => {
      reference ??= JSON.stringify(results);
      if (JSON.stringify(results) !== reference)
        throw new Error(`the two disagree: ${reference} / ${JSON.stringify(results)}`);
      return figures;
    },
  );
  rows.push({ name: "geometric mean", ratio: geometricMean(rows.map((row) => row.ratio)) });
  report.sections["Python loads, ms"] = rows;
}
if (wanted.has("boundary")) {
  const rows = compare("job-boundary.mjs", rounds, ({ figures }) => figures);
  rows.push({ name: "geometric mean", ratio: geometricMean(rows.map((row) => row.ratio)) });
  report.sections["boundary, ns an operation"] = rows;
}
if (wanted.has("services")) {
  report.sections["streams and files, ms"] = compare(
    "job-services.mjs",
    Math.max(1, Math.ceil(rounds / 2)),
    ({ figures }) => figures,
  );
}
if (wanted.has("download")) {
  const { measureDownload } = await import("./download.mjs");
  const [krait, peer] = [await measureDownload("krait"), await measureDownload("peer")];
  report.files = { krait: krait.files, peer: peer.files };
  report.sections["page (Chromium)"] = [
    {
      name: "download to first result, brotli -9 KiB",
      krait: krait.bytes / 1024,
      peer: peer.bytes / 1024,
    },
    { name: "navigation to first result, first visit, ms", krait: krait.coldMs, peer: peer.coldMs },
    {
      name: "navigation to first result, repeat visit, ms",
      krait: krait.warmMs,
      peer: peer.warmMs,
    },
  ].map((row) => ({ ...row, ratio: row.krait / row.peer }));
}

const number = (value) =>
  value === undefined ? "" : value >= 100 ? value.toFixed(0) : value.toFixed(2);
for (const [title, rows] of Object.entries(report.sections)) {
  console.log(
    `\n${title.padEnd(46)} ${"krait".padStart(12)} ${"peer".padStart(12)} ${"ratio".padStart(8)}`,
  );
  for (const row of rows) {
    console.log(
      `${row.name.padEnd(46)} ${number(row.krait).padStart(12)} ${number(row.peer).padStart(12)} ${row.ratio.toFixed(3).padStart(8)}`,
    );
  }
}
if (options.json) {
  writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\nwritten to ${options.json}`);
}
