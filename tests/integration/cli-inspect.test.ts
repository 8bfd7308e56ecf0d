import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { connect } from "node:net";
import { after } from "node:test";
import { krait } from "../support/command-line.ts";
import { Inspection } from "../support/inspection.ts";
import { type Any, loadPyodide } from "../support/kernel.ts";
import { Kraitd } from "../support/kraitd.ts";
import { test } from "../support/test.ts";

const TOKEN = "a token of some length";
const server = await Kraitd.start("--token", TOKEN);
after(() => server.stop());

function program(inspection: Inspection, options: object = {}): Promise<Any> {
  return loadPyodide({ kernel: inspection.address, token: TOKEN, ...options });
}

async function inspect(...options: string[]): Promise<Inspection> {
  return Inspection.start(`unix:${server.path}`, ...options);
}

test("krait inspect: a program works through it, and its messages are told as they go", async () => {
  const inspection = await inspect();
  for (const sync of [true, false]) {
    const py = await program(inspection, { sync });
    assert.equal(await py.runPython("6 * 7"), 42);
    const echo = await py.runPython("lambda text: text");
    assert.equal(await echo("é".repeat(100_000)), "é".repeat(100_000));
    await assert.rejects(async () => await py.runPython("1 / 0"), { type: "ZeroDivisionError" });
    await py.terminate();
  }

  const { status, stdout, stderr } = await inspection.stop();
  assert.equal(status, 0);
  assert.match(stdout, /^\[1\] +[\d.]+ ms → call eval #\d+ \d+ B \("6 \* 7", /m);
  assert.match(stdout, /^\[1\] +[\d.]+ ms ← return eval #\d+ \d+ B after [\d.]+ \S+ 42$/m);
  assert.match(
    stdout,
    /^\[2\].* ← return eval .*\(failure\) ZeroDivisionError: division by zero$/m,
  );
  assert.match(stdout, /^\[1\].* → call call #\d+ 20\d\.\d kB/m);
  assert.match(stderr, /^\[1\] began with: connection .*, greeting /m);
  assert.match(stderr, /^\[2\] → call eval +3 × /m);
  assert.ok(!`${stdout}${stderr}`.includes(TOKEN));
});

test("krait inspect: JSON for programs, nothing with --quiet", async () => {
  const [json, quiet] = [await inspect("--json"), await inspect("--quiet")];
  for (const inspection of [json, quiet]) {
    const py = await program(inspection);
    await py.runPython("6 * 7");
    await py.terminate();
  }

  const lines = (await json.stop()).stdout.trimEnd().split("\n");
  const records = lines.map((line) => JSON.parse(line));
  const returned = records.find(({ kind, operation }) => kind === "return" && operation === "eval");
  assert.equal(returned.session, 1);
  assert.equal(returned.summary, "42");
  assert.ok(returned.durationMs > 0 && returned.bytes > 0);
  assert.equal((await quiet.stop()).stdout, "");
});

test("krait inspect: the kernel is asked for its report, of which the program notices nothing", async () => {
  const inspection = await inspect("--quiet");
  const py = await program(inspection, { sync: false });
  const list = await py.runPython("kept = [1]\nkept");
  const [answer, length] = await Promise.all([
    fetch(`${inspection.url}/sessions/1/stats`),
    list.length,
  ]);
  const report = (await answer.json()) as Any;

  assert.equal(length, 1);
  assert.equal(report.handles.list.length, 1);
  assert.ok(report.memory.totalBytes > 1e6);
  assert.equal(await py.runPython("kept[0]"), 1);
  assert.equal((await fetch(`${inspection.url}/sessions/7/stats`)).status, 404);
  const many = await py.runPython("[[i] for i in range(15_000)]");
  const proxies = await Promise.all(Array.from({ length: 15_000 }, (_, i) => many.get(i)));
  const large = (await (await fetch(`${inspection.url}/sessions/1/stats`)).json()) as Any;
  assert.ok(large.handles.list.length >= 15_000);
  for (const proxy of proxies) await proxy.destroy();
  const busy = py.runPython("import time; time.sleep(0.5); 'slept'");
  assert.equal((await fetch(`${inspection.url}/sessions/1/stats`)).status, 200);
  assert.equal(await busy, "slept");
  await py.terminate();
  await inspection.stop();
});

test("krait inspect: only the user may connect, and garbage harms nobody else", async () => {
  const inspection = await inspect("--quiet");
  const path = inspection.address.slice("unix:".length);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const rebound = await new Promise<string>((resolve, reject) => {
    const { port } = new URL(inspection.url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", reject).on("data", (bytes) => resolve(String(bytes)));
    socket.write("GET /events HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n");
  });
  assert.match(rebound, /^HTTP\/1\.1 403 /);

  const py = await program(inspection);
  for (const bytes of [Buffer.alloc(64, 0xff), Buffer.from("GET / HTTP/1.1\r\n\r\n")]) {
    const socket = connect(path);
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.on("error", () => {});
    socket.write(bytes);
    setTimeout(() => socket.end(), 200);
    await closed;
  }
  assert.equal(py.runPython("1 + 1"), 2);
  py.terminate();
  await inspection.stop();
});

test("krait inspect: what cannot be followed is told", async () => {
  const wrong: [string[], RegExp][] = [
    [[], /--server is needed/],
    [["--server", "nowhere"], /nowhere is no address of a server/],
    [["--server", "unix:/x", "--listen", "ws://127.0.0.1:1"], /--listen takes unix:PATH/],
    [["--server", "unix:/x", "--listen", "tcp://0.0.0.0:1"], /0\.0\.0\.0 is not loopback/],
    [["--server", "unix:/x", "--port", "many"], /many is no port/],
    [["--server", "unix:/x", "--json", "--quiet"], /exclude each other/],
    [["--sever", "unix:/x"], /--sever/],
  ];
  for (const [args, message] of wrong) {
    const { status, stderr } = await krait(["inspect", ...args]);
    assert.equal(status, 2, args.join(" "));
    assert.match(stderr, message);
  }
  const { status, stdout } = await krait(["inspect", "--help"]);
  assert.equal(status, 0);
  assert.match(stdout, /^usage: krait inspect --server ADDRESS/);
});

test("krait inspect: a server that is not there", async () => {
  const inspection = await Inspection.start("unix:/nowhere/kraitd.sock");
  await assert.rejects(program(inspection));
  const { status, stderr } = await inspection.stop();
  assert.equal(status, 0);
  assert.match(stderr, /^\[1\] unix:\/nowhere\/kraitd\.sock cannot be reached: .*ENOENT/m);
});
