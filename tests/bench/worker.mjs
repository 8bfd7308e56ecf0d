/**
 * The kernel in a worker, in Node: calls in both directions and a large buffer, in the same run as what they cannot be
 * faster than, a bare round trip of `Atomics.wait` and `notify`, and what libraries over `postMessage` start from.
 *
 *     node tests/bench/worker.mjs
 */
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { wrap } from "comlink";
import nodeEndpoint from "comlink/dist/umd/node-adapter.js";

/** What is not counted, so that the engine has optimised what it measures. */
const WARM_BATCHES = 100;
const BATCHES = 200;
const BATCH_CALLS = 25;
const BUFFER_BYTES = 10_000_000;

const quantile = (sorted, q) => sorted[Math.floor((sorted.length - 1) * q)];

/** Medians and minima of microseconds an operation, the subjects in turn, so that a busy machine slows all of them. */
async function measure(operations, { warm, batches, calls }) {
  const samples = Object.fromEntries(Object.keys(operations).map((name) => [name, []]));
  for (let batch = -warm; batch < batches; batch++) {
    for (const [name, operation] of Object.entries(operations)) {
      for (let call = 0; call < calls; call++) {
        const start = performance.now();
        const result = operation();
        if (result instanceof Promise) await result;
        if (batch >= 0) samples[name].push((performance.now() - start) * 1000);
      }
    }
  }
  for (const [name, taken] of Object.entries(samples)) {
    taken.sort((a, b) => a - b);
    const [median, least] = [quantile(taken, 0.5), taken[0]].map((us) => us.toFixed(1));
    console.log(
      `${name.padEnd(44)} median ${median.padStart(9)} µs   least ${least.padStart(9)} µs`,
    );
  }
}

/** Answers on a word as soon as it is woken, or to a message with the same message. */
const ECHO = `
  const { parentPort, workerData: words } = require("node:worker_threads");
  parentPort.on("message", (message) => {
    if (message !== "words") return parentPort.postMessage(message);
    for (let turn = 0; ; turn++) {
      Atomics.wait(words, 0, turn);
      Atomics.store(words, 1, turn + 1);
      Atomics.notify(words, 1);
    }
  });`;

const words = new Int32Array(new SharedArrayBuffer(8));
const waiter = new Worker(ECHO, { eval: true, workerData: words });
const echo = new Worker(ECHO, { eval: true });
waiter.postMessage("words");
function bareRoundTrip() {
  const turn = words[1];
  Atomics.store(words, 0, turn + 1);
  Atomics.notify(words, 0);
  Atomics.wait(words, 1, turn);
}
const postedRoundTrip = () =>
  new Promise((resolve) => {
    echo.once("message", resolve);
    echo.postMessage({ id: 1, path: ["add"], args: [1, 2] });
  });

const comlink = wrap(nodeEndpoint(new Worker(new URL("comlink-worker.mjs", import.meta.url))));

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.resolve(process.env.KRAIT_DIST ?? path.join(here, "../../build/dist"));
const { loadPyodide } = await import(pathToFileURL(path.join(dist, "pyodide.mjs")).href);
const py = await loadPyodide({ kernel: "worker" });
const add = py.runPython("lambda a, b: a + b");
const call = py.runPython("lambda f: f()");
const size = py.runPython("len");
const nothing = () => undefined;

await measure(
  {
    "wait/notify, bare": bareRoundTrip,
    "postMessage and back, a call's size": postedRoundTrip,
    "the peer behind Comlink, two ints": () => comlink.add(1, 2),
    "call of a lambda, two ints": () => add(1, 2),
    "call that calls back once": () => call(nothing),
  },
  { warm: WARM_BATCHES, batches: BATCHES, calls: BATCH_CALLS },
);

const bytes = new Uint8Array(BUFFER_BYTES).fill(1);
await measure(
  {
    "structuredClone of 10 MB": () => structuredClone(bytes),
    "toPy of 10 MB": () => {
      const copy = py.toPy(bytes);
      size(copy);
      copy.destroy();
    },
  },
  { warm: 10, batches: 41, calls: 1 },
);
process.exit(0);
