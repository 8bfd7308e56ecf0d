/**
 * The kernel in a worker of a page, in Chromium, cross-origin isolated: synchronous calls from the page's main thread, what
 * Python asks the page, `input()`, and the page's frames while Python computes.
 *
 *     node tests/bench/page.mjs
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { launchChromium } from "../support/chromium.mjs";
import { serveFolder } from "../support/static-server.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.resolve(process.env.KRAIT_DIST ?? path.join(here, "../../build/dist"));
const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><canvas></canvas>`;
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Runs in the page. */
async function measure() {
  const { loadPyodide } = await import("./pyodide.mjs");
  const sorted = (numbers) => numbers.sort((a, b) => a - b);
  const median = (numbers) => sorted(numbers)[numbers.length >> 1];
  const rows = {};
  const answerOne = () => 1;

  const inSync = await loadPyodide({ kernel: "worker", sync: true, syncBudgetMs: 10_000 });
  const add = inSync.runPython("lambda a, b: a + b");
  const each = [];
  for (let batch = 0; batch < 300; batch++) {
    const start = performance.now();
    for (let i = 0; i < 50; i++) add(1, 2);
    if (batch >= 100) each.push(((performance.now() - start) / 50) * 1000);
    await new Promise((resolve) => setTimeout(resolve));
  }
  rows["sync call from the main thread, two ints, µs"] = median(each);
  const ask = inSync.runPython("lambda f, n: [f() for _ in range(n)].clear()");
  const back = [];
  for (let batch = 0; batch < 200; batch++) {
    const start = performance.now();
    ask(answerOne, 50);
    if (batch >= 50) back.push(((performance.now() - start) / 50) * 1000);
    await new Promise((resolve) => setTimeout(resolve));
  }
  rows["a question in such a call, µs"] = median(back);
  inSync.terminate();

  let asked = 0;
  const answers = [];
  const py = await loadPyodide({
    kernel: "worker",
    sync: false,
    jsglobals: { answer: () => 1 },
    stdin: () => {
      asked = performance.now();
      return "text";
    },
  });
  const questions = await py.runPythonAsync(`
import time
from js import answer
def ask(n):
    start = time.perf_counter()
    for _ in range(n): answer()
    return (time.perf_counter() - start) / n
ask(2000)
sorted(ask(200) for _ in range(15))[7]
`);
  rows["a question of Python's to the page, µs"] = questions * 1e6;

  for (let i = 0; i < 20; i++) {
    const [start, end] = await py
      .runPythonAsync("import time\nstart = time.time()\nline = input()\n[start, time.time()]")
      .then((list) => list.toJs());
    answers.push((end - start) * 1000);
    if (asked === 0) throw new Error("nobody asked");
  }
  rows["input() answered at once, ms"] = median(answers);

  const frames = async (milliseconds) => {
    const times = [];
    const end = performance.now() + milliseconds;
    while (performance.now() < end) times.push(await new Promise(requestAnimationFrame));
    const gaps = times.slice(1).map((time, i) => time - times[i]);
    return { perSecond: 1000 / median(gaps), longestMs: Math.max(...gaps) };
  };
  const idle = await frames(2000);
  let isDone = false;
  const computing = py.runPythonAsync("sum(i * i % 7 for i in range(30_000_000))").then(() => {
    isDone = true;
  });
  const busy = await frames(2000);
  if (isDone) throw new Error("Python was done before the frames were counted");
  py.terminate();
  computing.catch(() => undefined);
  rows["frames a second, Python idle"] = idle.perSecond;
  rows["frames a second, Python computing"] = busy.perSecond;
  rows["longest frame, Python idle, ms"] = idle.longestMs;
  rows["longest frame, Python computing, ms"] = busy.longestMs;
  return rows;
}

const server = await serveFolder({ folder: dist, page: PAGE, headers: ISOLATED });
const browser = await launchChromium();
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(error));
  await page.goto(server.url);
  for (const [name, value] of Object.entries(await page.evaluate(measure))) {
    console.log(`${name.padEnd(48)} ${value.toFixed(1).padStart(9)}`);
  }
} finally {
  await browser.close();
  server.close();
}
