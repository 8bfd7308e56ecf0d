// A Node program that uses a Python package: YAML on standard input, or in a file, to JSON on standard output.
// usage: node examples/yaml-to-json/yaml-to-json.mjs [FILE]
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "../../build/dist/pyodide.mjs";

const pyodide = await loadPyodide({
  lockFileURL: fileURLToPath(new URL("../../build/packages/pyodide-lock.json", import.meta.url)),
});
await pyodide.loadPackage("pyyaml", { messageCallback() {} });
const yaml = pyodide.pyimport("yaml");

try {
  const text = readFileSync(process.argv[2] ?? 0, "utf8");
  const value = yaml.safe_load(text);
  // Dates have no place in JSON: Python writes them as text.
  const json = pyodide
    .pyimport("json")
    .dumps.callKwargs(value, { default: pyodide.globals.get("str"), indent: 2 });
  process.stdout.write(`${json}\n`);
} catch (error) {
  const { message, type = "" } = error;
  process.stderr.write(`yaml-to-json: ${message.slice(message.lastIndexOf(type)).trim()}\n`);
  process.exitCode = 1;
}
