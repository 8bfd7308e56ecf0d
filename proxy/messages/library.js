// Part of the Emscripten glue: what a kernel that serves a channel imports (imports.h) are members of the object that the
// loader gave as `Module.kraitChannel`. It is looked up at each call, since a snapshot has none.

addToLibrary({
  krait_channel_send__sig: "ippi",
  krait_channel_send: (packet, byteLength, lane) =>
    Module["kraitChannel"].send(packet, byteLength, lane),

  krait_channel_receive__sig: "ppd",
  krait_channel_receive: (lengthAt, timeoutMs) =>
    Module["kraitChannel"].receive(lengthAt, timeoutMs),

  krait_channel_schedule__sig: "viid",
  krait_channel_schedule: (index, generation, delayMs) =>
    Module["kraitChannel"].schedule(index, generation, delayMs),

  krait_channel_close__sig: "v",
  krait_channel_close: () => Module["kraitChannel"].close(),
});
