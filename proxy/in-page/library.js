// Part of the Emscripten glue: the functions that the kernel imports (imports.h) are members of the object that the
// loader gave as `Module.kraitClient`. It is looked up at each call, since a snapshot has none.

addToLibrary({
  // Who serves the questions with a short way. The kernel asks whether there are any before it asks one.
  $quickQuestions: { server: undefined },

  krait_client_ask__sig: "iiiiiii",
  krait_client_ask: (op, index, generation, frame, positional, keywords) =>
    Module["kraitClient"].ask(op, index, generation, frame, positional, keywords),

  krait_client_is_quick__sig: "i",
  krait_client_is_quick__deps: ["$quickQuestions"],
  krait_client_is_quick: () => {
    quickQuestions.server = Module["kraitClient"].quick;
    return quickQuestions.server ? 1 : 0;
  },
  krait_client_name__sig: "iii",
  krait_client_name: (number, frame) => quickQuestions.server.name(number, frame),
  krait_client_call__sig: "iiiiii",
  krait_client_call: (index, generation, frame, count, isBound) =>
    quickQuestions.server.call(index, generation, frame, count, isBound),
  krait_client_get__sig: "iiiii",
  krait_client_get: (index, generation, frame, name) =>
    quickQuestions.server.get(index, generation, frame, name),
  krait_client_set__sig: "iiiii",
  krait_client_set: (index, generation, frame, name) =>
    quickQuestions.server.set(index, generation, frame, name),
  krait_client_item__sig: "iiiii",
  krait_client_item: (index, generation, frame, position) =>
    quickQuestions.server.item(index, generation, frame, position),
  krait_client_next__sig: "iiii",
  krait_client_next: (index, generation, frame) =>
    quickQuestions.server.next(index, generation, frame),

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
