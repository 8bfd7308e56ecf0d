// Part of the Emscripten glue: how a program ends. Emscripten's own ways would also set the exit code of the Node
// process that the kernel is a guest in, and write on the console of their own.

addToLibrary({
  proc_exit: (status) => Module["kraitExit"](status),
  _abort_js: () => Module["kraitAbort"](),
});
