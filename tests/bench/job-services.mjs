/**
 * Streams and files, in one process: milliseconds an operation, the median of some. The host folder is made anew.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loaderOf } from "./subjects.mjs";

const REPEATS = 7;
const LINES = 100_000;
const FILES = 10_000;
const FILE_BYTES = 100_000_000;

const pyodide = await (await loaderOf(process.argv[2]))();
const host = mkdtempSync(path.join(tmpdir(), "krait-bench-"));
for (let i = 0; i < FILES; i++) writeFileSync(path.join(host, `file-${i}.txt`), "");
pyodide.runPython(`
import os
def write_lines(n):
    for i in range(n): print("a line of some length, number", i)
data = bytes(${FILE_BYTES})
def write_file():
    with open("/tmp/large", "wb") as file: file.write(data)
def read_file():
    with open("/tmp/large", "rb") as file: return len(file.read())
def list_folder():
    return sum(entry.is_file() for entry in os.scandir("/host"))
`);
pyodide.FS.mkdir("/host");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: host }, "/host");

let lines = 0;
const operations = {
  [`${LINES} lines to a batched handler`]: () => {
    lines = 0;
    pyodide.setStdout({ batched: () => lines++ });
    pyodide.globals.get("write_lines")(LINES);
    if (lines !== LINES) throw new Error(`${lines} lines came`);
  },
  [`${LINES} lines to a write handler`]: () => {
    pyodide.setStdout({ write: (buffer) => buffer.length });
    pyodide.globals.get("write_lines")(LINES);
  },
  "write 100 MB to a file in memory": pyodide.globals.get("write_file"),
  "read 100 MB from a file in memory": pyodide.globals.get("read_file"),
  [`list a host folder of ${FILES} files`]: () => {
    const found = pyodide.globals.get("list_folder")();
    if (found !== FILES) throw new Error(`${found} files were found`);
  },
};

const figures = {};
for (const [name, operation] of Object.entries(operations)) {
  const times = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now();
    operation();
    times.push(performance.now() - start);
  }
  figures[name] = times.sort((a, b) => a - b)[REPEATS >> 1];
}
rmSync(host, { recursive: true });
console.log(JSON.stringify({ figures }));
