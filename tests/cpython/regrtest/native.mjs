// Runs runner.py for one module in a kernel of a server, and prints what it prints.
// usage: node native.mjs ADDRESS FOLDER MODULE, FOLDER with the package `test`
import { readFileSync } from "node:fs";
import { loadPyodide } from "../../../build/dist/pyodide.mjs";

const [kernel, folder, module] = process.argv.slice(2);
const write = (bytes) => {
  process.stdout.write(bytes);
  return bytes.length;
};
const py = await loadPyodide({ kernel, sync: false });
await py.setStdout({ write });
await py.setStderr({ write });
const runner = readFileSync(new URL("runner.py", import.meta.url), "utf8");
const before = `import sys
sys.path.insert(0, ${JSON.stringify(folder)})
sys.argv = ["-c", ${JSON.stringify(module)}]
`;
try {
  await py.runPythonAsync(before + runner);
} finally {
  py.terminate();
}
