// Keeps what the page fetches, and serves that when the network does not answer.
const CACHE = "krait-example-offline";
const FILES = [
  "./",
  "main.mjs",
  "../style.css",
  ..."pyodide.mjs krait.mjs krait.asm.mjs krait.core.wasm krait.snapshot krait.symbols.json python_stdlib.zip pyodide-lock.json"
    .split(" ")
    .map((name) => `../krait/${name}`),
];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});

addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(
    fetch(event.request).catch(async (error) => {
      const kept = await caches.match(event.request, { ignoreSearch: true });
      if (kept === undefined) throw error;
      return kept;
    }),
  );
});
