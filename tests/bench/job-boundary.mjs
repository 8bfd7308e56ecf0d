/**
 * Operations across the boundary, in one process: nanoseconds an operation, the median of many short batches. The batches
 * of all operations are interleaved, so that what else the machine does meets each of them alike.
 */
import { loaderOf } from "./subjects.mjs";

const ROUNDS = 31;
const BATCH_MS = 5;
const WARM_MS = 250;

const pyodide = await (await loaderOf(process.argv[2]))();
pyodide.runPython(`
import array
from pyodide.ffi import create_proxy
def nothing(): pass
def add(a, b): return a + b
def echo(value): return value
class Point:
    x = 3
    def __init__(self): self.y = 4
    def method(self): return self.y
point = Point()
points = [Point() for _ in range(100)]
table = {"k": 1}
numbers = list(range(100_000))
hundred = list(range(100))
floats = memoryview(array.array("d", [0.5]) * 10_000)
records = [{"id": i, "name": "item", "price": i / 4, "tags": ["a", "b"]} for i in range(100)]
def call_js(f, n):
    for _ in range(n): f()
def add_js(f, n):
    for _ in range(n): f(1, 2)
def lend_js(f, n):
    for _ in range(n): f(point)
def read_js(o, n):
    for _ in range(n): o.value
def write_js(o, n):
    for _ in range(n): o.value = 1
def method_js(o, n):
    for _ in range(n): o.method()
def item_js(o, n):
    for _ in range(n): o[7]
def loop_js(o):
    for _ in o: pass
def sort_js(f): sorted(hundred, key=f)
def sort_objects_js(f): sorted(points, key=f)
count = 0
def on_event(event):
    global count
    if event.type == "ping": count += 1
handler = create_proxy(on_event)
double = create_proxy(lambda x, *rest: x * 2)
`);
const names =
  "nothing add echo point table numbers hundred floats records handler double call_js add_js lend_js read_js " +
  "write_js method_js item_js loop_js sort_js sort_objects_js";
const py = Object.fromEntries(names.split(" ").map((name) => [name, pyodide.globals.get(name)]));
const array = Array.from({ length: 100_000 }, (_, i) => i);
const hundred = array.slice(0, 100);
const text = "krait ".repeat(170_000);
const records = Array.from({ length: 100 }, (_, i) => ({
  id: i,
  name: "item",
  price: i / 4,
  tags: ["a", "b"],
}));
const target = {
  value: 1,
  method() {
    return 1;
  },
};
const jsFunction = () => 1;
const jsAdd = (a, b) => a + b;
const page = new EventTarget();
page.addEventListener("ping", py.handler);
const INNER = 1000;

function useItems(list) {
  let sum = 0;
  for (const item of list) sum += item;
  return sum;
}

/** Each operation: what it does once, and how many operations that counts as. */
const operations = {
  // The table of the aims.
  "call, no arguments": [() => py.nothing(), 1],
  "call, two ints": [() => py.add(1, 2), 1],
  "proxy.get(k)": [() => py.table.get("k"), 1],
  "proxy.attr": [() => py.point.x, 1],
  "Python calls JavaScript": [() => py.call_js(jsFunction, INNER), INNER],
  "Python reads a JavaScript attribute": [() => py.read_js(target, INNER), INNER],
  "toJs of 100,000 ints, an element": [() => py.numbers.toJs(), array.length],
  "toPy of 100,000 ints, an element": [() => pyodide.toPy(array).destroy(), array.length],
  'runPython("1")': [() => pyodide.runPython("1"), 1],
  "1 MB of text, there and back": [() => py.echo(text), 1],
  // What else programs do.
  "call, a short text, there and back": [() => py.echo("some text"), 1],
  "call, a JavaScript object, there and back": [() => py.echo(target), 1],
  "call, a Python object": [() => py.echo(py.point).destroy(), 1],
  "proxy.method()": [() => py.point.method(), 1],
  "proxy.set(k, v)": [() => py.table.set("k", 1), 1],
  "proxy.attr = v": [
    () => {
      py.point.z = 1;
    },
    1,
  ],
  "for … of a Python list, an item": [() => useItems(py.hundred), hundred.length],
  "array.map(Python function), an item": [() => hundred.map(py.double), hundred.length],
  "an event handled by Python": [() => page.dispatchEvent(new Event("ping")), 1],
  "getBuffer and release": [() => py.floats.getBuffer().release(), 1],
  "toJs of a buffer of 80 kB": [() => py.floats.toJs(), 1],
  "toJs of 100 dicts, a dict": [
    () => py.records.toJs({ dict_converter: Object.fromEntries }),
    records.length,
  ],
  "toPy of 100 objects, an object": [() => pyodide.toPy(records).destroy(), records.length],
  "Python calls JavaScript, two ints": [() => py.add_js(jsAdd, INNER), INNER],
  "Python calls JavaScript, a Python object": [() => py.lend_js(jsFunction, INNER), INNER],
  "Python writes a JavaScript attribute": [() => py.write_js(target, INNER), INNER],
  "Python calls a JavaScript method": [() => py.method_js(target, INNER), INNER],
  "Python reads an item of an array": [() => py.item_js(array, INNER), INNER],
  "Python iterates an array, an item": [() => py.loop_js(hundred), hundred.length],
  "sorted(key=JavaScript function), an int": [() => py.sort_js((x) => -x), hundred.length],
  "sorted(key=JavaScript function), an object": [() => py.sort_objects_js(() => 1), 100],
};

function timeBatch(operation, repeats) {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) operation();
  return performance.now() - start;
}

const batches = [];
for (const [name, [operation, count]] of Object.entries(operations)) {
  const warmUntil = performance.now() + WARM_MS;
  while (performance.now() < warmUntil) operation();
  let repeats = 1;
  while (timeBatch(operation, repeats) < BATCH_MS) repeats *= 2;
  batches.push({ name, operation, repeats, count, times: [] });
}
for (let round = 0; round < ROUNDS; round++) {
  for (const { operation, repeats, times } of batches) times.push(timeBatch(operation, repeats));
}
const figures = {};
for (const { name, repeats, count, times } of batches) {
  times.sort((a, b) => a - b);
  figures[name] = (times[ROUNDS >> 1] / repeats / count) * 1e6;
}
console.log(JSON.stringify({ figures }));
process.exit(0);
