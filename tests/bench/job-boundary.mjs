/** Operations across the boundary, in one process: nanoseconds an operation, the median of several timed batches. */
import { loaderOf } from "./subjects.mjs";

const BATCHES = 9;
const BATCH_MS = 25;
const WARM_MS = 300;

const pyodide = await (await loaderOf(process.argv[2]))();
pyodide.runPython(`
def nothing(): pass
def add(a, b): return a + b
class Point:
    x = 3
point = Point()
table = {"k": 1}
numbers = list(range(100_000))
def call_js(f, n):
    for _ in range(n): f()
def read_js(o, n):
    for _ in range(n): o.value
`);
const g = (name) => pyodide.globals.get(name);
const nothing = g("nothing");
const add = g("add");
const point = g("point");
const table = g("table");
const numbers = g("numbers");
const callJs = g("call_js");
const readJs = g("read_js");
const array = Array.from({ length: 100_000 }, (_, i) => i);
const text = "krait ".repeat(170_000);
const identity = pyodide.runPython("lambda text: text");
const target = { value: 1 };
const jsFunction = () => 1;
const INNER = 1000;

/** Each operation: what it does once, and how many operations that counts as. */
const operations = {
  "call, no arguments": [() => nothing(), 1],
  "call, two ints": [() => add(1, 2), 1],
  "proxy.get(k)": [() => table.get("k"), 1],
  "proxy.attr": [() => point.x, 1],
  "Python calls JavaScript": [() => callJs(jsFunction, INNER), INNER],
  "Python reads a JavaScript attribute": [() => readJs(target, INNER), INNER],
  "toJs of 100,000 ints, an element": [() => numbers.toJs(), array.length],
  "toPy of 100,000 ints, an element": [() => pyodide.toPy(array).destroy(), array.length],
  'runPython("1")': [() => pyodide.runPython("1"), 1],
  "1 MB of text, there and back": [() => identity(text), 1],
};

function timeBatch(operation, repeats) {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) operation();
  return performance.now() - start;
}

const figures = {};
for (const [name, [operation, count]] of Object.entries(operations)) {
  const warmUntil = performance.now() + WARM_MS;
  while (performance.now() < warmUntil) operation();
  let repeats = 1;
  while (timeBatch(operation, repeats) < BATCH_MS) repeats *= 2;
  const batches = Array.from({ length: BATCHES }, () => timeBatch(operation, repeats)).sort(
    (a, b) => a - b,
  );
  figures[name] = (batches[BATCHES >> 1] / repeats / count) * 1e6;
}
console.log(JSON.stringify({ figures }));
process.exit(0);
