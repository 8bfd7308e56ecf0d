import { loadPyodide } from "../krait/pyodide.mjs";

const SAMPLE = `city,area,people
Berlin,891,3.66
Hamburg,755,1.85
Munich,310,1.49
Cologne,405,1.07
Leipzig,298,0.60
Dresden,328,0.56
`;

const status = document.querySelector("#status");
const say = (text) => {
  status.textContent = text;
};

/** Python in a worker: the page stays alive while pandas is loaded and computes. */
async function start() {
  say("Python is starting …");
  const py = await loadPyodide({
    kernel: "worker",
    sync: false,
    lockFileURL: new URL("../packages/pyodide-lock.json", import.meta.url).href,
  });
  await py.loadPackage(["pandas", "matplotlib"], {
    messageCallback: say,
    progressCallback: ({ name, loadedBytes }) =>
      say(`${name}: ${(loadedBytes / 1e6).toFixed(1)} MB`),
  });
  const source = await (await fetch("analysis.py")).text();
  await py.FS.writeFile("/home/pyodide/analysis.py", source);
  say("pandas is being imported …");
  return py.pyimport("analysis");
}

const analysis = start();
analysis.then(
  () => say("ready"),
  (error) => say(error.message),
);

async function show(text) {
  try {
    const python = await analysis;
    document.querySelector("#table").innerHTML = await python.describe(text);
    const png = await python.picture(text).toJs();
    const plot = document.querySelector("#plot");
    plot.src = URL.createObjectURL(new Blob([png], { type: "image/png" }));
    plot.alt = "A histogram of each column";
    plot.hidden = false;
    say("done");
  } catch (error) {
    say(error.message.trim().split("\n").at(-1));
  }
}

document.querySelector("#sample").addEventListener("click", () => show(SAMPLE));
document.querySelector("#file").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (file !== undefined) await show(await file.text());
});
