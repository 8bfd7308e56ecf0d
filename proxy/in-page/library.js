// Part of the Emscripten glue: the functions that the kernel imports (imports.h) are members of the object that the
// loader gave as `Module.kraitClient`. It is looked up at each call, since a snapshot has none.

addToLibrary({
  krait_client_ask__sig: "iiiiiii",
  krait_client_ask: (op, index, generation, frame, positional, keywords) =>
    Module["kraitClient"].ask(op, index, generation, frame, positional, keywords),

  krait_client_release__sig: "viii",
  krait_client_release: (index, generation, count) =>
    Module["kraitClient"].release(index, generation, count),

  krait_client_schedule__sig: "viid",
  krait_client_schedule: (index, generation, delayMs) =>
    Module["kraitClient"].schedule(index, generation, delayMs),

  krait_client_switches__sig: "i",
  krait_client_switches: () => Module["kraitClient"].switches(),

  // Where the host can switch stacks the loader wraps this one (js/kernel/instantiate.ts).
  krait_client_suspend__sig: "vi",
  krait_client_suspend: (wait) => Module["kraitClient"].suspend(wait),

  krait_client_wake__sig: "vi",
  krait_client_wake: (wait) => Module["kraitClient"].wake(wait),

  krait_client_failed__sig: "vi",
  krait_client_failed: (frame) => Module["kraitClient"].failed(frame),
});
