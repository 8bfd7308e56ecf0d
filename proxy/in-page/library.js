// Part of the Emscripten glue: the functions that the kernel imports (imports.h) are members of the object that the
// loader gave as `Module.kraitClient`. It is looked up at each call, since a snapshot has none.

addToLibrary({
  krait_client_ask__sig: "iiiiiii",
  krait_client_ask: (op, index, generation, frame, positional, keywords) =>
    Module["kraitClient"].ask(op, index, generation, frame, positional, keywords),

  krait_client_is_quick__sig: "i",
  krait_client_is_quick: () => (Module["kraitClient"].quick ? 1 : 0),
  krait_client_name__sig: "iii",
  krait_client_name: (number, frame) => Module["kraitClient"].quick.name(number, frame),
  krait_client_call__sig: "iiiiii",
  krait_client_call: (index, generation, frame, count, isBound) =>
    Module["kraitClient"].quick.call(index, generation, frame, count, isBound),
  krait_client_get__sig: "iiiii",
  krait_client_get: (index, generation, frame, name) =>
    Module["kraitClient"].quick.get(index, generation, frame, name),
  krait_client_set__sig: "iiiii",
  krait_client_set: (index, generation, frame, name) =>
    Module["kraitClient"].quick.set(index, generation, frame, name),
  krait_client_item__sig: "iiiii",
  krait_client_item: (index, generation, frame, position) =>
    Module["kraitClient"].quick.item(index, generation, frame, position),
  krait_client_next__sig: "iiii",
  krait_client_next: (index, generation, frame) =>
    Module["kraitClient"].quick.next(index, generation, frame),

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
