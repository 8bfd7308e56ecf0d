import { loadPyodide } from "../krait/pyodide.mjs";

const status = document.querySelector("#status");
const say = (text) => {
  status.textContent = text;
};
/** Where what is printed goes: the cell that runs. */
let output;

const py = await loadPyodide({
  kernel: "worker",
  sync: false,
  env: { MPLBACKEND: "agg" },
  lockFileURL: new URL("../packages/pyodide-lock.json", import.meta.url).href,
  stdout: (line) => output?.append(`${line}\n`),
  stderr: (line) => output?.append(`${line}\n`),
});
await py.FS.writeFile("/home/pyodide/cells.py", await (await fetch("cells.py")).text());
const cells = py.pyimport("cells");
say("ready");

function addCell() {
  const cell = document.createElement("section");
  const source = Object.assign(document.createElement("textarea"), { rows: 3, spellcheck: false });
  source.setAttribute("aria-label", "Cell");
  const printed = document.createElement("pre");
  const result = document.createElement("div");
  cell.append(source, printed, result);
  source.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.shiftKey) return;
    event.preventDefault();
    void run(source.value, printed, result);
  });
  document.querySelector("#cells").append(cell);
  source.focus();
}

async function run(source, printed, result) {
  printed.replaceChildren();
  result.replaceChildren();
  say("running …");
  await py.loadPackagesFromImports(source, { messageCallback: say, errorCallback: say });
  output = printed;
  const value = await cells.run(source);
  const [kind, text] = await value.toJs();
  show(kind, text, result);
  say("ready");
}

function show(kind, text, result) {
  if (kind === "html") result.innerHTML = text;
  else if (kind === "png") {
    const src = `data:image/png;base64,${text}`;
    result.append(Object.assign(document.createElement("img"), { src, alt: "The figure" }));
  } else result.append(Object.assign(document.createElement("pre"), { textContent: text }));
}

document.querySelector("#add").addEventListener("click", addCell);
document.querySelector("#interrupt").addEventListener("click", () => py.interrupt());
addCell();
