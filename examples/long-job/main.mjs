import { loadPyodide } from "../krait/pyodide.mjs";

const parameters = new URLSearchParams(location.search);
const server = parameters.get("server");
const place =
  server === null ? { kernel: "worker" } : { kernel: server, token: parameters.get("token") ?? "" };

const [limit, start, stop, progress, status, found] = [
  ..."limit start stop progress status found".split(" "),
].map((id) => document.getElementById(id));

async function open() {
  const py = await loadPyodide({ ...place, sync: false });
  await py.runPython(await (await fetch("search.py")).text());
  return py;
}

let py;
try {
  py = await open();
  status.textContent = `ready, ${server === null ? "in a worker" : `at ${server}`}`;
  start.disabled = false;
} catch (error) {
  status.textContent = error.message;
}

start.addEventListener("click", async () => {
  start.disabled = true;
  stop.disabled = false;
  found.textContent = "";
  status.textContent = "searching …";
  const tell = (part) => {
    progress.value = part;
  };
  try {
    const numbers = await py.globals.get("search")(Number(limit.value), tell).toJs();
    found.textContent = numbers.join("\n");
    status.textContent = `${numbers.length} numbers`;
  } catch (error) {
    // Ctrl-C in Python: it goes on with the next search.
    status.textContent = error.type === "KeyboardInterrupt" ? "stopped" : error.message;
  }
  start.disabled = false;
  stop.disabled = true;
});

stop.addEventListener("click", () => py.interrupt());
