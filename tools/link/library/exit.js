// Part of the Emscripten glue: how a program ends. Emscripten's own way would also set the exit code of the Node
// process that the kernel is a guest in.

addToLibrary({
  proc_exit: (status) => Module["kraitExit"](status),
});
