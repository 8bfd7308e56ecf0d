// Part of the Emscripten glue: the imports of wait-emscripten.cc. `Module.kraitWait` is js/kernel/waiting.ts.

addToLibrary({
  krait_wait: (milliseconds) => (Module["kraitWait"](milliseconds) ? 1 : 0),
});
